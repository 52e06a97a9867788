/**
 * What a log itself recorded and sealed: its clock was wrong (T28, T29), its records can be read in two ways (T40 to T42) or
 * guessed (T39). Nothing was changed afterwards; it must be told all the same.
 */
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type SelfTestClass } from "../model/self-test.ts";
import { memoryContainer } from "../bundle/memory-container.ts";
import { type SealedLogMeans } from "../verification/means.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { linesOf, segmentsOf, type BagBytes } from "./bag-bytes.ts";
import { LOG_KEY, sealRecorded, type BundleShape } from "./corpus.ts";
import { isMissed } from "./miss.ts";
import { relog } from "./relog.ts";
import { SeededRandom } from "./seeded-random.ts";
import { withholdOne } from "./statement-classes.ts";
import { pick, type TamperClass } from "./tamper-class.ts";

interface RecordedClass extends Pick<TamperClass, "id" | "what" | "atBest" | "codes"> {
  /** The record that is logged in place of another. */
  readonly edit: (line: string, random: SeededRandom) => string;
  /** All records are logged so, and not one alone. */
  readonly isEverywhere?: boolean;
  /** Our writer seals no such record: it is logged by another one. */
  readonly isForeign?: boolean;
  /** What an exporter does with the bundle. */
  readonly then?: (bag: BagBytes, random: SeededRandom) => void;
}

const CASES = 20;
const MINUTE_MS = 60_000;

/** Moves the time that a record begins with. */
function moved(line: string, byMs: number): string {
  return line.replace(/^\{"time":"([^"]*)"/, (_, time: string) => {
    return `{"time":"${new Date(Date.parse(time) + byMs).toISOString()}"`;
  });
}

function withMember(line: string, member: string): string {
  return line.replace(/^\{/, `{${member},`);
}

const AMBIGUOUS = ['"n":9007199254740993', '"n":1e400', '"__proto__":{"admin":true}', '"name":"\\ud800"'];
/** Text that runs the other way, that is not seen, and letters of another alphabet that look the same. */
const CONFUSABLE = ["use\u202er", "us\u200ber", "us\u0435r"];

export const RECORDED_CLASSES: readonly RecordedClass[] = [
  {
    id: "T28",
    what: "a clock that was set back",
    atBest: "verified-with-limits",
    codes: ["not-stamped", "time-goes-back"],
    edit: (line, random) => moved(line, -random.integer(60, 50_000) * MINUTE_MS),
  },
  {
    id: "T29",
    what: "a time later than that at which the record was sealed",
    atBest: "verified-with-limits",
    // The next record steps back from it.
    codes: ["not-stamped", "time-after-seal", "time-goes-back"],
    edit: (line, random) => moved(line, random.integer(120, 50_000) * MINUTE_MS),
  },
  {
    id: "T39",
    what: "a withheld record among records without a salt",
    atBest: "verified-with-limits",
    codes: ["not-stamped", "records-withheld", "withheld-guessable"],
    edit: (line) => line.replace(/,"salt":"[^"]*"/, ""),
    isEverywhere: true,
    then: (bag, random) => withholdOne(bag, random),
  },
  {
    id: "T40",
    what: "a field twice",
    atBest: "verified-with-limits",
    codes: ["duplicate-field", "not-stamped", "quorum-not-met"],
    isForeign: true,
    edit: (line, random) => withMember(line, `"actor":"user-${random.integer(10, 99)}"`),
  },
  {
    id: "T41",
    what: "a record that tools read differently",
    atBest: "verified-with-limits",
    codes: ["ambiguous-record", "not-stamped", "quorum-not-met"],
    isForeign: true,
    edit: (line, random) => withMember(line, pick(random, AMBIGUOUS)),
  },
  {
    id: "T42",
    what: "text that looks like another",
    atBest: "verified-with-limits",
    codes: ["not-stamped", "confusable-text"],
    edit: (line, random) => line.replace(/"user-/, `"${pick(random, CONFUSABLE)}-`),
  },
];

/** A bundle whose log recorded one record so. */
export async function recordedBundle(
  { edit, then, isEverywhere = false, isForeign = false }: RecordedClass,
  random: SeededRandom,
): Promise<BagBytes> {
  const segments = isForeign ? 1 : random.integer(1, 4);
  const shape: BundleShape = {
    seed: random.bytes(8).toString("hex"),
    counts: Array.from({ length: segments }, () => random.integer(4, 9)),
    encoding: pick(random, ["plain", "gzip"]),
  };
  const [segment, place] = [random.integer(0, segments), random.integer(1, 3)];
  const isEdited = (position: number, at: number): boolean =>
    isEverywhere || (!isForeign && position === segment && at === place);
  const bag = await sealRecorded(shape, (lines, position) =>
    lines.map((line, at) => (isEdited(position, at) ? edit(line, random) : line)),
  );
  // The open record comes first.
  if (isForeign) relog(bag, 1 + place, edit(linesOf(bag, segmentsOf(bag)[0] ?? "")[1 + place] ?? "", random), LOG_KEY);
  then?.(bag, random);
  return bag;
}

/** Seals and verifies what logs may record. Throws `cancelled`. */
export async function recordedClasses(
  seed: string,
  means: SealedLogMeans,
  work: LongWork,
): Promise<readonly SelfTestClass[]> {
  const classes: SelfTestClass[] = [];
  for (const recorded of RECORDED_CLASSES) {
    let missed = 0;
    for (let number = 0; number < CASES; number += 1) {
      throwIfCancelled(work.signal);
      const bag = await recordedBundle(recorded, new SeededRandom(`${seed} ${recorded.id} ${number}`));
      const judgement = await verifyBundle(memoryContainer("bundle", bag), means);
      if (isMissed(judgement?.result, recorded)) missed += 1;
    }
    const { id, what } = recorded;
    // Bundles of the same shapes without anything of the kind are those of the class "good".
    classes.push({ id, what, format: "sealed-log", missed, of: CASES, falseAlarms: 0, ofGood: 0 });
  }
  return classes;
}

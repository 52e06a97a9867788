import { fileOf, rewriteManifests, rewriteTiles, segmentsOf, type BagBytes } from "./bag-bytes.ts";
import { LOG_KEY, WITNESS_KEYS } from "./corpus.ts";
import { exportAnew, joinNote, signatureLine, splitNote } from "./forgery.ts";
import { type SeededRandom } from "./seeded-random.ts";
import { pick, type TamperCase, type TamperClass } from "./tamper-class.ts";
import { replaceFile } from "./text-edit.ts";

const CHECKPOINT = "data/checkpoint";
const TRUSTED_ROOT = "data/keys/trusted_root.json";

/** Paths of all checkpoint notes. */
function notesOf(bag: BagBytes): string[] {
  return [...bag.keys()].filter((path) => path === CHECKPOINT || /^data\/checkpoints\/[0-9]+$/.test(path));
}

function editNotes(bag: BagBytes, edit: (text: string, lines: readonly string[]) => Buffer): void {
  for (const path of notesOf(bag)) {
    const { text, lines } = splitNote(fileOf(bag, path));
    bag.set(path, edit(text, lines));
  }
}

/** Changes one byte of the signature in a line, after the key id. */
function damageLine(line: string, random: SeededRandom): string {
  const at = line.lastIndexOf(" ") + 1;
  const blob = Buffer.from(line.slice(at), "base64");
  const byte = random.integer(4, blob.length);
  blob[byte] = (blob[byte] ?? 0) ^ (1 << random.integer(0, 8));
  return `${line.slice(0, at)}${blob.toString("base64")}\n`;
}

function isWitnessLine(line: string): boolean {
  return WITNESS_KEYS.some(({ verifier }) => line.startsWith(`— ${verifier.name} `));
}

function swapFiles(bag: BagBytes, one: string, other: string): void {
  const [first, second] = [fileOf(bag, one), fileOf(bag, other)];
  bag.set(one, second);
  bag.set(other, first);
}

function stampPath(bag: BagBytes): string {
  return [...bag.keys()].find((path) => path.endsWith(".tsr")) ?? "";
}

function becomes(bag: BagBytes, other: BagBytes): void {
  bag.clear();
  for (const [path, bytes] of other) bag.set(path, bytes);
}

/** Leaves the last segment out, as an export made before it would have done, but for the statement. */
function cutTail({ bag }: TamperCase): void {
  const last = segmentsOf(bag).at(-1) ?? "";
  const first = Number(/[0-9]{20}/.exec(last)?.[0]);
  bag.delete(last);
  for (const path of [...bag.keys()]) {
    if (Number(/^data\/checkpoints\/([0-9]+)/.exec(path)?.[1]) > first) bag.delete(path);
  }
  bag.set(CHECKPOINT, fileOf(bag, `data/checkpoints/${first}`));
  rewriteTiles(bag);
  rewriteManifests(bag);
}

/** Signs another root for the newest state with the log's own key. */
function fork({ bag, random }: TamperCase): void {
  const { text } = splitNote(fileOf(bag, CHECKPOINT));
  const [origin = "", size = ""] = text.split("\n");
  const other = `${origin}\n${size}\n${random.bytes(32).toString("base64")}\n`;
  bag.set(CHECKPOINT, joinNote(other, [signatureLine(other, LOG_KEY)]));
  exportAnew(bag, LOG_KEY);
}

/** Changes of segments as wholes, of signatures, keys and time stamps. */
export const HISTORY_CLASSES: readonly TamperClass[] = [
  {
    id: "T08",
    what: "the last segment left out and an older checkpoint put for the newest",
    atBest: "verified-with-limits",
    codes: null,
    minSegments: 2,
    apply: cutTail,
  },
  {
    id: "T09",
    what: "the first segment left out",
    atBest: "altered",
    codes: ["head-missing"],
    minSegments: 2,
    apply: ({ bag }) => {
      bag.delete(segmentsOf(bag)[0] ?? "");
      rewriteManifests(bag);
    },
  },
  { id: "T13", what: "a second history, signed by the log", atBest: "conflict", codes: ["two-histories"], apply: fork },
  {
    id: "T16",
    what: "two segments in each other's place",
    atBest: "altered",
    codes: ["segment-misplaced"],
    minSegments: 2,
    apply: ({ bag }) => {
      const [first = "", second = ""] = segmentsOf(bag);
      swapFiles(bag, first, second);
      rewriteManifests(bag);
    },
  },
  {
    id: "T17",
    what: "a segment of another log",
    atBest: "altered",
    codes: ["segment-foreign"],
    packing: "plain",
    apply: ({ bag, foreign, random }) => {
      bag.set(pick(random, segmentsOf(bag)), fileOf(foreign, pick(random, segmentsOf(foreign))));
      rewriteManifests(bag);
    },
  },
  {
    id: "T18",
    what: "everything of another log",
    atBest: "not-verifiable",
    codes: ["key-not-pinned"],
    apply: ({ bag, foreign }) => becomes(bag, foreign),
  },
  {
    id: "T19",
    what: "everything signed anew by another key of the same name",
    atBest: "not-verifiable",
    codes: ["key-substituted"],
    apply: ({ bag, impostor }) => becomes(bag, impostor),
  },
  {
    id: "T20",
    what: "a signature of the log damaged",
    atBest: "altered",
    codes: ["signature-invalid"],
    apply: ({ bag, random }) => {
      editNotes(bag, (text, lines) => joinNote(text, lines.with(0, damageLine(lines[0] ?? "", random))));
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "T21",
    what: "the log's signature left out of every note",
    atBest: "not-verifiable",
    codes: ["log-signature-missing"],
    apply: ({ bag }) => {
      editNotes(bag, (text, lines) => joinNote(text, lines.filter(isWitnessLine)));
      rewriteManifests(bag);
      bag.delete("statement.dsse.json");
      rewriteManifests(bag);
    },
  },
  {
    id: "T23",
    what: "the signature of a witness damaged",
    atBest: "altered",
    codes: ["witness-signature-invalid"],
    apply: ({ bag, random }) => {
      editNotes(bag, (text, lines) => {
        const damaged = lines.findIndex(isWitnessLine);
        return joinNote(text, lines.with(damaged, damageLine(lines[damaged] ?? "", random)));
      });
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "T24",
    what: "a witness of the quorum left out",
    atBest: "verified-with-limits",
    codes: ["quorum-not-met"],
    apply: ({ bag, random }) => {
      const missing = pick(random, WITNESS_KEYS).verifier.name;
      editNotes(bag, (text, lines) =>
        joinNote(
          text,
          lines.filter((line) => !line.startsWith(`— ${missing} `)),
        ),
      );
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "T27",
    what: "signed after the key had ended",
    atBest: "not-verifiable",
    codes: ["key-outside-validity"],
    apply: ({ bag, random }) => {
      const end = `2026-0${random.integer(1, 6)}-01T00:00:00Z`;
      replaceFile(bag, TRUSTED_ROOT, (text) =>
        text.replace(/"start": "[^"]*"/, `"start": "2020-01-01T00:00:00Z", "end": "${end}"`),
      );
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "T30",
    what: "a time stamp of other data",
    atBest: "altered",
    codes: ["time-stamp-mismatch"],
    isOfStamps: true,
    apply: ({ bag, sibling }) => {
      bag.set(stampPath(bag), fileOf(sibling, stampPath(sibling)));
      exportAnew(bag, LOG_KEY);
    },
  },
];

/**
 * Proof files (c2sp.org/tlog-proof@v1) of single records, made from the text of the format, and changed so that they do not
 * show what they say (row T33).
 */
import { memoryContainer } from "../bundle/memory-container.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type SelfTestClass } from "../model/self-test.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { verifyLooseFile } from "../verification/loose-file.ts";
import { type SealedLogMeans } from "../verification/means.ts";
import { fileOf, linesOf, segmentsOf, type BagBytes } from "./bag-bytes.ts";
import { isClean, isMissed } from "./miss.ts";
import { leafOf, rootOf } from "./relog.ts";
import { SeededRandom } from "./seeded-random.ts";
import { pick } from "./tamper-class.ts";

const CASES = 40;
const GOOD_PROOFS = 8;

/** What a proof file says. */
interface ProofParts {
  readonly record: Buffer;
  readonly index: number;
  readonly hashes: readonly Buffer[];
  readonly checkpoint: Buffer;
}

type Change = (proof: ProofParts, random: SeededRandom) => Partial<ProofParts>;

/** Changes of a proof of a log with several records. */
export const PROOF_CHANGES: readonly Change[] = [
  ({ index }, random) => ({ index: index + random.integer(1, 9) }),
  ({ hashes }) => ({ hashes: hashes.slice(1) }),
  ({ hashes }, random) => ({ hashes: [...hashes, random.bytes(32)] }),
  ({ hashes }) => ({ hashes: hashes.toReversed().map((hash) => Buffer.from(hash).reverse()) }),
  ({ hashes }, random) => {
    const [at, bit] = [random.integer(0, hashes.length), random.integer(0, 256)];
    const changed = Buffer.from(hashes[at] ?? []);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return { hashes: hashes.with(at, changed) };
  },
  ({ record }) => ({ record: Buffer.concat([record, Buffer.from(" ")]) }),
];

/** A proof of a record that the source chooses, in the newest state of the bundle. */
function proofOf(bag: BagBytes, random: SeededRandom): ProofParts {
  const records = segmentsOf(bag).flatMap((path) => linesOf(bag, path).map((line) => Buffer.from(line)));
  const index = random.integer(0, records.length);
  const leaves = records.map(leafOf);
  const record = records[index] ?? Buffer.alloc(0);
  return { record, index, hashes: pathTo(index, leaves), checkpoint: fileOf(bag, "data/checkpoint") };
}

function proofText({ record, index, hashes, checkpoint }: ProofParts): Buffer {
  const lines = hashes.map((hash) => `${hash.toString("base64")}\n`).join("");
  const head = `c2sp.org/tlog-proof@v1\nextra ${record.toString("base64")}\nindex ${index}\n${lines}\n`;
  return Buffer.concat([Buffer.from(head), checkpoint]);
}

/** RFC 9162 §2.1.3.1, from leaf to root. */
function pathTo(index: number, leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length <= 1) return [];
  const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  return index < half ? [...pathTo(index, left), rootOf(right)] : [...pathTo(index - half, right), rootOf(left)];
}

/** Verifies good proofs and changed ones. Throws `cancelled`. */
export async function proofClasses(
  seed: string,
  bags: readonly BagBytes[],
  means: SealedLogMeans,
  work: LongWork,
): Promise<readonly SelfTestClass[]> {
  const verify = async (proof: ProofParts): Promise<VerifyResult | undefined> => {
    throwIfCancelled(work.signal);
    return (await verifyLooseFile(fileContainer(proofText(proof)), means))?.result;
  };
  let [missed, falseAlarms] = [0, 0];
  for (let number = 0; number < GOOD_PROOFS; number += 1) {
    const random = new SeededRandom(`${seed} proof ${number}`);
    if (!isClean(await verify(proofOf(pick(random, bags), random)), [])) falseAlarms += 1;
  }
  for (let number = 0; number < CASES; number += 1) {
    const random = new SeededRandom(`${seed} T33 ${number}`);
    const proof = proofOf(pick(random, bags), random);
    const changed = { ...proof, ...pick(random, PROOF_CHANGES)(proof, random) };
    if (isMissed(await verify(changed), { atBest: "altered", codes: ["inclusion-wrong"] })) missed += 1;
  }
  const what = "a proof of another record, or with other hashes";
  return [{ id: "T33", what, format: "sealed-log", missed, of: CASES, falseAlarms, ofGood: GOOD_PROOFS }];
}

function fileContainer(bytes: Uint8Array): ReturnType<typeof memoryContainer> {
  return { ...memoryContainer("event.tlog-proof", new Map([["event.tlog-proof", bytes]])), kind: "file" };
}

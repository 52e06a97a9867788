/** Row T56: a folder of evidence that changes between its listing and its reading. */
import { appendFile, cp, mkdir, mkdtemp, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { openContainer } from "../bundle/open-container.ts";
import { Problem, throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type SelfTestClass } from "../model/self-test.ts";
import { type SealedLogMeans } from "../verification/means.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { type BagBytes } from "./bag-bytes.ts";
import { SeededRandom } from "./seeded-random.ts";
import { pick } from "./tamper-class.ts";

const CASES = 12;
/** Long ago, so that no change falls into the same tick of the file system's clock. */
const LISTED_AT = new Date("2026-07-01T00:00:00Z");

/** What somebody does to a file that another is about to read. */
type Change = (path: string, content: Buffer, random: SeededRandom) => Promise<void>;

const CHANGES: readonly Change[] = [
  (path, _content, random) => appendFile(path, random.bytes(random.integer(1, 9))),
  (path, content, random) => writeFile(path, content.with(random.integer(0, content.length), random.integer(0, 256))),
  (path, content) => writeFile(path, content.subarray(0, -1)),
  // The same bytes in another file.
  async (path) => {
    await cp(path, `${path}.new`, { preserveTimestamps: true });
    await rename(`${path}.new`, path);
  },
];

/** Changes folders after they were listed. Throws `cancelled`. */
export async function changingFolderClass(
  seed: string,
  bags: readonly BagBytes[],
  means: SealedLogMeans,
  work: LongWork,
): Promise<SelfTestClass> {
  let [missed, falseAlarms] = [0, 0];
  for (const bag of bags) {
    if ((await outcome(bag, means, () => Promise.resolve())) !== "read") falseAlarms += 1;
  }
  for (let number = 0; number < CASES; number += 1) {
    throwIfCancelled(work.signal);
    const random = new SeededRandom(`${seed} T56 ${number}`);
    const bag = pick(random, bags);
    const [path, content] = pick(random, [...bag]);
    const change = pick(random, CHANGES);
    const found = await outcome(bag, means, (folder) => change(join(folder, path), content, random));
    if (found !== "changed-while-reading") missed += 1;
  }
  const what = "a file that changes while it is read";
  return { id: "T56", what, format: "container", missed, of: CASES, falseAlarms, ofGood: bags.length };
}

/** The code with which the bundle is refused when this happens after its folder was listed. */
async function outcome(
  bag: BagBytes,
  means: SealedLogMeans,
  happens: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assay-self-test-"));
  try {
    for (const [path, bytes] of bag) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
      await utimes(join(folder, path), LISTED_AT, LISTED_AT);
    }
    const container = await openContainer(folder);
    await happens(folder);
    await verifyBundle(container, means);
    return "read";
  } catch (error) {
    if (error instanceof Problem && error.kind === "refused") return error.code;
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The verifier's errors on archives and folders that are to be refused (rows T51 to T56), and on good ones. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openContainer } from "../bundle/open-container.ts";
import { Problem, throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type SelfTestClass } from "../model/self-test.ts";
import { type SealedLogMeans } from "../verification/means.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { type BagBytes } from "./bag-bytes.ts";
import { changingClasses } from "./changing-evidence.ts";
import { CONTAINER_CLASSES, entriesOf } from "./container-classes.ts";
import { SeededRandom } from "./seeded-random.ts";
import { pick } from "./tamper-class.ts";
import { zipBytes } from "./zip-bytes.ts";

/** Cases of each class. */
const CASES = 20;

/** Opens archives made of good bundles. Throws `cancelled`. */
export async function containerClasses(
  seed: string,
  bags: readonly BagBytes[],
  means: SealedLogMeans,
  work: LongWork,
): Promise<readonly SelfTestClass[]> {
  const folder = await mkdtemp(join(tmpdir(), "assay-self-test-"));
  const path = join(folder, "bundle.zip");
  const outcome = async (archive: Buffer): Promise<readonly string[]> => {
    throwIfCancelled(work.signal);
    await writeFile(path, archive);
    return codesOf(path, means);
  };
  try {
    let falseAlarms = 0;
    for (const bag of bags) {
      for (const deflated of [false, true]) {
        if ((await outcome(zipBytes(entriesOf(bag, deflated)))).length > 0) falseAlarms += 1;
      }
    }
    const classes: SelfTestClass[] = [];
    for (const { id, what, codes, make } of CONTAINER_CLASSES) {
      let missed = 0;
      for (let number = 0; number < CASES; number += 1) {
        const random = new SeededRandom(`${seed} ${id} ${number}`);
        const found = await outcome(make(pick(random, bags), random));
        if (!found.some((code) => codes.includes(code))) missed += 1;
      }
      classes.push({ id, what, format: "container", missed, of: CASES, falseAlarms, ofGood: 2 * bags.length });
    }
    return [...classes, ...(await changingClasses(seed, bags, means, work))];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What is found in the archive, or the code with which it is refused. */
async function codesOf(path: string, means: SealedLogMeans): Promise<readonly string[]> {
  try {
    const container = await openContainer(path);
    try {
      const judgement = await verifyBundle(container, means);
      return judgement === undefined ? ["no-evidence"] : judgement.result.findings.map(({ code }) => code);
    } finally {
      await container.close();
    }
  } catch (error) {
    if (error instanceof Problem && error.kind === "refused") return [error.code];
    throw error;
  }
}

/** Row T56: evidence that changes between its listing and the end of its reading. */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { openContainer } from "../bundle/open-container.ts";
import { Problem, throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type SelfTestClass } from "../model/self-test.ts";
import { type SealedLogMeans } from "../verification/means.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { type BagBytes } from "./bag-bytes.ts";
import { entriesOf } from "./container-classes.ts";
import { SeededRandom } from "./seeded-random.ts";
import { pick } from "./tamper-class.ts";
import { zipBytes } from "./zip-bytes.ts";

/** Cases of each class. */
const CASES = 12;
/** Long ago, so that no change falls into the same tick of the file system's clock. */
const LISTED_AT = new Date("2026-07-01T00:00:00Z");

const ARCHIVE = "bundle.zip";

/** What somebody does to a file that another reads. */
type Change = (path: string, random: SeededRandom) => void;

const OF_CONTENT: readonly Change[] = [
  (path, random) => appendFileSync(path, random.bytes(random.integer(1, 9))),
  (path, random) => {
    const content = readFileSync(path);
    writeFileSync(path, content.with(random.integer(0, content.length), random.integer(0, 256)));
  },
  (path) => writeFileSync(path, readFileSync(path).subarray(0, -1)),
  // The same bytes in another file.
  (path) => {
    cpSync(path, `${path}.new`, { preserveTimestamps: true });
    renameSync(`${path}.new`, path);
  },
  (path) => rmSync(path),
];

const OF_LIST: readonly Change[] = [
  (path, random) => writeFileSync(`${path}.more`, random.bytes(random.integer(0, 9))),
  (path, random) => {
    mkdirSync(`${path}.folder`);
    writeFileSync(join(`${path}.folder`, "more"), random.bytes(random.integer(0, 9)));
  },
  (path) => renameSync(path, `${path}.old`),
  (path) => rmSync(path),
];

interface ChangingClass {
  readonly id: string;
  readonly what: string;
  readonly changes: readonly Change[];
  /** Writes a bag into the folder, and gives the path of what is to be opened. */
  readonly write: (folder: string, bag: BagBytes) => string;
}

const CHANGING: readonly ChangingClass[] = [
  { id: "T56", what: "a file that changes while it is read", changes: OF_CONTENT, write: writeFolder },
  { id: "T56-list", what: "a folder whose files change while it is read", changes: OF_LIST, write: writeFolder },
  { id: "T56-archive", what: "an archive that changes while it is read", changes: OF_CONTENT, write: writeArchive },
];

/** Changes folders and archives after they were listed, at any moment until all is read. Throws `cancelled`. */
export async function changingClasses(
  seed: string,
  bags: readonly BagBytes[],
  means: SealedLogMeans,
  work: LongWork,
): Promise<readonly SelfTestClass[]> {
  const classes: SelfTestClass[] = [];
  for (const { id, what, changes, write } of CHANGING) {
    let [missed, falseAlarms] = [0, 0];
    for (const bag of bags) {
      if ((await outcome(bag, means, write)) !== "read") falseAlarms += 1;
    }
    for (let number = 0; number < CASES; number += 1) {
      throwIfCancelled(work.signal);
      const random = new SeededRandom(`${seed} ${id} ${number}`);
      const bag = pick(random, bags);
      const member = pick(random, [...bag.keys()]);
      const change = pick(random, changes);
      // Progress is told once for each file at least.
      const at = random.integer(0, bag.size + 1);
      const found = await outcome(bag, means, write, { at, act: (opened) => change(pathOf(opened, member), random) });
      if (found !== "changed-while-reading") missed += 1;
    }
    classes.push({ id, what, format: "container", missed, of: CASES, falseAlarms, ofGood: bags.length });
  }
  return classes;
}

/** A change to what was opened: before anything is read (0), or when progress was told so often. */
interface Happening {
  readonly at: number;
  readonly act: (opened: string) => void;
}

/** The code with which the bundle is refused when this happens. */
async function outcome(
  bag: BagBytes,
  means: SealedLogMeans,
  write: ChangingClass["write"],
  happening: Happening | null = null,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "assay-self-test-"));
  try {
    const opened = write(folder, bag);
    const container = await openContainer(opened);
    try {
      let told = 0;
      if (happening?.at === told) happening.act(opened);
      const onProgress = (): void => {
        told += 1;
        if (happening?.at === told) happening.act(opened);
      };
      await verifyBundle(container, means, { onProgress });
      await container.assertUnchanged?.();
    } finally {
      await container.close();
    }
    return "read";
  } catch (error) {
    if (error instanceof Problem && error.kind === "refused") return error.code;
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeFolder(folder: string, bag: BagBytes): string {
  const root = join(folder, "bundle");
  for (const [path, bytes] of bag) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
    utimesSync(join(root, path), LISTED_AT, LISTED_AT);
  }
  return root;
}

function writeArchive(folder: string, bag: BagBytes): string {
  const path = join(folder, ARCHIVE);
  writeFileSync(path, zipBytes(entriesOf(bag, true)));
  utimesSync(path, LISTED_AT, LISTED_AT);
  return path;
}

/** What is changed: the member of a folder, or the archive itself. */
function pathOf(opened: string, member: string): string {
  return opened.endsWith(ARCHIVE) ? opened : join(opened, member);
}

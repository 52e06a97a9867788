import { locateBundle, readBundle } from "../bundle/bundle-reader.ts";
import { type Container } from "../bundle/container.ts";
import { segmentReader, type SegmentReader } from "../bundle/read-segment.ts";
import { readRecordLines } from "../bundle/record-lines.ts";
import { type Problem } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { type ComparedHash } from "./compared-hash.ts";
import { judgeStateAhead } from "./log-states.ts";
import { type SealedLogMeans } from "./means.ts";
import { judgeSealedLog, judgeSignedFiles, type RecordReading, type SealedLogJudgement } from "./sealed-log.ts";

export interface VerificationMeans extends SealedLogMeans {
  /** Reads segments faster than `hash` would, and with the same result. */
  readonly readSegments?: SegmentReader | undefined;
  /** Takes the digests of files that `hash` did not compute, to compare them too. */
  readonly compared?: ComparedHash | undefined;
}

/**
 * Reads and judges the Evidence Log Bundle in a container; undefined when the container holds none.
 * Throws the container's `refused` problems ({@link refusedResult} makes a result of them) and those of the machine.
 */
export async function verifyBundle(
  container: Container,
  means: VerificationMeans,
  work: LongWork = {},
  /** Told of every file of the bag: its path in the container, and its digest as packed, lower-case hex. */
  onFile: (path: string, sha256: string) => void = () => undefined,
): Promise<SealedLogJudgement | undefined> {
  const prefix = locateBundle(container);
  return prefix === undefined ? undefined : judgeBundle(container, prefix, means, { work, onFile, isOutline: false });
}

/** How a bundle is read when an outline of it may be enough. */
export interface OutlineReading {
  /** As {@link verifyBundle} tells it; of a bundle that is read twice, told twice. */
  readonly onFile?: (path: string, sha256: string) => void;
  /** Whether the judgement of an outline is all that its caller needs. */
  readonly isEnough?: (judgement: SealedLogJudgement) => boolean;
  /** Reads segments the second time, where that differs from the first. */
  readonly readAgain?: SegmentReader;
}

/**
 * The result of {@link verifyBundle} in memory that does not grow with the records: no leaves are kept. Only when the records
 * are not those that were signed, the bundle is read once more, with all that tells what differs.
 */
export async function verifyBundleOutline(
  container: Container,
  means: VerificationMeans,
  work: LongWork = {},
  { onFile = () => undefined, isEnough = () => true, readAgain }: OutlineReading = {},
): Promise<SealedLogJudgement | undefined> {
  const prefix = locateBundle(container);
  if (prefix === undefined) return undefined;
  // Digests that are compared are those of everything.
  const isOutline = means.compared === undefined;
  const judgement = await judgeBundle(container, prefix, means, { work, onFile, isOutline });
  if (!isOutline || (judgement.isOutlineEnough && isEnough(judgement))) return judgement;
  const again = readAgain ? { ...means, readSegments: readAgain } : means;
  return judgeBundle(container, prefix, again, { work, onFile, isOutline: false });
}

interface Judging {
  readonly work: LongWork;
  readonly isOutline: boolean;
  readonly onFile?: (path: string, sha256: string) => void;
}

async function judgeBundle(
  container: Container,
  prefix: string,
  means: VerificationMeans,
  { work, isOutline, onFile }: Judging,
): Promise<SealedLogJudgement> {
  const read = means.readSegments ?? segmentReader(means.hash);
  const ahead: { signedFiles?: ReturnType<typeof judgeSignedFiles> } = {};
  const contents = await readBundle(container, prefix, read, {
    work,
    isOutline,
    // While records are hashed in threads beside, this one has time for signatures; their results are remembered.
    onFile: (file) => judgeStateAhead(file, means),
    onBag: (bag) => {
      ahead.signedFiles = judgeSignedFiles(bag, means);
      // Awaited in its turn.
      ahead.signedFiles.catch(() => undefined);
    },
  });
  for (const { content, sha256 } of contents.files.values()) if (content) means.compared?.check(content, sha256);
  for (const { path, sha256 } of [...contents.files.values(), ...contents.segments]) {
    if (sha256 !== "") onFile?.(prefix + path, sha256);
  }
  const records: RecordReading = {
    isWhole: true,
    read: (isWanted) => readRecordLines(container, prefix, contents, isWanted, work),
  };
  return judgeSealedLog(contents, means, records, ahead.signedFiles);
}

/** The result for content that was refused: nothing was loaded, and one finding says why. */
export function refusedResult(problem: Problem): VerifyResult {
  const { file, line, offset, expected, found } = problem.details;
  return {
    verdict: "refused",
    proof: "none",
    log: null,
    chains: [],
    window: { asked: null, proven: null },
    counts: { records: 0, segments: 0, withheld: 0, absent: 0 },
    checks: [{ name: "container", verdict: "failed", checked: 1, failed: 1, note: problem.message }],
    findings: [
      {
        code: problem.code,
        verdict: "refused",
        message: problem.message,
        where: {
          ...(file === undefined ? {} : { file }),
          ...(line === undefined ? {} : { line }),
          ...(offset === undefined ? {} : { offset }),
        },
        ...(expected === undefined ? {} : { expected }),
        ...(found === undefined ? {} : { found }),
      },
    ],
    keys: [],
  };
}

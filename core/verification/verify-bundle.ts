import { locateBundle, readBundle, type BagFile } from "../bundle/bundle-reader.ts";
import { type Container } from "../bundle/container.ts";
import { segmentReader, type SegmentReader } from "../bundle/read-segment.ts";
import { readRecordLines } from "../bundle/record-lines.ts";
import { type Problem } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { type ComparedHash } from "./compared-hash.ts";
import { judgeStateAhead } from "./log-signature.ts";
import { type SealedLogMeans } from "./means.ts";
import { judgeSealedLog, type SealedLogJudgement } from "./sealed-log.ts";

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
  if (prefix === undefined) return undefined;
  const read = means.readSegments ?? segmentReader(means.hash);
  // While records are hashed in threads beside, this one has time for signatures; their results are remembered.
  const onRead = (file: BagFile): void => judgeStateAhead(file, means);
  const contents = await readBundle(container, prefix, read, work, undefined, onRead);
  for (const { content, sha256 } of contents.files.values()) if (content) means.compared?.check(content, sha256);
  for (const { path, sha256 } of [...contents.files.values(), ...contents.segments]) {
    if (sha256 !== "") onFile(prefix + path, sha256);
  }
  return judgeSealedLog(contents, means, (isWanted) => readRecordLines(container, prefix, contents, isWanted, work));
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

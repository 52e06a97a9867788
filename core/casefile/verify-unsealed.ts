import { type Container, DEFAULT_LIMITS } from "../bundle/container.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { findLogFiles, openLogFile } from "./log-files.ts";
import { unprovenResult } from "./unproven.ts";

const LINE_FEED = 0x0a;

/**
 * The result for evidence without a sealed log. Every file is read to its end, so that damage shows; records are counted
 * where they are lines. Throws `no-evidence` and the `refused` problems of damaged files.
 */
export async function verifyUnsealed(container: Container, work: LongWork): Promise<VerifyResult> {
  const { files, recognition } = await findLogFiles(container, undefined);
  const bytesTotal = files.reduce((total, { byteLength }) => total + byteLength, 0);
  let bytesDone = 0;
  let records = 0;
  for (const file of files) {
    let lines = 0;
    let unterminated = false;
    for await (const chunk of openLogFile(container, file, DEFAULT_LIMITS.maxTotalBytes)) {
      throwIfCancelled(work.signal);
      for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) lines += 1;
      unterminated = chunk[chunk.length - 1] !== LINE_FEED;
    }
    if (file.framing.kind === "lines") records += lines + (unterminated ? 1 : 0);
    bytesDone += file.byteLength;
    work.onProgress?.({ phase: "verifying", bytesDone, bytesTotal, records });
  }
  return unprovenResult(recognition.source.name, records, files.length);
}

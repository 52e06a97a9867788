import { type SegmentReader } from "../bundle/read-segment.ts";
import { present } from "../model/assert.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { type SealedLogJudgement } from "../verification/sealed-log.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { type RunningImport } from "./begin-import.ts";
import { endRowOf } from "./load-group.ts";
import { type LoadQueue } from "./load-queue.ts";
import { stagingReader } from "./segment-stager.ts";
import { roomFor, stagedLog } from "./staged-log.ts";
import { NO_TRUST, rememberLog, sealedLogMeans } from "./trust.ts";

/**
 * Verifies a sealed log, and gives every segment to the queue from the same bytes: what is verified is what is staged and
 * loaded. Throws the `refused` problem of evidence that is refused, of which nothing may stay.
 */
export async function loadSealed(work: RunningImport, queue: LoadQueue): Promise<SealedLogJudgement | undefined> {
  const { log, folder, loaded, hasher, options, progress } = work;
  const { bundlePrefix = "", files } = log;
  const positions = new Map(files.map(({ member }, position) => [member.slice(bundlePrefix.length), position]));
  let firstRow = endRowOf(loaded);
  const read = stagingReader(hasher, {
    folder,
    positions,
    staged: loaded.length,
    room: await roomFor(work, files.slice(loaded.length)),
    onSegment: async (position, hashed) => {
      throwIfCancelled(options.signal);
      const known = loaded[position];
      if (known) {
        if (known.sha256 !== hashed.sha256) throw changedSinceInterrupted(work.container.label);
        return;
      }
      const file = stagedLog(work, position, present(files[position], "every segment is a file"), firstRow, hashed);
      firstRow += hashed.records;
      progress.onRecords(hashed.records);
      await queue.add(file);
    },
  });
  return verify(work, read);
}

async function verify(work: RunningImport, readSegments: SegmentReader): Promise<SealedLogJudgement | undefined> {
  const trust = work.options.trust ?? NO_TRUST;
  const means = { ...sealedLogMeans(trust), readSegments };
  const onFile = (path: string, sha256: string): void => void work.digests.set(path, sha256);
  const judgement = await verifyBundle(work.container, means, work.options, onFile);
  if (judgement?.result.verdict !== "refused") {
    await rememberLog(trust, judgement?.pinnedStates ?? []);
    return judgement;
  }
  const cause = judgement.result.findings.find((finding) => finding.verdict === "refused");
  const { file, line, offset } = cause?.where ?? {};
  throw new Problem("refused", cause?.code ?? "refused", cause?.message ?? "the sealed log is malformed", {
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(offset !== undefined && { offset }),
    ...(cause?.expected !== undefined && { expected: cause.expected }),
    ...(cause?.found !== undefined && { found: cause.found }),
  });
}

function changedSinceInterrupted(label: string): Problem {
  const message = `${quote(label)} changed since its import was interrupted; import it without --resume`;
  return new Problem("refused", "changed-while-reading", message, { file: label });
}

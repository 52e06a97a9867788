import { type SegmentReader } from "../bundle/read-segment.ts";
import { present } from "../model/assert.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { type SealedLogJudgement } from "../verification/sealed-log.ts";
import { verifyBundleOutline } from "../verification/verify-bundle.ts";
import { type RunningImport } from "./begin-import.ts";
import { endRowOf } from "./load-group.ts";
import { type LoadQueue } from "./load-queue.ts";
import { readSegmentsBy } from "./segment-pool.ts";
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
  const judgement = await verifyBundleOutline(work.container, means, work.options, {
    onFile: (path, sha256) => noteDigest(work, path, sha256),
    // Where they are not, the leaves that were signed are kept with the exhibit.
    isEnough: ({ recordsAreSigned }) => recordsAreSigned,
    readAgain: (segments) => readSegmentsBy(work.hasher, segments),
  });
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

/** A file that is read twice must be the same: its working copy was made the first time. */
function noteDigest({ digests, container }: RunningImport, path: string, sha256: string): void {
  const before = digests.get(path);
  if (before !== undefined && before !== sha256) {
    const message = `${quote(container.label)} changed while it was being imported; start again`;
    throw new Problem("refused", "changed-while-reading", message, { file: path, expected: before, found: sha256 });
  }
  digests.set(path, sha256);
}

function changedSinceInterrupted(label: string): Problem {
  const message = `${quote(label)} changed since its import was interrupted; import it without --resume`;
  return new Problem("refused", "changed-while-reading", message, { file: label });
}

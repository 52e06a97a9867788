import { type Container, type ContainerLimits } from "../bundle/container.ts";
import { platformHash } from "../bundle/platform-crypto.ts";
import { Problem } from "../model/problem.ts";
import { type LongWork, type Progress } from "../model/progress.ts";
import { worstVerdict, type CopiesResult, type VerifyResult } from "../model/verdict.ts";
import { withRemarks } from "../verification/archive-remarks.ts";
import { compareCopies, type LogCopy } from "../verification/copies.ts";
import { verifyTileLog } from "../verification/tiles.ts";
import { refusedResult, verifyBundle } from "../verification/verify-bundle.ts";
import { openEvidence } from "./evidence-place.ts";
import { poolFor } from "./segment-pool.ts";
import { rememberLog, sealedLogMeans, type Trust } from "./trust.ts";
import { verifyContainer } from "./verify-evidence.ts";

/** A copy that was verified, and what it shows when it is a sealed log. */
interface JudgedCopy {
  readonly result: VerifyResult;
  readonly log: LogCopy | null;
}

/**
 * Verifies several copies of one log, and says how they agree and which of them holds which records as they were logged. A
 * copy that is refused takes part as that. Throws the system's errors, and `cancelled`.
 */
export async function verifyCopies(
  paths: readonly string[],
  trust: Trust,
  work: LongWork,
  limits?: ContainerLimits,
): Promise<CopiesResult> {
  const copies: JudgedCopy[] = [];
  for (const [position, path] of paths.entries()) {
    const onProgress = (progress: Progress): void =>
      work.onProgress?.({ ...progress, phase: `copy ${position + 1} of ${paths.length}: ${progress.phase}` });
    copies.push(await judgeCopy(path, trust, { signal: work.signal, onProgress }, limits));
  }
  return judgeCopies(copies);
}

async function judgeCopy(
  path: string,
  trust: Trust,
  work: LongWork,
  limits: ContainerLimits | undefined,
): Promise<JudgedCopy> {
  try {
    const container = await openEvidence(path, limits);
    try {
      const copy = await verifyLogCopy(container, trust, work);
      if (copy === undefined) return { result: await verifyContainer(container, trust, work), log: null };
      await container.assertUnchanged?.();
      return { ...copy, result: withRemarks(copy.result, container) };
    } finally {
      await container.close();
    }
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "refused") throw error;
    return { result: refusedResult(error), log: null };
  }
}

/** Undefined for evidence that is neither a sealed nor a tiled log. */
async function verifyLogCopy(container: Container, trust: Trust, work: LongWork): Promise<JudgedCopy | undefined> {
  const pool = poolFor(container);
  const means = { ...sealedLogMeans(trust), readSegments: pool?.read };
  const sealed = await verifyBundle(container, means, work).finally(() => pool?.close());
  const judgement = sealed ?? (await verifyTileLog(container, means, work));
  if (judgement === undefined) return undefined;
  await rememberLog(trust, judgement.pinnedStates);
  const { state, segments, result } = judgement;
  const states = sealed?.comparedStates ?? (state === null ? [] : [state]);
  return { result, log: state && { newest: state, states, segments, signedLeaves: () => judgement.signedLeaves } };
}

function judgeCopies(copies: readonly JudgedCopy[]): CopiesResult {
  const { relation, good } = compareCopies(
    copies.map(({ log }) => log),
    platformHash,
  );
  const isPinned = copies.every(({ log }) => log?.newest.trust === "pinned");
  const verdicts = copies.map(({ result }) => result.verdict);
  const verdict = worstVerdict(relation === "fork" && isPinned ? [...verdicts, "conflict"] : verdicts);
  return { verdict, copies: copies.map(({ result }) => result), relation, good };
}

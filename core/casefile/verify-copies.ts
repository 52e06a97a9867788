import { type Container } from "../bundle/container.ts";
import { platformHash } from "../bundle/platform-crypto.ts";
import { type LongWork } from "../model/progress.ts";
import { worstVerdict, type CopiesResult, type VerifyResult } from "../model/verdict.ts";
import { compareCopies, type LogCopy } from "../verification/copies.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { rememberLog, sealedLogMeans, type Trust } from "./trust.ts";

/** A copy that was verified, and what it shows when it is a sealed log. */
export interface JudgedCopy {
  readonly result: VerifyResult;
  readonly log: LogCopy | null;
}

/** Verifies a copy that is a sealed log; undefined for other evidence. */
export async function verifyCopy(container: Container, trust: Trust, work: LongWork): Promise<JudgedCopy | undefined> {
  const judgement = await verifyBundle(container, sealedLogMeans(trust), work);
  if (judgement === undefined) return undefined;
  await rememberLog(trust, judgement.pinnedStates);
  const { state, comparedStates, segments, result } = judgement;
  const log = state && { newest: state, states: comparedStates, segments, signedLeaves: () => judgement.signedLeaves };
  return { result, log };
}

/** How several copies of one log agree, and which of them holds which records as they were logged. */
export function judgeCopies(copies: readonly JudgedCopy[]): CopiesResult {
  const { relation, good } = compareCopies(
    copies.map(({ log }) => log),
    platformHash,
  );
  const isPinned = copies.every(({ log }) => log?.newest.trust === "pinned");
  const verdicts = copies.map(({ result }) => result.verdict);
  const verdict = worstVerdict(relation === "fork" && isPinned ? [...verdicts, "conflict"] : verdicts);
  return { verdict, copies: copies.map(({ result }) => result), relation, good };
}

/** What counts as an error of the verifier. */
import { BUNDLE_VERDICTS, type VerifyResult } from "../model/verdict.ts";
import { type TamperClass } from "./tamper-class.ts";

/** Whether there is no finding but these. */
export function isClean(result: VerifyResult | undefined, codes: readonly string[]): boolean {
  return result !== undefined && result.findings.every(({ code }) => codes.includes(code));
}

/** Evidence that is not recognised any more is not loaded: that is no miss. */
export function isMissed(
  result: VerifyResult | undefined,
  { atBest, codes }: Pick<TamperClass, "atBest" | "codes">,
): boolean {
  if (result === undefined) return false;
  const isTooGood = BUNDLE_VERDICTS.indexOf(result.verdict) < BUNDLE_VERDICTS.indexOf(atBest);
  const found = new Set(result.findings.map(({ code }) => code));
  const isUnexplained = codes !== null && !codes.every((code) => found.has(code));
  return isTooGood || isUnexplained || found.size === 0;
}

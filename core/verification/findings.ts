import { type BundleVerdict, type Check, type CheckVerdict, type VerificationFinding } from "../model/verdict.ts";

/** What one check found out. */
export interface CheckOutcome {
  readonly checks: readonly Check[];
  readonly findings: readonly VerificationFinding[];
}

/** A finding; `details` are where it is and what was expected and found there. */
export function finding(
  code: string,
  verdict: BundleVerdict,
  message: string,
  where: VerificationFinding["where"] = {},
  difference: { readonly expected?: string; readonly found?: string } = {},
): VerificationFinding {
  return { code, verdict, message, where, ...difference };
}

/** A check that was made: failed when anything failed, `not-attempted` when there was nothing to check. */
export function check(name: string, checked: number, failed: number, note: string): Check {
  const verdict: CheckVerdict = failed > 0 ? "failed" : checked > 0 ? "verified" : "not-attempted";
  return { name, verdict, checked, failed, note };
}

/** A check that was not made, and why. */
export function notAttempted(name: string, reason: string, items = 0): Check {
  return { name, verdict: "not-attempted", checked: items, failed: 0, note: reason };
}

/** A check that cannot decide, and why. */
export function notVerifiable(name: string, reason: string, checked = 0): Check {
  return { name, verdict: "not-verifiable", checked, failed: 0, note: reason };
}

/** "1 event", "3 events". */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

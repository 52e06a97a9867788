import { type AnyVerdict } from "../../ui/verdict-badge.tsx";
import {
  type BundleVerdict,
  BUNDLE_VERDICTS,
  type Check,
  type VerificationFinding,
} from "../../../core/model/verdict.ts";
import { checkOfFinding } from "../../../core/model/check-texts.ts";
import { type Judgement } from "./subject.ts";

/** The findings a check came to. */
export function findingsOf(result: Judgement, check: Check): readonly VerificationFinding[] {
  return result.findings.filter((finding) => checkOfFinding(finding, result.checks) === check.name);
}

/**
 * The word a check shows: a failed one shows the verdict of its worst finding. One that failed without findings of its
 * own is explained by those of another check, and so shares the verdict of the whole.
 */
export function shownVerdict(result: Judgement, check: Check): AnyVerdict {
  const worst = worstOf(findingsOf(result, check));
  if (check.verdict === "failed") return worst ?? result.verdict;
  return check.verdict === "verified" && worst === "verified-with-limits" ? worst : check.verdict;
}

function worstOf(findings: readonly VerificationFinding[]): BundleVerdict | undefined {
  return BUNDLE_VERDICTS.findLast((verdict) => findings.some((finding) => finding.verdict === verdict));
}

/** The check to open: the chosen one, else the first with a finding of the bundle's own verdict, else the first that failed. */
export function openCheckOf(result: Judgement, chosen: string | null): Check | null {
  return (
    result.checks.find((check) => check.name === chosen) ??
    result.checks.find((check) => findingsOf(result, check).some((finding) => finding.verdict === result.verdict)) ??
    result.checks.find((check) => check.verdict === "failed") ??
    result.checks[0] ??
    null
  );
}

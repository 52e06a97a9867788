import { type BundleVerdict, type Check, type CheckVerdict, type VerificationFinding } from "../model/verdict.ts";

/** Findings of one check; further faults are counted. A hostile list could name a million files that are missing. */
const MAX_FINDINGS = 1_000;

/** Collects what the checks of a package find, in order. */
export class PackageChecks {
  readonly checks: Check[] = [];
  readonly findings: VerificationFinding[] = [];

  /** Records a check over counted items; it failed when `faults` is not empty, and then each of the first is a finding. */
  counted(name: string, checked: number, faults: readonly PackageFault[], note: string): void {
    this.findings.push(...faults.slice(0, MAX_FINDINGS).map((fault) => findingOf(fault)));
    const verdict = faults.length > 0 ? "failed" : checked === 0 ? "not-attempted" : "verified";
    this.checks.push({ name, verdict, checked, failed: faults.length, note });
  }

  /** Records what no check failed for and a verdict must still tell of. */
  limits(limits: readonly PackageFault[]): void {
    this.findings.push(...limits.map((limit) => findingOf(limit)));
  }

  /** Records a check of one thing. */
  single(name: string, fault: PackageFault | undefined, note: string): void {
    this.counted(name, 1, fault === undefined ? [] : [fault], note);
  }

  /** Records a check that could not come to a result, with the reason. */
  without(name: string, verdict: Extract<CheckVerdict, "not-attempted" | "not-verifiable">, note: string): void {
    this.checks.push({ name, verdict, checked: 0, failed: 0, note });
  }
}

/** Something wrong with a package, and the file it is about. */
export interface PackageFault {
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly expected?: string;
  readonly found?: string;
  readonly verdict?: BundleVerdict;
}

function findingOf({ code, message, file, expected, found, verdict = "altered" }: PackageFault): VerificationFinding {
  return {
    code,
    verdict,
    message,
    where: file === undefined ? {} : { file },
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { found }),
  };
}

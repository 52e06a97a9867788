import { platformHash } from "../bundle/platform-crypto.ts";
import { type BundleVerdict, type Check, type VerificationFinding, worstVerdict } from "../model/verdict.ts";
import { type Certificate, fingerprintOf } from "../signing/certificate.ts";
import { type PackageChecks } from "./package-checks.ts";
import { EXAMINER_CERTIFICATE } from "./package-layout.ts";

/** What is known of a package after all checks. */
export interface PackageVerification {
  readonly verdict: BundleVerdict;
  readonly checks: readonly Check[];
  readonly findings: readonly VerificationFinding[];
  readonly signer: { readonly name: string; readonly fingerprint: string; readonly trusted: boolean } | null;
  /** The one sentence that says how it stands. */
  readonly summary: string;
}

/** The verdict that the findings allow: never better than `not-verifiable` unless the signer's fingerprint is trusted. */
export function concludePackage(
  { checks, findings: faults }: PackageChecks,
  certificate: Certificate | undefined,
  trusted: readonly string[],
): PackageVerification {
  if (certificate === undefined) return { ...judged(checks, faults, ""), signer: null };
  const fingerprint = fingerprintOf(platformHash, certificate);
  const isTrusted = trusted.includes(fingerprint);
  const findings = isTrusted ? faults : [...faults, notCompared(fingerprint)];
  return {
    ...judged(checks, findings, fingerprint),
    signer: { name: certificate.commonName, fingerprint, trusted: isTrusted },
  };
}

function judged(
  checks: readonly Check[],
  findings: readonly VerificationFinding[],
  fingerprint: string,
): Omit<PackageVerification, "signer"> {
  const verdict = worstVerdict(findings.map((finding) => finding.verdict));
  return { verdict, checks, findings, summary: summaryOf(verdict, findings, fingerprint) };
}

function notCompared(fingerprint: string): VerificationFinding {
  return {
    code: "signer-not-compared",
    verdict: "not-verifiable",
    message: `the signer's certificate ${fingerprint} has not been compared with one you hold`,
    where: { file: EXAMINER_CERTIFICATE },
  };
}

function summaryOf(verdict: BundleVerdict, findings: readonly VerificationFinding[], fingerprint: string): string {
  const causes = findings.filter((finding) => finding.verdict === verdict);
  const cause = causes[0]?.message ?? "";
  const held = `consistent, and signed with the key of the certificate ${fingerprint} that you hold`;
  switch (verdict) {
    case "verified":
      return held;
    case "verified-with-limits":
      return `${held}; ${cause}`;
    case "not-verifiable":
      return `consistent; ${cause}`;
    default:
      return `changed after it was signed, or never consistent: ${causes.length} ${causes.length === 1 ? "fault" : "faults"}`;
  }
}

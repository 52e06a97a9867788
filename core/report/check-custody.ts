import { type CustodyVerification, verifyCustody } from "../casefile/custody-verify.ts";
import { type PackageChecks } from "./package-checks.ts";
import { CUSTODY } from "./package-layout.ts";

/** Checks the journal of a package by itself. */
export async function checkCustody(
  checks: PackageChecks,
  journal: Uint8Array | undefined,
): Promise<CustodyVerification | undefined> {
  if (journal === undefined) {
    checks.without("custody", "not-attempted", "there is no custody.jsonl");
    return undefined;
  }
  const custody = await verifyCustody(journal);
  const faults = custody.findings
    .filter((finding) => finding.verdict === "altered")
    .map((finding) => ({ code: finding.code, message: `line ${finding.line}: ${finding.message}`, file: CUSTODY }));
  if (faults.length === 0 && custody.verdict === "not-verifiable") {
    const reason = custody.findings.find((finding) => finding.verdict === "not-verifiable")?.message ?? "";
    checks.without("custody", "not-verifiable", `${custody.entries} entries in an unbroken chain; ${reason}`);
  } else {
    checks.counted("custody", custody.entries, faults, `${custody.entries} entries, head ${custody.head}`);
  }
  return custody;
}

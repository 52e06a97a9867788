import { equalBytes } from "../encoding/bytes.ts";
import { type Certificate } from "../signing/certificate.ts";
import { type PackageChecks, type PackageFault } from "./package-checks.ts";
import { FINDINGS_JSON, isAnnex, REPORT_PDF } from "./package-layout.ts";
import { type PackageReader } from "./package-reader.ts";
import { pdfSignatureFault, readAttachment } from "./pdf-signature.ts";

/** Checks the signatures of the report and its annexes, and that the report embeds findings.json. */
export async function checkReport(
  checks: PackageChecks,
  files: PackageReader,
  certificate: Certificate | undefined,
): Promise<void> {
  if (!files.has(REPORT_PDF)) {
    checks.without("report-signature", "not-attempted", "there is no report.pdf");
    checks.without("report-attachment", "not-attempted", "there is no report.pdf");
    return;
  }
  if (certificate === undefined) checks.without("report-signature", "not-attempted", "there is no certificate");
  else await checkReportSignatures(checks, files, certificate);
  await checkAttachment(checks, files);
}

/** The report and its annexes are signed alike. */
async function checkReportSignatures(
  checks: PackageChecks,
  files: PackageReader,
  certificate: Certificate,
): Promise<void> {
  const signed = files.paths.filter((path) => path === REPORT_PDF || isAnnex(path));
  const faults: PackageFault[] = [];
  for (const file of signed) {
    const fault = await pdfSignatureFault((await files.read(file)) ?? new Uint8Array(), certificate.der);
    if (fault !== undefined) faults.push({ code: "report-signature-invalid", message: `${file}: ${fault}`, file });
  }
  const annexes = signed.length === 1 ? "" : `, and the ${signed.length - 1} of its annexes`;
  const note = faults[0]?.message ?? `the examiner's key signed the whole file${annexes}`;
  checks.counted("report-signature", signed.length, faults, note);
}

async function checkAttachment(checks: PackageChecks, files: PackageReader): Promise<void> {
  const findings = await files.read(FINDINGS_JSON);
  const attachment = await readAttachment((await files.read(REPORT_PDF)) ?? new Uint8Array(), FINDINGS_JSON);
  if (attachment !== null && findings !== undefined && equalBytes(attachment, findings)) {
    checks.single("report-attachment", undefined, "report.pdf embeds findings.json, byte for byte");
    return;
  }
  const message = "report.pdf expected to embed findings.json byte for byte";
  checks.single("report-attachment", { code: "report-attachment-differs", message, file: REPORT_PDF }, message);
}

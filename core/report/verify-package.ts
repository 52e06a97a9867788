import { webcrypto } from "node:crypto";

import { platformHash } from "../bundle/platform-crypto.ts";
import { type CustodyVerification, verifyCustody } from "../casefile/custody-verify.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { quote } from "../model/problem.ts";
import { type BundleVerdict, type Check, type VerificationFinding, worstVerdict } from "../model/verdict.ts";
import { type Certificate, fingerprintOf, formatCertificatePem, parseCertificatePem } from "../signing/certificate.ts";
import { verifyCms } from "../signing/cms.ts";
import { importEcdsaPublicKey, verifyEcdsa } from "../signing/ecdsa.ts";
import { type TimeAuthority } from "../signing/time-stamp.ts";
import { checkCustodyBinding } from "./check-custody-binding.ts";
import { checkChain, checkRetirement, checkRotations, type RetiredKey } from "./check-signer.ts";
import { checkExhibits } from "./check-exhibits.ts";
import { checkTimeStamps } from "./check-time-stamps.ts";
import { PackageChecks, type PackageFault } from "./package-checks.ts";
import {
  CUSTODY,
  EXAMINER_CERTIFICATE,
  FINDINGS_JSON,
  isAnnex,
  isUnlistedAllowed,
  REPORT_PDF,
  SUMS,
  SUMS_CMS,
  SUMS_SIGNATURE,
} from "./package-layout.ts";
import { readPackage } from "./package-reading.ts";
import { pdfSignatureFault, readAttachment } from "./pdf-signature.ts";
import { hexDigest } from "./hex-digest.ts";
import { parseSums, type SumLine } from "./sums.ts";

// The types of Node's WebCrypto and of the DOM's differ in overloads that are not used; it is the same interface.
const platformCrypto = webcrypto as Crypto;

/** What `assay verify-package --json` prints. */
export interface PackageVerification {
  readonly verdict: BundleVerdict;
  readonly checks: readonly Check[];
  readonly findings: readonly VerificationFinding[];
  readonly signer: { readonly name: string; readonly fingerprint: string; readonly trusted: boolean } | null;
  /** The one sentence that says how it stands. */
  readonly summary: string;
}

export interface VerifyPackageOptions {
  /** SHA-256 fingerprints (lower-case hex) of certificates that the verifying person holds. */
  readonly trusted: readonly string[];
  /** Certificates of time authorities that the verifying person pinned. */
  readonly authorities?: readonly TimeAuthority[];
  /** Keys that their holder reported: of the verifying person, as far as they are. */
  readonly retired?: readonly RetiredKey[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Verifies a findings package, a folder or a zip, by itself: its list and signatures, the report, the cited records and
 * the custody journal. Every change of a byte of any of its files is found, as is a file that is not listed.
 *
 * The certificate in a package is never trusted because it is there: without a trusted fingerprint the best verdict is
 * `not-verifiable`. Throws `not-a-package` and the refusals of containers.
 */
export async function verifyPackage(path: string, options: VerifyPackageOptions): Promise<PackageVerification> {
  return verifyPackageFiles(
    await readPackage(path, options.signal),
    options.trusted,
    options.authorities,
    options.retired,
  );
}

/** The same for files in memory. */
export async function verifyPackageFiles(
  files: ReadonlyMap<string, Uint8Array>,
  trusted: readonly string[],
  authorities: readonly TimeAuthority[] = [],
  retired: readonly RetiredKey[] = [],
): Promise<PackageVerification> {
  const checks = new PackageChecks();
  const { certificate, signedAtMs } = await checkRoot(checks, files);
  await checkReport(checks, files, certificate);
  checkExhibits(checks, files);
  const custody = await checkCustody(checks, files);
  checkCustodyBinding(checks, files, custody);
  const stampedMs = await checkTimeStamps(checks, files, authorities);
  await checkRotations(checks, files, certificate);
  await checkChain(checks, files, certificate);
  if (certificate !== undefined) {
    const fingerprint = fingerprintOf(platformHash, certificate);
    checkRetirement(checks, fingerprint, { claimedMs: signedAtMs, stampedMs }, retired);
  }
  return conclude(checks, certificate, trusted);
}

/** What the list of files and its signatures say: whose certificate, and when it says it was signed. */
export interface PackageRoot {
  readonly certificate: Certificate | undefined;
  /** A claim of the signer, milliseconds since 1970. */
  readonly signedAtMs: number | undefined;
}

/** Checks the list of files and its signatures: alone these find every change of every file. */
export async function checkRoot(checks: PackageChecks, files: ReadonlyMap<string, Uint8Array>): Promise<PackageRoot> {
  checkList(checks, files);
  const certificate = checkCertificate(checks, files);
  return { certificate, signedAtMs: await checkSignatures(checks, files, certificate) };
}

function checkList(checks: PackageChecks, files: ReadonlyMap<string, Uint8Array>): void {
  const bytes = files.get(SUMS);
  const lines = bytes === undefined ? "the file is missing" : parseSums(bytes);
  if (typeof lines === "string") {
    checks.single("package-list", { code: "list-malformed", message: `${SUMS}: ${lines}`, file: SUMS }, lines);
    checks.without("package-files", "not-attempted", "there is no list to compare the files with");
    return;
  }
  checks.single("package-list", undefined, `${lines.length} files are listed`);
  const faults = [...listedFaults(lines, files), ...unlistedFaults(lines, files)];
  checks.counted(
    "package-files",
    files.size,
    faults,
    faults.length === 0 ? "every file is the listed one, none is missing or added" : "",
  );
}

function listedFaults(lines: readonly SumLine[], files: ReadonlyMap<string, Uint8Array>): PackageFault[] {
  return lines.flatMap(({ path, sha256: expected }): PackageFault[] => {
    const bytes = files.get(path);
    const file = quote(path);
    if (bytes === undefined)
      return [{ code: "file-missing", message: `${file} is listed and missing`, file: path, expected }];
    const found = hexDigest(bytes);
    if (found === expected) return [];
    return [{ code: "file-changed", message: `${file} is not the file that was listed`, file: path, expected, found }];
  });
}

function unlistedFaults(lines: readonly SumLine[], files: ReadonlyMap<string, Uint8Array>): PackageFault[] {
  const listed = new Set(lines.map(({ path }) => path));
  return [...files.keys()]
    .filter((path) => !listed.has(path) && !isUnlistedAllowed(path))
    .map((path) => ({
      code: "file-unlisted",
      message: `${quote(path)} is not listed: it was added later`,
      file: path,
    }));
}

function checkCertificate(checks: PackageChecks, files: ReadonlyMap<string, Uint8Array>): Certificate | undefined {
  const bytes = files.get(EXAMINER_CERTIFICATE);
  const text = bytes && decodeUtf8(bytes);
  try {
    const certificate = parseCertificatePem(text ?? "");
    if (formatCertificatePem(certificate) === text) {
      checks.single(
        "certificate",
        undefined,
        `${fingerprintOf(platformHash, certificate)}, ${quote(certificate.commonName)}`,
      );
      return certificate;
    }
  } catch {
    // Falls through to the one fault below: bytes that are no certificate in exactly one form.
  }
  const fault = {
    code: "certificate-malformed",
    message: "expected one certificate in PEM and nothing else",
    file: EXAMINER_CERTIFICATE,
  };
  checks.single("certificate", fault, fault.message);
  return undefined;
}

async function checkSignatures(
  checks: PackageChecks,
  files: ReadonlyMap<string, Uint8Array>,
  certificate: Certificate | undefined,
): Promise<number | undefined> {
  const sums = files.get(SUMS);
  if (certificate === undefined || sums === undefined) {
    for (const name of ["package-cms", "package-signature"]) {
      checks.without(name, "not-attempted", "the list or the certificate is not at hand");
    }
    return undefined;
  }
  const result = await verifyCms(
    platformHash,
    platformCrypto,
    files.get(SUMS_CMS) ?? new Uint8Array(),
    certificate,
    sums,
  );
  const cmsFault =
    result.kind === "valid"
      ? undefined
      : result.kind === "malformed"
        ? result.reason
        : "it is no signature of the list";
  checks.single(
    "package-cms",
    cmsFault === undefined
      ? undefined
      : {
          code: "cms-invalid",
          message: `${SUMS_CMS}: ${cmsFault}`,
          file: result.kind === "other-content" ? SUMS : SUMS_CMS,
        },
    result.kind === "valid"
      ? `signed with the examiner's key, by its own clock at ${new Date(result.signingTimeMs).toISOString()}`
      : (cmsFault ?? ""),
  );
  const key = await importEcdsaPublicKey(platformCrypto, certificate.publicKey);
  const signature = files.get(SUMS_SIGNATURE) ?? new Uint8Array();
  const valid = key !== undefined && (await verifyEcdsa(platformCrypto, key, sums, signature));
  const message = `${SUMS_SIGNATURE}: expected a signature of the list by the key of ${EXAMINER_CERTIFICATE}`;
  checks.single(
    "package-signature",
    valid ? undefined : { code: "signature-invalid", message, file: SUMS_SIGNATURE },
    valid ? "the same key signed the list without CMS too" : message,
  );
  return result.kind === "valid" ? result.signingTimeMs : undefined;
}

async function checkReport(
  checks: PackageChecks,
  files: ReadonlyMap<string, Uint8Array>,
  certificate: Certificate | undefined,
): Promise<void> {
  const pdf = files.get(REPORT_PDF);
  if (pdf === undefined) {
    checks.without("report-signature", "not-attempted", "there is no report.pdf");
    checks.without("report-attachment", "not-attempted", "there is no report.pdf");
    return;
  }
  if (certificate === undefined) checks.without("report-signature", "not-attempted", "there is no certificate");
  else await checkReportSignatures(checks, files, certificate);
  const attachment = await readAttachment(pdf, FINDINGS_JSON);
  const findings = files.get(FINDINGS_JSON);
  const equal = attachment !== null && findings !== undefined && equalBytes(attachment, findings);
  const message = "report.pdf expected to embed findings.json byte for byte";
  checks.single(
    "report-attachment",
    equal ? undefined : { code: "report-attachment-differs", message, file: REPORT_PDF },
    equal ? "report.pdf embeds findings.json, byte for byte" : message,
  );
}

/** The report and its annexes are signed alike. */
async function checkReportSignatures(
  checks: PackageChecks,
  files: ReadonlyMap<string, Uint8Array>,
  certificate: Certificate,
): Promise<void> {
  const signed = [...files].filter(([path]) => path === REPORT_PDF || isAnnex(path));
  const faults: PackageFault[] = [];
  for (const [file, pdf] of signed) {
    const fault = await pdfSignatureFault(pdf, certificate.der);
    if (fault !== undefined) faults.push({ code: "report-signature-invalid", message: `${file}: ${fault}`, file });
  }
  const annexes = signed.length === 1 ? "" : `, and the ${signed.length - 1} of its annexes`;
  checks.counted(
    "report-signature",
    signed.length,
    faults,
    faults[0]?.message ?? `the examiner's key signed the whole file${annexes}`,
  );
}

async function checkCustody(
  checks: PackageChecks,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<CustodyVerification | undefined> {
  const bytes = files.get(CUSTODY);
  if (bytes === undefined) {
    checks.without("custody", "not-attempted", "there is no custody.jsonl");
    return undefined;
  }
  const custody = await verifyCustody(bytes);
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

function conclude(
  checks: PackageChecks,
  certificate: Certificate | undefined,
  trusted: readonly string[],
): PackageVerification {
  const fingerprint = certificate === undefined ? undefined : fingerprintOf(platformHash, certificate);
  const isTrusted = fingerprint !== undefined && trusted.includes(fingerprint);
  const content = worstVerdict(checks.findings.map((finding) => finding.verdict));
  const verdict = isTrusted ? content : worstVerdict([content, "not-verifiable"]);
  return {
    verdict,
    checks: checks.checks,
    findings: checks.findings,
    signer:
      certificate === undefined || fingerprint === undefined
        ? null
        : { name: certificate.commonName, fingerprint, trusted: isTrusted },
    summary: summaryOf(verdict, fingerprint ?? "", isTrusted, checks.findings),
  };
}

function summaryOf(
  verdict: BundleVerdict,
  fingerprint: string,
  isTrusted: boolean,
  findings: readonly VerificationFinding[],
): string {
  const [first] = findings.map(({ message }) => message);
  switch (verdict) {
    case "verified":
      return `consistent, and signed with the key of the certificate ${fingerprint} that you hold`;
    case "verified-with-limits":
      return `consistent, and signed with the key of the certificate ${fingerprint} that you hold; ${first ?? ""}`;
    case "not-verifiable":
      return isTrusted
        ? `consistent; ${first ?? ""}`
        : `consistent; the signer's certificate ${fingerprint} has not been compared with one you hold`;
    default:
      return `changed after it was signed, or never consistent: ${findings.length} ${findings.length === 1 ? "fault" : "faults"}`;
  }
}

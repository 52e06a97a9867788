/** Names of a findings package: docs/package.md. */

export const SUMS = "SHA256SUMS";
export const SUMS_CMS = "signatures/SHA256SUMS.p7s";
export const SUMS_SIGNATURE = "signatures/SHA256SUMS.sig";
export const EXAMINER_CERTIFICATE = "keys/examiner.crt";
/** Certificates of the authorities behind the signer's, the issuer first; only where there are any. */
export const CERTIFICATE_CHAIN = "keys/examiner-chain.pem";
/** Statements by which earlier keys of the signer named the next; only where there were any. */
export const KEY_ROTATIONS = "keys/rotations.json";
export const REPORT_PDF = "report.pdf";
/** The same report for a browser. */
export const REPORT_HTML = "report.html";
/** The same report for Word, not signed by itself; only where it was asked for. */
export const REPORT_DOCX = "report.docx";
/** The model that they are drawn from. */
export const REPORT_JSON = "report.json";
export const FINDINGS_JSON = "findings.json";
export const FINDINGS_SCHEMA = "findings.schema.json";
export const VERIFICATION_JSON = "verification-report.json";
export const EXHIBIT_INDEX = "exhibits/index.json";
export const CUSTODY = "custody.jsonl";
/** An in-toto statement about the other listed files, in a signed envelope; only where it was asked for. */
export const PACKAGE_STATEMENT = "package.intoto.jsonl";
export const README = "README-VERIFY.txt";
/** The custody of the case as CASE/UCO JSON-LD. */
export const CASE_JSONLD = "interchange/case.jsonld";
/** Folder of the time stamps, which are added later. */
export const TIME_STAMPS = "timestamps";
/** Folder of the drafts that a person completes and signs. */
export const CERTIFICATES = "certificates";
export const VERIFY_PAGE = "verify.html";
export const VERIFY_INCLUSION = "verify-inclusion.sh";

/** A further PDF with what the report has no room for; numbered from 1. */
export function annexPathOf(number: number): string {
  return `${annexName(number)}.pdf`;
}

/** The same annex for a browser. */
export function annexPagePathOf(number: number): string {
  return `${annexName(number)}.html`;
}

function annexName(number: number): string {
  return `annex-${String(number).padStart(2, "0")}`;
}

/** Whether a file is an annex of the report. */
export function isAnnex(path: string): boolean {
  return /^annex-\d{2,}\.pdf$/.test(path);
}

/** The record of a cited item, its bytes and nothing else. */
export function linePathOf(item: string): string {
  return `exhibits/${item}.line`;
}

/** The self-contained C2SP proof of a cited item. */
export function proofPathOf(item: string): string {
  return `exhibits/${item}.tlog-proof`;
}

/** The checkpoint that the proofs of an exhibit lead to. */
export function checkpointPathOf(exhibit: string): string {
  return `exhibits/checkpoints/${exhibit}.checkpoint`;
}

/** The pinned keys of the log of an exhibit, one vkey a line. */
export function logKeysPathOf(exhibit: string): string {
  return `keys/${exhibit}.vkey`;
}

/** Whether a file may be in a package without being listed: what is signed cannot list its own signature. */
export function isUnlistedAllowed(path: string): boolean {
  return (
    path === SUMS ||
    path === SUMS_CMS ||
    path === SUMS_SIGNATURE ||
    /^timestamps\/[A-Za-z0-9._-]+\.(tsr|pem)$/.test(path)
  );
}

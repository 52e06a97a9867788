/**
 * The second implementation of the package checks, for verify.html. It shares no code with the rest of the program on
 * purpose: it imports the platform's WebCrypto and, for Ed25519 only, @noble/curves. docs/package.md has the formats.
 */
import { type Files, hex, sha256, text } from "./bytes.ts";
import { certificateOf } from "./certificate.ts";
import { checkCustody } from "./custody.ts";
import { checkExhibits } from "./exhibits.ts";
import { checkFiles } from "./files.ts";
import { fail, type Line } from "./line.ts";
import { checkRotations } from "./rotations.ts";
import { checkSignature } from "./signature.ts";

export interface PageResult {
  readonly lines: readonly Line[];
  /** SHA-256 of the certificate in the package, hex; empty when there is none. */
  readonly fingerprint: string;
  /** SHA-256 of verify.html in the folder, hex; empty when there is none. */
  readonly page: string;
}

/** Checks all files of a package. Never throws for what is in them. */
export async function checkPackage(files: Files): Promise<PageResult> {
  const certificate = certificateOf(text(files.get("keys/examiner.crt")) ?? "");
  const lines = [
    ...(await attempt("Files", () => checkFiles(files))),
    ...(await attempt("Signature", () => checkSignature(files, certificate))),
    ...(await attempt("Cited records", () => checkExhibits(files))),
    ...(await attempt("Custody journal", () => checkCustody(files, certificate))),
    ...(await attempt("Earlier keys", () => checkRotations(files, certificate))),
  ];
  const page = files.get("verify.html");
  return {
    lines,
    fingerprint: certificate === undefined ? "" : hex(await sha256(certificate)),
    page: page === undefined ? "" : hex(await sha256(page)),
  };
}

async function attempt(name: string, check: () => Promise<Line[]>): Promise<Line[]> {
  try {
    return await check();
  } catch (error) {
    return [fail(name, `could not be read: ${error instanceof Error ? error.message : "unknown form"}`)];
  }
}

import { webcrypto } from "node:crypto";

import { platformHash } from "../bundle/platform-crypto.ts";
import { type Certificate, fingerprintOf } from "../signing/certificate.ts";
import { verifyExaminerSignature } from "../signing/examiner-signature.ts";
import { readStatement } from "./in-toto.ts";
import { type PackageChecks } from "./package-checks.ts";
import { PACKAGE_STATEMENT, SUMS } from "./package-layout.ts";
import { type PackageReader } from "./package-reader.ts";
import { parseSums } from "./sums.ts";

// The types of Node's WebCrypto and of the DOM's differ in overloads that are not used; it is the same interface.
const platformCrypto = webcrypto as Crypto;

/** Checks the in-toto statement of a package that has one: its form, its signature, and that it is about the listed files. */
export async function checkStatement(
  checks: PackageChecks,
  files: PackageReader,
  certificate: Certificate | undefined,
): Promise<void> {
  const bytes = await files.read(PACKAGE_STATEMENT);
  if (bytes === undefined) return;
  if (certificate === undefined) {
    checks.without("package-statement", "not-attempted", "there is no certificate");
    return;
  }
  const message = await statementFault(bytes, (await files.read(SUMS)) ?? new Uint8Array(), certificate);
  const fault = { code: "statement-invalid", message: `${PACKAGE_STATEMENT}: ${message}`, file: PACKAGE_STATEMENT };
  const note = "the examiner's key signed a statement about every other listed file";
  checks.single("package-statement", message === undefined ? undefined : fault, message ?? note);
}

async function statementFault(
  bytes: Uint8Array,
  sums: Uint8Array,
  certificate: Certificate,
): Promise<string | undefined> {
  const statement = readStatement(bytes);
  if (typeof statement === "string") return statement;
  if (statement.keyId !== fingerprintOf(platformHash, certificate)) return "it names another certificate";
  const { signed, signature } = statement;
  if (!(await verifyExaminerSignature(platformCrypto, certificate.publicKey, signed, signature)))
    return "the signature does not verify";
  const lines = parseSums(sums);
  const listed = typeof lines === "string" ? [] : lines.filter(({ path }) => path !== PACKAGE_STATEMENT);
  const isSame =
    listed.length === statement.files.length &&
    listed.every(({ path, sha256 }, index) => {
      const subject = statement.files[index];
      return subject?.path === path && subject.sha256 === sha256;
    });
  return isSame ? undefined : `it is about other files than ${SUMS} lists`;
}

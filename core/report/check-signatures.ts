import { webcrypto } from "node:crypto";

import { platformHash } from "../bundle/platform-crypto.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { quote } from "../model/problem.ts";
import { type Certificate, fingerprintOf, formatCertificatePem, parseCertificatePem } from "../signing/certificate.ts";
import { verifyCms } from "../signing/cms.ts";
import { verifyExaminerSignature } from "../signing/examiner-signature.ts";
import { type PackageChecks } from "./package-checks.ts";
import { EXAMINER_CERTIFICATE, SUMS, SUMS_CMS, SUMS_SIGNATURE } from "./package-layout.ts";
import { type PackageReader } from "./package-reader.ts";

// The types of Node's WebCrypto and of the DOM's differ in overloads that are not used; it is the same interface.
const platformCrypto = webcrypto as Crypto;

/** Whose certificate is in a package, and when the signer says that it was signed. */
export interface PackageSignature {
  readonly certificate: Certificate | undefined;
  /** A claim of the signer, milliseconds since 1970. */
  readonly signedAtMs: number | undefined;
}

/** Checks the certificate and both signatures of the list. */
export async function checkSignatures(checks: PackageChecks, files: PackageReader): Promise<PackageSignature> {
  const certificate = await checkCertificate(checks, files);
  const sums = await files.read(SUMS);
  if (certificate === undefined || sums === undefined) {
    for (const name of ["package-cms", "package-signature"]) {
      checks.without(name, "not-attempted", "the list or the certificate is not at hand");
    }
    return { certificate, signedAtMs: undefined };
  }
  const signedAtMs = await checkCms(checks, (await files.read(SUMS_CMS)) ?? new Uint8Array(), certificate, sums);
  await checkPlainSignature(checks, (await files.read(SUMS_SIGNATURE)) ?? new Uint8Array(), certificate, sums);
  return { certificate, signedAtMs };
}

async function checkCertificate(checks: PackageChecks, files: PackageReader): Promise<Certificate | undefined> {
  const bytes = await files.read(EXAMINER_CERTIFICATE);
  const text = bytes && decodeUtf8(bytes);
  try {
    const certificate = parseCertificatePem(text ?? "");
    if (formatCertificatePem(certificate) === text) {
      const note = `${fingerprintOf(platformHash, certificate)}, ${quote(certificate.commonName)}`;
      checks.single("certificate", undefined, note);
      return certificate;
    }
  } catch {
    // Falls through to the one fault below: bytes that are no certificate in exactly one form.
  }
  const message = "expected one certificate in PEM and nothing else";
  checks.single("certificate", { code: "certificate-malformed", message, file: EXAMINER_CERTIFICATE }, message);
  return undefined;
}

/** Returns when the signature says that it was made. */
async function checkCms(
  checks: PackageChecks,
  cms: Uint8Array,
  certificate: Certificate,
  sums: Uint8Array,
): Promise<number | undefined> {
  const result = await verifyCms(platformHash, platformCrypto, cms, certificate, sums);
  if (result.kind === "valid") {
    const at = new Date(result.signingTimeMs).toISOString();
    checks.single("package-cms", undefined, `signed with the examiner's key, by its own clock at ${at}`);
    return result.signingTimeMs;
  }
  const reason = result.kind === "malformed" ? result.reason : "it is no signature of the list";
  const file = result.kind === "other-content" ? SUMS : SUMS_CMS;
  checks.single("package-cms", { code: "cms-invalid", message: `${SUMS_CMS}: ${reason}`, file }, reason);
  return undefined;
}

async function checkPlainSignature(
  checks: PackageChecks,
  signature: Uint8Array,
  certificate: Certificate,
  sums: Uint8Array,
): Promise<void> {
  if (await verifyExaminerSignature(platformCrypto, certificate.publicKey, sums, signature)) {
    checks.single("package-signature", undefined, "the same key signed the list without CMS too");
    return;
  }
  const message = `${SUMS_SIGNATURE}: expected a signature of the list by the key of ${EXAMINER_CERTIFICATE}`;
  checks.single("package-signature", { code: "signature-invalid", message, file: SUMS_SIGNATURE }, message);
}

/**
 * Who signed, beyond the certificate: keys that their holder reported lost or in other hands, and the statements by which one
 * key of an examiner named the next, kept in keys/rotations.json:
 *
 *     { "schema": "https://assay.example/key-rotations/v1", "rotations": [ { "from": "<fingerprint>", "to": "<fingerprint>",
 *         "at": "2026-…Z", "signature": "<base64>", "certificate": "-----BEGIN CERTIFICATE-----…" } ] }
 */
import { webcrypto } from "node:crypto";

import { z } from "zod";

import { platformHash } from "../bundle/platform-crypto.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { NAMESPACE } from "../model/namespace.ts";
import { quote } from "../model/problem.ts";
import { type BundleVerdict } from "../model/verdict.ts";
import { fingerprintOf, parseCertificatePem, type Certificate } from "../signing/certificate.ts";
import { chainFault, parseChain } from "../signing/certificate-chain.ts";
import { verifyRotation, type KeyRotation } from "../signing/certificate-rotation.ts";
import { type PackageChecks, type PackageFault } from "./package-checks.ts";
import { CERTIFICATE_CHAIN, KEY_ROTATIONS } from "./package-layout.ts";
import { type PackageReader } from "./package-reader.ts";

// The types of Node's WebCrypto and of the DOM's differ in overloads that are not used; it is the same interface.
const platformCrypto = webcrypto as Crypto;

/** A key that no longer signs for its holder, from a moment on (RFC 3339, UTC). */
export interface RetiredKey {
  readonly fingerprint: string;
  readonly kind: "rotated" | "lost" | "compromised";
  readonly from: string;
}

/** A change of key, with the certificate (PEM) of the key that signed it. */
export interface PackagedRotation {
  readonly rotation: KeyRotation;
  readonly certificate: string;
}

const SCHEMA = `${NAMESPACE}/key-rotations/v1`;
const text = z.string().max(20_000);
const shape = z.strictObject({
  schema: z.literal(SCHEMA),
  rotations: z
    .array(z.strictObject({ from: text, to: text, at: text, signature: text, certificate: text }))
    .min(1)
    .max(1_000),
});

/** The bytes of keys/rotations.json. */
export function formatRotations(rotations: readonly PackagedRotation[]): Uint8Array {
  const list = rotations.map(({ rotation, certificate }) => ({ ...rotation, certificate }));
  return encodeUtf8(`${JSON.stringify({ schema: SCHEMA, rotations: list }, null, 2)}\n`);
}

/** Checks that every key in the list named the next, and the last of them the signer. */
export async function checkRotations(
  checks: PackageChecks,
  files: PackageReader,
  signer: Certificate | undefined,
): Promise<void> {
  const bytes = await files.read(KEY_ROTATIONS);
  if (bytes === undefined || signer === undefined) {
    checks.without("key-rotations", "not-attempted", "no earlier key of the signer is named");
    return;
  }
  const rotations = parseRotations(decodeUtf8(bytes) ?? "");
  const names = await Promise.all(rotations.map((step, index) => isSound(step, rotations[index + 1]?.from)));
  const sound = rotations.length > 0 && names.every(Boolean);
  const leadsHere = rotations.at(-1)?.to === fingerprintOf(platformHash, signer);
  const message = `${KEY_ROTATIONS}: expected statements of earlier keys that lead to the signer's`;
  const steps = rotations.map(({ from, at }) => `${from} until ${at}`).join(", then ");
  checks.single(
    "key-rotations",
    sound && leadsHere ? undefined : { code: "key-rotations-invalid", message, file: KEY_ROTATIONS },
    sound && leadsHere ? `the signer's earlier keys named this one: ${steps}` : message,
  );
}

/** Checks that the certificates of authorities in the package are those behind the signer's. */
export async function checkChain(
  checks: PackageChecks,
  files: PackageReader,
  signer: Certificate | undefined,
): Promise<void> {
  const bytes = await files.read(CERTIFICATE_CHAIN);
  if (bytes === undefined || signer === undefined) {
    const selfIssued = "the signer's certificate is its own, or its issuer's is not in the package";
    checks.without("certificate-chain", "not-attempted", selfIssued);
    return;
  }
  const chain = readChain(decodeUtf8(bytes) ?? "");
  const fault = chain.length === 0 ? "expected certificates in PEM" : await chainFault(platformCrypto, signer, chain);
  const names = chain.map(({ commonName }) => quote(commonName)).join(", then ");
  checks.single(
    "certificate-chain",
    fault === undefined
      ? undefined
      : { code: "certificate-chain-invalid", message: `${CERTIFICATE_CHAIN}: ${fault}`, file: CERTIFICATE_CHAIN },
    fault ?? `issued by ${names}; no authority is trusted here, the fingerprint is what counts`,
  );
}

function readChain(pem: string): readonly Certificate[] {
  try {
    return parseChain(pem);
  } catch {
    return [];
  }
}

function parseRotations(json: string): z.output<typeof shape>["rotations"] {
  try {
    return shape.parse(JSON.parse(json)).rotations;
  } catch {
    return [];
  }
}

async function isSound(
  { certificate, ...rotation }: z.output<typeof shape>["rotations"][number],
  next: string | undefined,
): Promise<boolean> {
  if (next !== undefined && rotation.to !== next) return false;
  try {
    return await verifyRotation(platformHash, platformCrypto, rotation, parseCertificatePem(certificate));
  } catch {
    return false;
  }
}

/** When the package says it was signed, and before which moment a time authority saw the signature. */
export interface SigningTimes {
  readonly claimedMs: number | undefined;
  readonly stampedMs: number | undefined;
}

/** Flags what a key signed after its holder said that it no longer signs for them, or what could have been signed then. */
export function checkRetirement(
  checks: PackageChecks,
  fingerprint: string,
  { claimedMs, stampedMs }: SigningTimes,
  retired: readonly RetiredKey[],
): void {
  const report = retired.find((key) => key.fingerprint === fingerprint);
  if (report === undefined) return;
  const fromMs = Date.parse(report.from);
  const isStampedBefore = stampedMs !== undefined && stampedMs < fromMs;
  const isLater = !isStampedBefore && (claimedMs === undefined || claimedMs >= fromMs);
  const said = `the key was reported ${report.kind} from ${report.from}`;
  const fault = (verdict: BundleVerdict, message: string): PackageFault => ({
    code: "signer-retired",
    message,
    verdict,
  });
  if (isLater) {
    const verdict = report.kind === "rotated" ? "verified-with-limits" : "not-verifiable";
    checks.counted("signer", 1, [fault(verdict, `${said}, and the package was signed later`)], said);
  } else if (report.kind === "compromised" && !isStampedBefore) {
    const message = `${said}; the package claims an earlier time, which no time stamp confirms`;
    checks.counted("signer", 1, [fault("verified-with-limits", message)], said);
  } else {
    checks.counted("signer", 1, [], `${said}; the package was signed before`);
  }
}

/**
 * Public keys of whoever signs files, as SubjectPublicKeyInfo (RFC 5280 §4.1): Ed25519 (RFC 8410), ECDSA on P-256, P-384 and
 * P-521 (RFC 5480), RSA of at least 2,048 bits. A key has one spelling, so that keys are compared as bytes.
 */
import { concatBytes, equalBytes } from "../encoding/bytes.ts";
import { Problem } from "../model/problem.ts";
import { BIT_STRING, der, derObjectIdentifier, SEQUENCE } from "./der.ts";
import { derMembers, readDer } from "./der-reader.ts";
import { parseEcdsaSignature } from "./ecdsa.ts";
import {
  ed25519SubjectPublicKeyInfo,
  ED25519_KEY_BYTES,
  type Ed25519Verify,
  verifyEd25519,
  weaknessOfEd25519Key,
} from "./ed25519.ts";
import { parseRsaPublicKey } from "./rsa-key.ts";

export type CurveName = "P-256" | "P-384" | "P-521";

export type PublicKey = { readonly spki: Uint8Array } & (
  | { readonly kind: "ed25519"; readonly publicKey: Uint8Array }
  | { readonly kind: "ecdsa"; readonly curve: CurveName }
  | { readonly kind: "rsa" }
);

/** How a signature was made; what a key cannot make does not verify. */
export type SignatureScheme = { readonly kind: "ed25519" } | DigestScheme;

/** Signatures over a digest, which the platform verifies. */
export type DigestScheme =
  /** `der` as X.509 and OpenSSL write it, `raw` as JWS does: r ‖ s. */
  | { readonly kind: "ecdsa"; readonly hash: HashName; readonly form: "der" | "raw" }
  | { readonly kind: "rsa-pkcs1" | "rsa-pss"; readonly hash: HashName };

export type HashName = "SHA-256" | "SHA-384" | "SHA-512";

/** The platform's part in verifying. */
export interface SignaturePlatform {
  readonly crypto: Crypto;
  readonly ed25519: Ed25519Verify;
}

interface Curve {
  readonly name: CurveName;
  readonly algorithm: Uint8Array;
  readonly scalarBytes: number;
  /** The digest as long as the curve. */
  readonly hash: HashName;
}

/** RFC 5480 §2.1.1. */
const CURVES: readonly Curve[] = [
  { name: "P-256", algorithm: onCurve("1.2.840.10045.3.1.7"), scalarBytes: 32, hash: "SHA-256" },
  { name: "P-384", algorithm: onCurve("1.3.132.0.34"), scalarBytes: 48, hash: "SHA-384" },
  { name: "P-521", algorithm: onCurve("1.3.132.0.35"), scalarBytes: 66, hash: "SHA-512" },
];
const UNCOMPRESSED = 0x04;
const HASH_BYTES: Readonly<Record<HashName, number>> = { "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 };

function onCurve(curve: string): Uint8Array {
  return der(SEQUENCE, derObjectIdentifier("1.2.840.10045.2.1"), derObjectIdentifier(curve));
}

/** Reads a SubjectPublicKeyInfo. Throws `key-malformed`, `key-weak` and `key-type` (refused). */
export function parsePublicKey(spki: Uint8Array): PublicKey {
  const [algorithm, bits, ...more] = derMembers(readDer(spki), SEQUENCE) ?? [];
  if (algorithm?.tag !== SEQUENCE || bits?.tag !== BIT_STRING || bits.content[0] !== 0 || more.length > 0) {
    throw keyProblem("key-malformed", "a SubjectPublicKeyInfo in DER", "other bytes");
  }
  const key = bits.content.subarray(1);
  const curve = CURVES.find((candidate) => equalBytes(candidate.algorithm, algorithm.bytes));
  if (curve !== undefined) return ecdsaPublicKey(curve.name, key);
  if (key.length === ED25519_KEY_BYTES && equalBytes(ed25519SubjectPublicKeyInfo(key), spki)) return ed25519Key(key);
  if (key[0] === SEQUENCE) return { kind: "rsa", spki: parseRsaPublicKey(spki).spki };
  throw keyProblem("key-type", "an Ed25519, ECDSA or RSA key", "another kind of key");
}

/** An Ed25519 key of 32 bytes. Throws `key-weak`. */
export function ed25519Key(publicKey: Uint8Array): PublicKey {
  const weakness = weaknessOfEd25519Key(publicKey);
  if (weakness !== undefined) {
    throw keyProblem("key-weak", "an Ed25519 point of full order, in canonical form", weakness);
  }
  return { kind: "ed25519", publicKey, spki: ed25519SubjectPublicKeyInfo(publicKey) };
}

/** A key on a curve, from its uncompressed point (SEC 1 §2.3.3). Throws `key-malformed`. */
export function ecdsaPublicKey(name: CurveName, point: Uint8Array): PublicKey {
  const { algorithm, scalarBytes } = curveOf(name);
  if (point[0] !== UNCOMPRESSED || point.length !== 1 + 2 * scalarBytes) {
    throw keyProblem("key-malformed", `an uncompressed point on ${name}`, `${point.length} other bytes`);
  }
  return { kind: "ecdsa", curve: name, spki: der(SEQUENCE, algorithm, der(BIT_STRING, Uint8Array.of(0), point)) };
}

/** The schemes that are tried where an envelope or a bundle names none: those in use for a key of its kind. */
export function usualSchemes(key: PublicKey): readonly SignatureScheme[] {
  switch (key.kind) {
    case "ed25519":
      return [{ kind: "ed25519" }];
    case "ecdsa":
      // Signers are known that take SHA-256 whatever the curve.
      return [curveOf(key.curve).hash, "SHA-256" as const].map((hash) => ({ kind: "ecdsa", hash, form: "der" }));
    case "rsa":
      return [
        { kind: "rsa-pkcs1", hash: "SHA-256" },
        { kind: "rsa-pss", hash: "SHA-256" },
      ];
  }
}

/** Whether a signature over `data` verifies by any of the schemes. Nothing in key, signature or data makes it throw. */
export async function verifiesBy(
  platform: SignaturePlatform,
  key: PublicKey,
  schemes: readonly SignatureScheme[],
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  for (const scheme of schemes) {
    if (await verifies(platform, key, scheme, signature, data)) return true;
  }
  return false;
}

async function verifies(
  { crypto, ed25519 }: SignaturePlatform,
  key: PublicKey,
  scheme: SignatureScheme,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  if (scheme.kind === "ed25519") {
    return key.kind === "ed25519" && verifyEd25519(ed25519, signature, data, key.publicKey) === "valid";
  }
  return verifiesDigest(crypto, key, scheme, signature, data);
}

/** Whether a signature over the digest of `data` verifies. Nothing in key, signature or data makes it throw. */
export async function verifiesDigest(
  crypto: Crypto,
  key: PublicKey,
  scheme: DigestScheme,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  const { hash } = scheme;
  if (scheme.kind !== "ecdsa") {
    if (key.kind !== "rsa") return false;
    const name = scheme.kind === "rsa-pss" ? "RSA-PSS" : "RSASSA-PKCS1-v1_5";
    // RFC 7518 §3.5: the salt is as long as the digest.
    const algorithm = { name, hash, saltLength: HASH_BYTES[hash] };
    return verifyByPlatform(crypto, key.spki, algorithm, signature, data);
  }
  if (key.kind !== "ecdsa") return false;
  const { scalarBytes } = curveOf(key.curve);
  const raw = scheme.form === "der" ? parseEcdsaSignature(signature, scalarBytes) : signature;
  if (raw?.length !== 2 * scalarBytes) return false;
  return verifyByPlatform(crypto, key.spki, { name: "ECDSA", namedCurve: key.curve, hash }, raw, data);
}

async function verifyByPlatform(
  { subtle }: Crypto,
  spki: Uint8Array,
  algorithm: (RsaHashedImportParams & RsaPssParams) | (EcKeyImportParams & EcdsaParams),
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  try {
    const key = await subtle.importKey("spki", concatBytes(spki), algorithm, false, ["verify"]);
    return await subtle.verify(algorithm, key, concatBytes(signature), concatBytes(data));
  } catch {
    // A point that is not on its curve is found out here; no signature verifies under it.
    return false;
  }
}

function curveOf(name: CurveName): Curve {
  const curve = CURVES.find((candidate) => candidate.name === name);
  if (curve === undefined) throw keyProblem("key-type", "P-256, P-384 or P-521", name);
  return curve;
}

function keyProblem(code: string, expected: string, found: string): Problem {
  return new Problem("refused", code, `public key: expected ${expected}, got ${found}`, { expected, found });
}

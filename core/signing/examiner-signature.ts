/**
 * What examiners sign with: ECDSA on P-256 or P-384, or RSA of at least 2,048 bits (PKCS#1 v1.5), which is what organisations
 * hand out. All of them sign a SHA-256 digest, so that `openssl dgst -sha256 -verify` is the command for each, and a signature has
 * one spelling: ECDSA in DER (RFC 3279 §2.2.3), RSA as long as the modulus (RFC 8017 §8.2). Whatever signs or
 * verifies as an examiner asks here.
 */
import { equalBytes } from "../encoding/bytes.ts";
import { Problem } from "../model/problem.ts";
import { der, derObjectIdentifier, SEQUENCE } from "./der.ts";
import { derMembers, readDer } from "./der-reader.ts";
import { signEcdsa } from "./ecdsa.ts";
import { type DigestScheme, parsePublicKey, type PublicKey, verifiesDigest } from "./public-key.ts";
import { MIN_RSA_BITS, RSA_ENCRYPTION } from "./rsa-key.ts";

/** Signs bytes with an examiner's key, wherever that is kept. */
export type ExaminerSign = (data: Uint8Array) => Promise<Uint8Array>;

/** How the key of a certificate signs. */
export interface ExaminerAlgorithm {
  readonly kind: "ecdsa" | "rsa";
  /** As documents name it for programs. */
  readonly name: string;
  /** As documents name it for people. */
  readonly label: string;
  /** AlgorithmIdentifier of its signatures in CMS (RFC 3370 §3.2, RFC 5754 §3.3), DER. */
  readonly cmsIdentifier: Uint8Array;
}

interface KnownAlgorithm extends ExaminerAlgorithm {
  /** AlgorithmIdentifier of its keys (RFC 3279 §2.3.1, RFC 5480 §2.1), DER. */
  readonly keyIdentifier: Uint8Array;
  readonly scheme: DigestScheme;
  /** How the platform takes in a private key. */
  readonly platform: EcKeyImportParams | RsaHashedImportParams;
}

const ALGORITHMS: readonly KnownAlgorithm[] = [
  ecdsa("P-256", "1.2.840.10045.3.1.7"),
  ecdsa("P-384", "1.3.132.0.34"),
  {
    kind: "rsa",
    name: "rsa-pkcs1-sha256",
    label: "RSA (PKCS#1 v1.5) with SHA-256",
    cmsIdentifier: RSA_ENCRYPTION,
    keyIdentifier: RSA_ENCRYPTION,
    scheme: { kind: "rsa-pkcs1", hash: "SHA-256" },
    platform: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  },
];

function ecdsa(curve: "P-256" | "P-384", identifier: string): KnownAlgorithm {
  return {
    kind: "ecdsa",
    name: `ecdsa-${curve.replace("-", "").toLowerCase()}-sha256`,
    label: `ECDSA on ${curve} with SHA-256`,
    cmsIdentifier: der(SEQUENCE, derObjectIdentifier("1.2.840.10045.4.3.2")),
    keyIdentifier: der(SEQUENCE, derObjectIdentifier("1.2.840.10045.2.1"), derObjectIdentifier(identifier)),
    scheme: { kind: "ecdsa", hash: "SHA-256", form: "der" },
    platform: { name: "ECDSA", namedCurve: curve },
  };
}

/** How the key of a SubjectPublicKeyInfo (DER) signs; undefined for a key that examiners do not sign with, or a weak one. */
export function examinerAlgorithm(publicKey: Uint8Array): ExaminerAlgorithm | undefined {
  return readExaminerKey(publicKey)?.algorithm;
}

/**
 * Whether the key of a SubjectPublicKeyInfo (DER) signed these bytes as an examiner's does. False, and no exception, for other kinds
 * of keys and for signatures of another form.
 */
export async function verifyExaminerSignature(
  crypto: Crypto,
  publicKey: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const known = readExaminerKey(publicKey);
  return known !== undefined && verifiesDigest(crypto, known.key, known.algorithm.scheme, signature, data);
}

/** Signs with a key that {@link importExaminerKey} took in. */
export async function signAsExaminer(
  crypto: Crypto,
  privateKey: CryptoKey,
  data: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const { name } = privateKey.algorithm;
  if (name === "ECDSA") return signEcdsa(crypto, privateKey, data);
  return new Uint8Array(await crypto.subtle.sign(name, privateKey, new Uint8Array(data)));
}

/** The private key of a PrivateKeyInfo (RFC 5958 §2, DER). Throws `private-key-unsupported` (usage). */
export async function importExaminerKey(
  crypto: Crypto,
  pkcs8: Uint8Array<ArrayBuffer>,
  extractable: boolean,
): Promise<CryptoKey> {
  const identifier = derMembers(readDer(pkcs8), SEQUENCE)?.at(1)?.bytes;
  const algorithm = ALGORITHMS.find(({ keyIdentifier }) => identifier && equalBytes(keyIdentifier, identifier));
  if (algorithm === undefined) throw unsupportedExaminerKey();
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("pkcs8", pkcs8, algorithm.platform, extractable, ["sign"]);
  } catch (cause) {
    throw unsupportedExaminerKey(cause);
  }
  if ("modulusLength" in key.algorithm && Number(key.algorithm.modulusLength) < MIN_RSA_BITS) {
    throw unsupportedExaminerKey();
  }
  return key;
}

/** The problem of a key that examiners do not sign with. */
export function unsupportedExaminerKey(cause?: unknown): Problem {
  const expected = `an RSA key of at least ${MIN_RSA_BITS} bits, or an ECDSA key on P-256 or P-384`;
  const message = `examiner key: expected ${expected}, in PKCS#8`;
  return new Problem("usage", "private-key-unsupported", message, { expected }, { cause });
}

function readExaminerKey(
  publicKey: Uint8Array,
): { readonly key: PublicKey; readonly algorithm: KnownAlgorithm } | undefined {
  const identifier = derMembers(readDer(publicKey), SEQUENCE)?.at(0)?.bytes;
  const algorithm = ALGORITHMS.find(({ keyIdentifier }) => identifier && equalBytes(keyIdentifier, identifier));
  if (algorithm === undefined) return undefined;
  try {
    return { key: parsePublicKey(publicKey), algorithm };
  } catch {
    // A point that is no point, a modulus that is too short: no key that an examiner signs with.
    return undefined;
  }
}

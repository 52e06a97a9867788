/**
 * Signatures by the keys of X.509 certificates, under an allow-list: RSA of at least 2,048 bits (PKCS#1 v1.5 or PSS) and
 * ECDSA, with SHA-256 or longer. What the list does not name is told apart from what does not verify.
 */

import { type BitString, Integer, ObjectIdentifier, type OctetString } from "asn1js";
import { type AlgorithmIdentifier, CryptoEngine, type PublicKeyInfo, RSAPublicKey, RSASSAPSSParams } from "pkijs";
import { parseEcdsaSignature } from "./ecdsa.ts";
import { MIN_RSA_BITS } from "./rsa-key.ts";

export type X509SignatureResult = "valid" | "invalid" | { readonly weak: string };

/** SHA-256, SHA-384 and SHA-512 by object identifier (RFC 5754 §2). */
export const STRONG_DIGESTS: ReadonlyMap<string, string> = new Map([
  ["2.16.840.1.101.3.4.2.1", "SHA-256"],
  ["2.16.840.1.101.3.4.2.2", "SHA-384"],
  ["2.16.840.1.101.3.4.2.3", "SHA-512"],
]);

/** Signature algorithms that name their digest (RFC 4055 §5, RFC 5758 §3.2). */
const SIGNATURE_DIGESTS: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.11", "SHA-256"],
  ["1.2.840.113549.1.1.12", "SHA-384"],
  ["1.2.840.113549.1.1.13", "SHA-512"],
  ["1.2.840.10045.4.3.2", "SHA-256"],
  ["1.2.840.10045.4.3.3", "SHA-384"],
  ["1.2.840.10045.4.3.4", "SHA-512"],
]);
/** RSA without a digest: CMS names it beside the signature (RFC 3370 §3.2). */
const RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
const RSA_PSS = "1.2.840.113549.1.1.10";
const EC_PUBLIC_KEY = "1.2.840.10045.2.1";
/** RFC 5480 §2.1.1.1; SEC 2. */
const CURVES: ReadonlyMap<string, { readonly name: string; readonly scalarBytes: number }> = new Map([
  ["1.2.840.10045.3.1.7", { name: "P-256", scalarBytes: 32 }],
  ["1.3.132.0.34", { name: "P-384", scalarBytes: 48 }],
  ["1.3.132.0.35", { name: "P-521", scalarBytes: 66 }],
]);

export interface X509Signature {
  readonly data: Uint8Array;
  readonly signature: BitString | OctetString;
  readonly algorithm: AlgorithmIdentifier;
  /** The digest that CMS names beside the signature; undefined for certificates. */
  readonly digest?: AlgorithmIdentifier;
}

/** Judges a signature; never throws on hostile keys and algorithms. */
export async function verifyX509Signature(
  crypto: Crypto,
  { data, signature, algorithm, digest }: X509Signature,
  key: PublicKeyInfo,
): Promise<X509SignatureResult> {
  try {
    const hashName = digestOf(algorithm, digest);
    if (hashName === undefined) return { weak: digest?.algorithmId ?? algorithm.algorithmId };
    if (key.algorithm.algorithmId === EC_PUBLIC_KEY) {
      return (await verifyOnCurve(crypto, data, signature, key, hashName)) ? "valid" : "invalid";
    }
    const bits = rsaBits(key);
    if (bits !== undefined && bits < MIN_RSA_BITS) return { weak: `RSA-${bits}` };
    const engine = new CryptoEngine({ crypto });
    const isValid = await engine.verifyWithPublicKey(new Uint8Array(data), signature, key, algorithm, hashName);
    return isValid ? "valid" : "invalid";
  } catch {
    // pkijs, asn1js and the platform throw many kinds of error on hostile bytes; none is a valid signature.
    return "invalid";
  }
}

/** pkijs takes a SEQUENCE { r, s } with wrong lengths or over-long numbers; our own reader takes one spelling. */
async function verifyOnCurve(
  crypto: Crypto,
  data: Uint8Array,
  signature: BitString | OctetString,
  key: PublicKeyInfo,
  hash: string,
): Promise<boolean> {
  const parameters: unknown = key.algorithm.algorithmParams;
  const curve = parameters instanceof ObjectIdentifier ? CURVES.get(parameters.valueBlock.toString()) : undefined;
  const raw = curve && parseEcdsaSignature(signature.valueBlock.valueHexView, curve.scalarBytes);
  if (curve === undefined || raw === undefined) return false;
  const algorithm = { name: "ECDSA", namedCurve: curve.name, hash };
  const spki = new Uint8Array(key.toSchema().toBER());
  const imported = await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]);
  return crypto.subtle.verify(algorithm, imported, raw, new Uint8Array(data));
}

function digestOf(algorithm: AlgorithmIdentifier, digest: AlgorithmIdentifier | undefined): string | undefined {
  const { algorithmId } = algorithm;
  const beside = digest === undefined ? undefined : STRONG_DIGESTS.get(digest.algorithmId);
  if (algorithmId === RSA_ENCRYPTION) return beside;
  const own = algorithmId === RSA_PSS ? pssDigest(algorithm) : SIGNATURE_DIGESTS.get(algorithmId);
  return digest === undefined || beside === own ? own : undefined;
}

/** RFC 4055 §3.1: without parameters the digest is SHA-1. */
function pssDigest({ algorithmParams }: AlgorithmIdentifier): string | undefined {
  const parameters = new RSASSAPSSParams({ schema: algorithmParams });
  return STRONG_DIGESTS.get(parameters.hashAlgorithm.algorithmId);
}

function rsaBits({ parsedKey }: PublicKeyInfo): number | undefined {
  if (!(parsedKey instanceof RSAPublicKey) || !(parsedKey.modulus instanceof Integer)) return undefined;
  const bytes = parsedKey.modulus.valueBlock.valueHexView;
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : 8 * (bytes.length - first - 1) + (32 - Math.clz32(bytes[first] ?? 0));
}

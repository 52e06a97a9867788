/**
 * RSA public keys, as far as checking a signature needs them. Both encodings in use are read, strictly: RSAPublicKey
 * (PKCS #1, RFC 8017 A.1.1) and SubjectPublicKeyInfo (RFC 5280 §4.1). A key has one spelling of each, so that keys can be
 * compared as bytes.
 */
import { equalBytes } from "../encoding/bytes.ts";
import { Problem } from "../model/problem.ts";
import { BIT_STRING, der, derNull, derObjectIdentifier, derUnsigned, INTEGER, SEQUENCE } from "./der.ts";
import { derMembers, readDer } from "./der-reader.ts";

export interface RsaPublicKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** RSAPublicKey, DER. */
  readonly pkcs1: Uint8Array;
  readonly modulusBits: number;
}

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2) under a SubjectPublicKeyInfo; false for whatever does not verify. */
export type RsaVerify = (signature: Uint8Array, message: Uint8Array, spki: Uint8Array) => boolean;

/** rsaEncryption with its NULL parameters (RFC 3279 §2.3.1). */
export const RSA_ENCRYPTION = der(SEQUENCE, derObjectIdentifier("1.2.840.113549.1.1.1"), derNull());
/** Shorter moduli can be factored or soon will be; longer ones are only there to keep a verifier busy. */
export const MIN_RSA_BITS = 2_048;
const MAX_MODULUS_BITS = 8_192;
const MAX_KEY_BYTES = 4_096;

/** Reads a key in either encoding. Throws `key-malformed` and `key-weak` (refused). */
export function parseRsaPublicKey(bytes: Uint8Array): RsaPublicKey {
  const parts = bytes.length <= MAX_KEY_BYTES ? derMembers(readDer(bytes), SEQUENCE) : undefined;
  const [first, second, ...more] = parts ?? [];
  if (!first || !second || more.length > 0) throw malformed("a sequence of two members");
  if (first.tag === SEQUENCE && second.tag === BIT_STRING) {
    // A bit string begins with the number of its unused bits.
    const key = parseRsaPublicKey(second.content.subarray(1));
    if (!equalBytes(key.spki, bytes)) throw malformed("an RSA key in its one DER form");
    return key;
  }
  const modulus = withoutSignByte(first.content);
  const exponent = withoutSignByte(second.content);
  const pkcs1 = der(SEQUENCE, derUnsigned(modulus), derUnsigned(exponent));
  if (first.tag !== INTEGER || second.tag !== INTEGER || !equalBytes(pkcs1, bytes)) {
    throw malformed("modulus and exponent in their one DER form");
  }
  const modulusBits = 8 * modulus.length - Math.clz32(modulus[0] ?? 0) + 24;
  assertStrong(modulusBits, exponent);
  const spki = der(SEQUENCE, RSA_ENCRYPTION, der(BIT_STRING, Uint8Array.of(0), pkcs1));
  return { spki, pkcs1, modulusBits };
}

/** Exponents below 65537, and even ones, are in no key that is in use (FIPS 186-5 §5.1). */
function assertStrong(modulusBits: number, exponent: Uint8Array): void {
  const value = exponent.length <= 4 ? exponent.reduce((sum, byte) => sum * 256 + byte, 0) : 0;
  if (modulusBits >= MIN_RSA_BITS && modulusBits <= MAX_MODULUS_BITS && value >= 65_537 && value % 2 === 1) return;
  const expected = `a modulus of ${MIN_RSA_BITS} to ${MAX_MODULUS_BITS} bits and an odd exponent from 65537`;
  const found = `${modulusBits} bits`;
  throw new Problem("refused", "key-weak", `RSA key: expected ${expected}, got ${found}`, { expected, found });
}

function withoutSignByte(integer: Uint8Array): Uint8Array {
  return integer[0] === 0 ? integer.subarray(1) : integer;
}

function malformed(expected: string): Problem {
  return new Problem("refused", "key-malformed", `RSA key: expected ${expected}, got other bytes`, { expected });
}

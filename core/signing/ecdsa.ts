/**
 * ECDSA on P-256 with SHA-256 (FIPS 186-5), signatures in DER as `openssl dgst -sha256 -sign` writes them:
 * SEQUENCE { r INTEGER, s INTEGER } (RFC 3279 §2.2.3). People sign with this; logs sign with Ed25519.
 */

import { concatBytes, equalBytes } from "../encoding/bytes.ts";
import { der, derUnsigned, SEQUENCE } from "./der.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Bytes of r and of s. */
const SCALAR_BYTES = 32;

/** A new key pair; its private half can be exported only when it is to be stored. */
export async function generateEcdsaKey(crypto: Crypto, extractable: boolean): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, extractable, ["sign", "verify"]);
}

/** The public key as DER SubjectPublicKeyInfo. */
export async function exportEcdsaPublicKey(crypto: Crypto, publicKey: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.exportKey("spki", publicKey));
}

/** The key of a DER SubjectPublicKeyInfo, or undefined when it is not an uncompressed P-256 point in its one encoding. */
export async function importEcdsaPublicKey(crypto: Crypto, spki: Uint8Array): Promise<CryptoKey | undefined> {
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("spki", new Uint8Array(spki), ALGORITHM, true, ["verify"]);
  } catch {
    return undefined;
  }
  return equalBytes(await exportEcdsaPublicKey(crypto, key), spki) ? key : undefined;
}

/** Signs the SHA-256 of data with a private key on any curve. Every signature of the same data differs. */
export async function signEcdsa(
  crypto: Crypto,
  privateKey: CryptoKey,
  data: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const raw = new Uint8Array(await crypto.subtle.sign(ALGORITHM, privateKey, new Uint8Array(data)));
  const scalarBytes = raw.length / 2;
  return der(SEQUENCE, derUnsigned(raw.subarray(0, scalarBytes)), derUnsigned(raw.subarray(scalarBytes)));
}

/** Whether a DER signature verifies. False, and no exception, for bytes that are not exactly one signature in DER. */
export async function verifyEcdsa(
  crypto: Crypto,
  publicKey: CryptoKey,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const raw = parseEcdsaSignature(signature, SCALAR_BYTES);
  if (raw === undefined) return false;
  return crypto.subtle.verify(ALGORITHM, publicKey, raw, new Uint8Array(data));
}

/**
 * r ‖ s of a DER signature, or undefined unless the bytes are what {@link signEcdsa} would write for them: the same
 * signature then has no second spelling. `scalarBytes` is 32 for P-256, 48 for P-384, 66 for P-521.
 */
export function parseEcdsaSignature(signature: Uint8Array, scalarBytes: number): Uint8Array<ArrayBuffer> | undefined {
  // Above 127 bytes the length of the SEQUENCE takes a second byte.
  const first = scalarAt(signature, (signature[1] ?? 0) > 0x80 ? 3 : 2, scalarBytes);
  const second = first && scalarAt(signature, first.end, scalarBytes);
  if (first === undefined || second === undefined) return undefined;
  const written = der(SEQUENCE, derUnsigned(first.scalar), derUnsigned(second.scalar));
  return equalBytes(written, signature) ? concatBytes(first.scalar, second.scalar) : undefined;
}

/** The INTEGER at `offset`, left-padded to `scalarBytes`. Its form is checked by writing it again. */
function scalarAt(
  bytes: Uint8Array,
  offset: number,
  scalarBytes: number,
): { readonly scalar: Uint8Array; readonly end: number } | undefined {
  const length = bytes[offset + 1] ?? 0;
  const end = offset + 2 + length;
  if (length === 0 || length > scalarBytes + 1 || end > bytes.length) return undefined;
  const content = bytes.subarray(offset + 2, end);
  const magnitude = content.length > scalarBytes ? content.subarray(1) : content;
  const scalar = new Uint8Array(scalarBytes);
  scalar.set(magnitude, scalarBytes - magnitude.length);
  return { scalar, end };
}

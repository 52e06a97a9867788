/**
 * ML-DSA-44 (FIPS 204), the signature of post-quantum cosignatures. The platform has none, so one implementation decides;
 * signing is deterministic (FIPS 204 §3.4), so that the same bundle is written twice.
 */

import { ml_dsa44 } from "@noble/post-quantum/ml-dsa.js";
import { assert } from "../model/assert.ts";

export const ML_DSA_44_KEY_BYTES = 1_312;
const ML_DSA_44_SIGNATURE_BYTES = 2_420;
const SEED_BYTES = 32;

/** Whether the signature is one of this key over the message, with an empty context. Wrong lengths are invalid. */
export function verifyMlDsa44(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== ML_DSA_44_SIGNATURE_BYTES || publicKey.length !== ML_DSA_44_KEY_BYTES) return false;
  return ml_dsa44.verify(signature, message, publicKey);
}

/** The deterministic signature with an empty context. Precondition: a 32-byte seed. */
export function signMlDsa44(seed: Uint8Array, message: Uint8Array): Uint8Array {
  assert(seed.length === SEED_BYTES, "an ML-DSA seed has 32 bytes");
  return ml_dsa44.sign(message, ml_dsa44.keygen(seed).secretKey, { extraEntropy: false });
}

/** The public key of a 32-byte seed (FIPS 204 §6.1). */
export function mlDsa44PublicKey(seed: Uint8Array): Uint8Array {
  assert(seed.length === SEED_BYTES, "an ML-DSA seed has 32 bytes");
  return ml_dsa44.keygen(seed).publicKey;
}

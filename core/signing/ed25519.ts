/**
 * Ed25519 (RFC 8032) under one accept rule. Implementations disagree about hostile signatures: of 914 edge cases the
 * platform's accepts 208, `@noble/curves` strict 212 and under ZIP-215 826. So a signature counts only when a strict
 * independent implementation and the platform's both accept it, and keys for which many signatures would pass (the 14
 * small-order encodings) or that have a second spelling are refused on import.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { assert } from "../model/assert.ts";
import { concatBytes, formatHex } from "../encoding/bytes.ts";
import { StrictEd25519Key, type Ed25519KeyWeakness } from "./ed25519-strict.ts";

export const ED25519_KEY_BYTES = 32;
const ED25519_SIGNATURE_BYTES = 64;

/** The platform's verifier, given as an argument. Returns false, and does not throw, for what it cannot read. */
export type Ed25519Verify = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

/** `disagreement`: one implementation accepts what the other refuses. Never counted as valid, and told apart in reports. */
export type SignatureResult = "valid" | "invalid" | "disagreement";

/** Judges a signature by both implementations. Wrong lengths and weak keys are `invalid`; nothing throws. */
export function verifyEd25519(
  native: Ed25519Verify,
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): SignatureResult {
  if (message.length > REMEMBERED_MESSAGE_BYTES) return judgeEd25519(native, signature, message, publicKey);
  const results = remembered.get(native) ?? new Map<string, SignatureResult>();
  remembered.set(native, results);
  const input = [signature, publicKey, message].map((bytes) => formatHex(bytes)).join(" ");
  const known = results.get(input);
  if (known !== undefined) return known;
  const result = judgeEd25519(native, signature, message, publicKey);
  if (results.size >= REMEMBERED_RESULTS) results.clear();
  results.set(input, result);
  return result;
}

/**
 * A bundle has every note of its newest state twice, and each is judged for its log and for its witnesses; a judgement takes
 * a millisecond. Results are remembered by the whole input, and by the implementation that was compared with.
 */
const remembered = new WeakMap<Ed25519Verify, Map<string, SignatureResult>>();
const REMEMBERED_RESULTS = 4_096;
/** Notes are shorter; statements are judged once. */
const REMEMBERED_MESSAGE_BYTES = 4_096;

function judgeEd25519(
  native: Ed25519Verify,
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): SignatureResult {
  if (signature.length !== ED25519_SIGNATURE_BYTES) return "invalid";
  const key = readKey(publicKey);
  if (typeof key === "string") return "invalid";
  const byNative = native(signature, message, publicKey);
  const byStrict = key.verify(signature, message);
  if (byNative !== byStrict) return "disagreement";
  return byNative ? "valid" : "invalid";
}

/**
 * Why a public key is not accepted; undefined for a usable one. Small order (8·A = 0) lets one signature pass for many
 * messages; a non-canonical encoding (y >= p, or a sign on x = 0) gives one key two identities (RFC 8032 §5.1.3).
 */
export function weaknessOfEd25519Key(publicKey: Uint8Array): Ed25519KeyWeakness | undefined {
  const key = readKey(publicKey);
  return typeof key === "string" ? key : undefined;
}

/** Keys that were read, by their bytes. */
const readKeys = new Map<string, StrictEd25519Key | Ed25519KeyWeakness>();
/** A key with tables takes half a megabyte. */
const REMEMBERED_KEYS = 32;

function readKey(publicKey: Uint8Array): StrictEd25519Key | Ed25519KeyWeakness {
  if (publicKey.length !== ED25519_KEY_BYTES) return "not-a-key";
  const name = formatHex(publicKey);
  const known = readKeys.get(name);
  if (known !== undefined) return known;
  const key = StrictEd25519Key.read(publicKey);
  if (readKeys.size >= REMEMBERED_KEYS) readKeys.clear();
  readKeys.set(name, key);
  return key;
}

/** The deterministic signature of RFC 8032 §5.1.6. Precondition: a 32-byte seed. */
export function signEd25519(seed: Uint8Array, message: Uint8Array): Uint8Array {
  assert(seed.length === ED25519_KEY_BYTES, "an Ed25519 seed has 32 bytes");
  return ed25519.sign(message, seed);
}

/** The public key of a 32-byte seed. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  assert(seed.length === ED25519_KEY_BYTES, "an Ed25519 seed has 32 bytes");
  return ed25519.getPublicKey(seed);
}

/** SEQUENCE { SEQUENCE { OID 1.3.101.112 } BIT STRING (32 bytes) }, RFC 8410 §4. */
const SPKI_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

/** The key as DER SubjectPublicKeyInfo, the form in which platforms import it. */
export function ed25519SubjectPublicKeyInfo(publicKey: Uint8Array): Uint8Array<ArrayBuffer> {
  assert(publicKey.length === ED25519_KEY_BYTES, "an Ed25519 public key has 32 bytes");
  return concatBytes(SPKI_PREFIX, publicKey);
}

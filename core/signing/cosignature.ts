/**
 * Cosignatures of checkpoints, c2sp.org/tlog-cosignature@v1: that a witness saw one append-only history up to this state.
 * The blob in the signature line is a time, eight bytes of POSIX seconds, and the signature. Two kinds of key:
 *
 *     0x04  Ed25519 over "cosignature/v1\ntime 1679315147\n" and the whole note text; the name of the witness is not signed
 *     0x06  ML-DSA-44 over a cosigned_message: label "subtree/v1\n\0", name, time, origin, start, end and root
 */

import { assert } from "../model/assert.ts";
import { Problem } from "../model/problem.ts";
import { concatBytes, formatUint64, readUint64 } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { parseCheckpoint, type Checkpoint } from "./checkpoint.ts";
import { type Ed25519Verify, signEd25519, type SignatureResult, verifyEd25519 } from "./ed25519.ts";
import { signMlDsa44, verifyMlDsa44 } from "./ml-dsa.ts";
import { COSIGNATURE_TYPE, ML_DSA_44_TYPE, type VerifierKey } from "./verifier-key.ts";

/** Bytes of the time before the signature. */
const TIME_BYTES = 8;
/** The standard's bound on times: 2^63 - 1. */
const MAX_TIME = (1n << 63n) - 1n;
const SUBTREE_LABEL = "subtree/v1\n\0";

/** A key that cosigns. */
export type CosignerKey = VerifierKey & { readonly type: typeof COSIGNATURE_TYPE | typeof ML_DSA_44_TYPE };

export function isCosignerKey(key: VerifierKey): key is CosignerKey {
  return key.type === COSIGNATURE_TYPE || key.type === ML_DSA_44_TYPE;
}

/** Judges the blob of a signature line over the text of a checkpoint. A text that is no checkpoint has no cosignature. */
export function verifyCosignature(
  native: Ed25519Verify,
  text: string,
  blob: Uint8Array,
  key: CosignerKey,
): SignatureResult {
  if (blob.length < TIME_BYTES) return "invalid";
  const posixSeconds = readUint64(blob, 0);
  const message = posixSeconds > MAX_TIME ? undefined : cosignedMessage(text, posixSeconds, key);
  if (message === undefined) return "invalid";
  const signature = blob.subarray(TIME_BYTES);
  if (key.type === COSIGNATURE_TYPE) return verifyEd25519(native, signature, message, key.publicKey);
  return verifyMlDsa44(signature, message, key.publicKey) ? "valid" : "invalid";
}

/** The blob of a cosigner's line. Preconditions: the text of a checkpoint, and `0 <= posixSeconds < 2^63`. */
export function cosignatureBlob(
  text: string,
  posixSeconds: bigint,
  { verifier, seed }: { readonly verifier: CosignerKey; readonly seed: Uint8Array },
): Uint8Array<ArrayBuffer> {
  const message = cosignedMessage(text, posixSeconds, verifier);
  assert(message !== undefined && posixSeconds <= MAX_TIME, "a witness cosigns checkpoints");
  const signature = verifier.type === COSIGNATURE_TYPE ? signEd25519(seed, message) : signMlDsa44(seed, message);
  return concatBytes(formatUint64(posixSeconds), signature);
}

/** The time that a cosignature states, in POSIX seconds; 0 states none. Precondition: a blob that verified. */
export function cosignatureTime(blob: Uint8Array): bigint {
  return readUint64(blob, 0);
}

/** The time that a blob would state if it were a cosignature, whoever's; undefined when it is too short for one. */
export function claimedCosignatureTime(blob: Uint8Array): bigint | undefined {
  return blob.length < TIME_BYTES ? undefined : cosignatureTime(blob);
}

function cosignedMessage(text: string, posixSeconds: bigint, key: CosignerKey): Uint8Array<ArrayBuffer> | undefined {
  const checkpoint = checkpointOf(text);
  if (checkpoint === undefined) return undefined;
  if (key.type === COSIGNATURE_TYPE) return encodeUtf8(`cosignature/v1\ntime ${posixSeconds}\n${text}`);
  const name = shortVector(key.name);
  const origin = shortVector(checkpoint.origin);
  if (name === undefined || origin === undefined) return undefined;
  const [start, end] = [formatUint64(0n), formatUint64(BigInt(checkpoint.size))];
  const label = encodeUtf8(SUBTREE_LABEL);
  return concatBytes(label, name, formatUint64(posixSeconds), origin, start, end, checkpoint.root);
}

function checkpointOf(text: string): Checkpoint | undefined {
  try {
    return parseCheckpoint(text);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** opaque <1..2^8-1> (RFC 8446 §3.4): one byte of length, then the text; undefined for a text that does not fit. */
function shortVector(text: string): Uint8Array | undefined {
  const bytes = encodeUtf8(text);
  return bytes.length >= 1 && bytes.length <= 255 ? concatBytes(Uint8Array.of(bytes.length), bytes) : undefined;
}

/**
 * Verifier keys of C2SP signed notes, one line of text that an examiner pins:
 *
 *     example.com/audit/demo+de20ee95+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs
 *     └ key name ┘           └ key id ┘└ base64(type byte ‖ public key) ┘
 *
 * The key id, SHA-256(name ‖ 0x0A ‖ type ‖ key) cut to four bytes, only tells keys apart: collisions are easy to make,
 * and a signature always counts for a full key.
 */

import { type Hash } from "../model/digest.ts";
import { Problem, quote } from "../model/problem.ts";
import { parseBase64, formatBase64 } from "../encoding/base64.ts";
import { concatBytes, equalBytes, formatHex } from "../encoding/bytes.ts";
import { encodeUtf8, isWellFormed } from "../encoding/utf8.ts";
import { weaknessOfEd25519Key } from "./ed25519.ts";
import { ML_DSA_44_KEY_BYTES } from "./ml-dsa.ts";

/** Signature types of C2SP signed-note that we verify: a note by its author, and two kinds of cosignature of a checkpoint. */
export const ED25519_TYPE = 0x01;
export const COSIGNATURE_TYPE = 0x04;
export const ML_DSA_44_TYPE = 0x06;

export interface VerifierKey {
  readonly name: string;
  /** Eight lower-case hex digits. */
  readonly id: string;
  readonly type: typeof ED25519_TYPE | typeof COSIGNATURE_TYPE | typeof ML_DSA_44_TYPE;
  /** Ed25519: 32 bytes, a point of full order in canonical form. ML-DSA-44: 1,312 bytes. */
  readonly publicKey: Uint8Array;
}

/** A name longer than this is refused: it is shown, and repeated in every signature line. */
const MAX_KEY_NAME_BYTES = 255;

/** The verifier key of these parts. Throws `key-name`, `key-malformed` and `key-weak`. */
export function verifierKey(hash: Hash, name: string, type: VerifierKey["type"], publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw keyProblem("key-name", "a name without spaces, '+' and control characters", quote(name));
  if (type === ML_DSA_44_TYPE) {
    if (publicKey.length !== ML_DSA_44_KEY_BYTES) {
      throw keyProblem("key-malformed", `${ML_DSA_44_KEY_BYTES} bytes of ML-DSA-44 key`, `${publicKey.length}`);
    }
  } else {
    const weakness = weaknessOfEd25519Key(publicKey);
    if (weakness !== undefined)
      throw keyProblem("key-weak", "an Ed25519 point of full order, in canonical form", weakness);
  }
  return { name, id: keyId(hash, name, type, publicKey), type, publicKey };
}

/**
 * Reads one verifier key. Throws `key-malformed`, `key-name`, `key-type` (none that we verify), `key-id` (the id does not
 * belong to the key) and `key-weak`.
 */
export function parseVerifierKey(hash: Hash, text: string): VerifierKey {
  // Base64 may hold a '+': only the first two separate.
  const [name = "", id = "", ...rest] = text.split("+");
  const blob = parseBase64(rest.join("+"));
  if (rest.length === 0 || blob === undefined || blob.length === 0) {
    throw keyProblem("key-malformed", "<name>+<id>+<base64>", quote(text));
  }
  const type = blob[0] ?? 0;
  if (!isKeyType(type)) {
    throw keyProblem("key-type", "signature type 0x01, 0x04 or 0x06", `0x${type.toString(16).padStart(2, "0")}`);
  }
  const key = verifierKey(hash, name, type, blob.slice(1));
  if (key.id !== id) throw keyProblem("key-id", key.id, quote(id));
  return key;
}

/** The one-line form; `formatVerifierKey(parseVerifierKey(x))` is `x`. */
export function formatVerifierKey(key: VerifierKey): string {
  return `${key.name}+${key.id}+${formatBase64(concatBytes(Uint8Array.of(key.type), key.publicKey))}`;
}

/** Whether two keys are one: the same name, type and public key, whatever their ids. */
export function isSameKey(left: VerifierKey, right: VerifierKey): boolean {
  return left.name === right.name && left.type === right.type && equalBytes(left.publicKey, right.publicKey);
}

export function isKeyType(type: number): type is VerifierKey["type"] {
  return type === ED25519_TYPE || type === COSIGNATURE_TYPE || type === ML_DSA_44_TYPE;
}

/** The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), as eight hex digits (C2SP signed-note, "Key IDs"). */
function keyId(hash: Hash, name: string, type: number, publicKey: Uint8Array): string {
  return formatHex(hash(concatBytes(encodeUtf8(name), Uint8Array.of(0x0a, type), publicKey)).subarray(0, 4));
}

/** Whether this can name a key: not empty, no Unicode space, no control character, no plus (C2SP signed-note). */
export function isKeyName(name: string): boolean {
  return (
    name !== "" && isWellFormed(name) && encodeUtf8(name).length <= MAX_KEY_NAME_BYTES && !/[\s\p{Cc}+]/u.test(name)
  );
}

function keyProblem(code: string, expected: string, found: string): Problem {
  return new Problem("refused", code, `verifier key: expected ${expected}, got ${found}`, { expected, found });
}

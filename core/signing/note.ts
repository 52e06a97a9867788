/**
 * Signed notes, c2sp.org/signed-note@v1.0.0: a text, a blank line, and one line per signature.
 *
 *     example.com/audit/demo
 *     4
 *     Tmj36LU1kgpXiymTVZQD3WKt7prUEn0sZIdwBfLjjAA=
 *
 *     — example.com/audit/demo 3iDulTIFrAXe1+s0Dnt9dyB4ZyEMVJmheFbdSM9ysAZUxWWRzdRdP02O9XnqpnmPDpgOXVcKtTd4CTUeLuB3a+zgEAw=
 *
 * The text is everything up to and with the LF before the blank line, and is what an Ed25519 signature is over. The base64
 * holds a four-byte key id and the signature. Lines by unknown keys are allowed and ignored; a line by a known key that does
 * not verify rejects the note.
 */

import { Problem, quote } from "../model/problem.ts";
import { assert, present } from "../model/assert.ts";
import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { concatBytes, formatHex, parseHex } from "../encoding/bytes.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { isCosignerKey, verifyCosignature } from "./cosignature.ts";
import { type Ed25519Verify, type SignatureResult, verifyEd25519 } from "./ed25519.ts";
import { isKeyName, type VerifierKey } from "./verifier-key.ts";

/** The largest genuine notes are a few kilobytes, many witnesses included. */
export const MAX_NOTE_BYTES = 64 * 1024;

/** The standard asks readers for at least 16; the limit bounds the work a hostile note can cause. */
export const MAX_NOTE_SIGNATURES = 100;

export interface NoteSignature {
  readonly name: string;
  /** Eight lower-case hex digits. */
  readonly keyId: string;
  /** The bytes after the key id; their form depends on the type of the key. At least one. */
  readonly signature: Uint8Array;
}

export interface Note {
  /** Ends with a line feed; holds no other control character. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const SIGNATURE_MARK = "— ";

/** Reads a note. Throws `note-malformed` with the line. `formatNote(parseNote(x))` is `x`. */
export function parseNote(bytes: Uint8Array): Note {
  if (bytes.length > MAX_NOTE_BYTES) throw malformed(1, `at most ${MAX_NOTE_BYTES} bytes`, `${bytes.length} bytes`);
  const whole = decodeUtf8(bytes);
  if (whole === undefined) throw malformed(1, "UTF-8", "other bytes");
  const control = /(?!\n)\p{Cc}/u.exec(whole);
  if (control !== null) {
    throw malformed(lineAt(whole, control.index), "no control character but the line feed", quote(control[0]));
  }
  // The last blank line: the text itself may hold others.
  const split = whole.lastIndexOf("\n\n");
  if (split < 0) throw malformed(1, "a blank line before the signatures", "none");
  const text = whole.slice(0, split + 1);
  const block = whole.slice(split + 2);
  const firstLine = lineAt(whole, split + 2);
  if (block === "" || !block.endsWith("\n")) {
    throw malformed(lineAt(whole, whole.length), "signature lines that end in a line feed", quote(block.slice(-20)));
  }
  const lines = block.slice(0, -1).split("\n");
  if (lines.length > MAX_NOTE_SIGNATURES) {
    throw malformed(firstLine, `at most ${MAX_NOTE_SIGNATURES} signatures`, `${lines.length}`);
  }
  return { text, signatures: lines.map((line, index) => parseSignatureLine(line, firstLine + index)) };
}

/** The bytes of a note. Preconditions: a text that ends with LF, and at least one signature. */
export function formatNote(note: Note): Uint8Array<ArrayBuffer> {
  assert(note.text.endsWith("\n") && note.signatures.length > 0, "a note has a text line and a signature");
  return encodeUtf8(`${note.text}\n${note.signatures.map((signature) => formatSignatureLine(signature)).join("")}`);
}

/**
 * What a time stamp of a checkpoint is over (format §5): the text, the blank line and one signature line, which prove that
 * both existed; cosignatures that come later change nothing about it.
 */
export function stampedBytes(note: Note, signature: NoteSignature): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`${note.text}\n${formatSignatureLine(signature)}`);
}

/** One signature line with its line feed. */
function formatSignatureLine(signature: NoteSignature): string {
  const id = present(parseHex(signature.keyId), "a key id is hex");
  return `${SIGNATURE_MARK}${signature.name} ${formatBase64(concatBytes(id, signature.signature))}\n`;
}

/** What the known keys say of a note. */
export interface NoteVerification {
  /** Known keys whose signature verifies, each once. */
  readonly verified: readonly { readonly key: VerifierKey; readonly signature: NoteSignature }[];
  /** Lines that claim a known key and do not verify. Any such line rejects the note. */
  readonly failed: readonly {
    readonly key: VerifierKey;
    readonly signature: NoteSignature;
    readonly result: Exclude<SignatureResult, "valid">;
  }[];
  /** Lines by other keys: no statement about the note. */
  readonly unknown: readonly NoteSignature[];
}

/**
 * Judges every signature line by the keys that carry its name and id. Two known keys may share both (ids are short): the line
 * then counts for the one it verifies under, and fails only when it verifies under none.
 */
export function verifyNote(native: Ed25519Verify, note: Note, keys: readonly VerifierKey[]): NoteVerification {
  const verified: NoteVerification["verified"][number][] = [];
  const failed: NoteVerification["failed"][number][] = [];
  const unknown: NoteSignature[] = [];
  for (const signature of note.signatures) {
    const candidates = keys.filter((key) => key.name === signature.name && key.id === signature.keyId);
    const [first] = candidates;
    if (first === undefined) {
      unknown.push(signature);
      continue;
    }
    const results = candidates.map((key) => ({
      key,
      signature,
      result: verifySignature(native, note.text, signature, key),
    }));
    const valid = results.find(({ result }) => result === "valid");
    if (valid === undefined) {
      const disagreement = results.some(({ result }) => result === "disagreement");
      failed.push({ key: first, signature, result: disagreement ? "disagreement" : "invalid" });
    } else if (!verified.some(({ key }) => key === valid.key)) {
      verified.push({ key: valid.key, signature });
    }
  }
  return { verified, failed, unknown };
}

function verifySignature(
  native: Ed25519Verify,
  text: string,
  { signature }: NoteSignature,
  key: VerifierKey,
): SignatureResult {
  if (isCosignerKey(key)) return verifyCosignature(native, text, signature, key);
  return verifyEd25519(native, signature, encodeUtf8(text), key.publicKey);
}

function parseSignatureLine(line: string, lineNumber: number): NoteSignature {
  const expected = `"— <name> <base64>"`;
  if (!line.startsWith(SIGNATURE_MARK)) throw malformed(lineNumber, expected, quote(line));
  const [name = "", base64 = "", ...rest] = line.slice(SIGNATURE_MARK.length).split(" ");
  const blob = parseBase64(base64);
  // Four bytes of key id and at least one of signature.
  if (rest.length > 0 || !isKeyName(name) || blob === undefined || blob.length < 5) {
    throw malformed(lineNumber, expected, quote(line));
  }
  return { name, keyId: formatHex(blob.subarray(0, 4)), signature: blob.slice(4) };
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

function malformed(line: number, expected: string, found: string): Problem {
  const message = `note: expected ${expected}, got ${found} (line ${line})`;
  return new Problem("refused", "note-malformed", message, { line, expected, found });
}

/**
 * Proof files, c2sp.org/tlog-proof@v1: that one record is in a log, in one text file to hand over with the record.
 *
 *     c2sp.org/tlog-proof@v1
 *     extra eyJ0aW1lIjoi…          optional, base64; here the record itself, so that the file stands alone
 *     index 2
 *     MfcADUNND2l3vR069QWHyveoqItOr4OrgOaS37Uv4Ng=
 *     H50k4I/lm2bnVxhuvfUdZN272qUIcFDcJzEWN7Eyphw=
 *
 *     example.com/audit/demo       the signed checkpoint, verbatim to the end
 *     4
 *     …
 *
 * The extra bytes are not signed as such: they count only because they hash to the proven leaf.
 */

import { assert } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { Problem, quote } from "../model/problem.ts";
import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { parseTreeSize } from "./checkpoint.ts";
import { MAX_NOTE_BYTES } from "./note.ts";

export interface TlogProof {
  readonly extra: Uint8Array | undefined;
  /** Leaf index, at most 2^53 - 1. */
  readonly index: number;
  /** Inclusion proof, from leaf to root. */
  readonly hashes: readonly Uint8Array[];
  /** The bytes of the signed checkpoint note; not yet parsed or verified. */
  readonly checkpoint: Uint8Array;
}

const HEADER = "c2sp.org/tlog-proof@v1";

/** An inclusion proof has at most 53 hashes when a tree size is below 2^53. */
const MAX_PROOF_HASHES = 53;

/** A record of at most a mebibyte in base64, the hashes, and a note. */
export const MAX_PROOF_FILE_BYTES = 2 * 1024 * 1024;

/** Whether a file claims to be a proof: by its first line. */
export function isTlogProof(bytes: Uint8Array): boolean {
  return decodeUtf8(bytes.subarray(0, HEADER.length + 1)) === `${HEADER}\n`;
}

/** Reads a proof file. Throws `proof-malformed` with the line. `formatTlogProof(parseTlogProof(x))` is `x`. */
export function parseTlogProof(bytes: Uint8Array): TlogProof {
  if (bytes.length > MAX_PROOF_FILE_BYTES)
    throw malformed(1, `at most ${MAX_PROOF_FILE_BYTES} bytes`, `${bytes.length}`);
  const text = decodeUtf8(bytes);
  if (text === undefined) throw malformed(1, "UTF-8", "other bytes");
  const split = text.indexOf("\n\n");
  if (split < 0) throw malformed(1, "a blank line before the checkpoint", "none");
  const lines = text.slice(0, split).split("\n");
  const checkpoint = encodeUtf8(text.slice(split + 2));
  if (lines[0] !== HEADER) throw malformed(1, HEADER, quote(lines[0] ?? ""));

  const extraText = lines[1]?.startsWith("extra ") ? lines[1].slice("extra ".length) : undefined;
  const extra = extraText === undefined ? undefined : parseBase64(extraText);
  if (extraText !== undefined && extra === undefined) throw malformed(2, "extra data in base64", quote(extraText));

  const indexLine = extraText === undefined ? 1 : 2;
  const indexText = lines[indexLine] ?? "";
  const index = indexText.startsWith("index ") ? parseTreeSize(indexText.slice("index ".length)) : undefined;
  if (index === undefined) throw malformed(indexLine + 1, "index <decimal>", quote(indexText));

  const hashLines = lines.slice(indexLine + 1);
  if (hashLines.length > MAX_PROOF_HASHES) {
    throw malformed(indexLine + 2, `at most ${MAX_PROOF_HASHES} hashes`, `${hashLines.length}`);
  }
  const hashes = hashLines.map((line, at) => {
    const hash = parseBase64(line);
    if (hash?.length !== HASH_BYTES) throw malformed(indexLine + 2 + at, "base64 of a 32-byte hash", quote(line));
    return hash;
  });
  if (checkpoint.length === 0 || checkpoint.length > MAX_NOTE_BYTES) {
    throw malformed(lines.length + 2, `a checkpoint of at most ${MAX_NOTE_BYTES} bytes`, `${checkpoint.length} bytes`);
  }
  return { extra, index, hashes, checkpoint };
}

/** The bytes of a proof file. */
export function formatTlogProof(proof: TlogProof): Uint8Array<ArrayBuffer> {
  assert(Number.isSafeInteger(proof.index) && proof.index >= 0, "a proof has a leaf index");
  const lines = [
    HEADER,
    ...(proof.extra === undefined ? [] : [`extra ${formatBase64(proof.extra)}`]),
    `index ${proof.index}`,
    ...proof.hashes.map((hash) => formatBase64(hash)),
    "",
    "",
  ];
  return concatBytes(encodeUtf8(lines.join("\n")), proof.checkpoint);
}

function malformed(line: number, expected: string, found: string): Problem {
  const message = `proof file: expected ${expected}, got ${found} (line ${line})`;
  return new Problem("refused", "proof-malformed", message, { line, expected, found });
}

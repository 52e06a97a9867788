/**
 * The framing of gzip (RFC 1952): a header, one raw DEFLATE stream, and a trailer of CRC-32 and size. Platform readers
 * join further members silently and ignore zeros behind the last one, so bytes can hide there; this reads exactly one
 * member and says what else is in the file. `1f 8b 08 00 00000000 00 ff … crc32 isize` is the plainest one.
 */

import { assert } from "../model/assert.ts";
import { readUint32LittleEndian } from "./bytes.ts";
import { crc32 } from "./crc32.ts";

/** Bytes of the trailer: CRC-32 and size modulo 2^32, little-endian. */
export const GZIP_TRAILER_BYTES = 8;

/** A header may carry 64 KiB of extra field and texts of any length; nothing genuine comes near this. */
export const MAX_GZIP_HEADER_BYTES = 128 * 1024;

export interface GzipHeader {
  readonly byteLength: number;
  /** Bytes of the extra field (a hiding place); 0 when there is none. */
  readonly extraBytes: number;
  /** Raw bytes of the stored file name and comment, Latin-1 by the standard; undefined when there is none. */
  readonly fileName: Uint8Array | undefined;
  readonly comment: Uint8Array | undefined;
}

export type GzipHeaderResult =
  | { readonly kind: "header"; readonly header: GzipHeader }
  /** A prefix of a header: give more bytes, or call it truncated when there are none. */
  | { readonly kind: "incomplete" }
  | { readonly kind: "malformed"; readonly offset: number; readonly expected: string };

const FLAG_HEADER_CRC = 2;
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;
const RESERVED_FLAGS = 0xe0;

/** Reads the header at the start of `bytes` (RFC 1952 §2.3). */
export function parseGzipHeader(bytes: Uint8Array): GzipHeaderResult {
  const fixed: readonly [offset: number, value: number, expected: string][] = [
    [0, 0x1f, "the gzip mark 1f 8b"],
    [1, 0x8b, "the gzip mark 1f 8b"],
    [2, 8, "compression method 8 (deflate)"],
  ];
  for (const [offset, value, expected] of fixed) {
    if (bytes.length <= offset) return { kind: "incomplete" };
    if (bytes[offset] !== value) return { kind: "malformed", offset, expected };
  }
  if (bytes.length < 10) return { kind: "incomplete" };
  const flags = bytes[3] ?? 0;
  if ((flags & RESERVED_FLAGS) !== 0) return { kind: "malformed", offset: 3, expected: "reserved flags of zero" };

  let offset = 10;
  let extraBytes = 0;
  if (flags & FLAG_EXTRA) {
    if (bytes.length < offset + 2) return { kind: "incomplete" };
    extraBytes = (bytes[offset] ?? 0) + 256 * (bytes[offset + 1] ?? 0);
    offset += 2 + extraBytes;
  }
  const texts: Uint8Array[] = [];
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, offset);
    if (end < 0 || offset > bytes.length) return incompleteUnlessTooLong(bytes);
    texts.push(new Uint8Array(bytes.subarray(offset, end)));
    offset = end + 1;
  }
  if (flags & FLAG_HEADER_CRC) {
    if (bytes.length < offset + 2) return incompleteUnlessTooLong(bytes);
    const stored = (bytes[offset] ?? 0) + 256 * (bytes[offset + 1] ?? 0);
    if ((crc32(bytes.subarray(0, offset)) & 0xffff) !== stored) {
      return { kind: "malformed", offset, expected: "the check sum of the header" };
    }
    offset += 2;
  }
  if (offset > bytes.length) return incompleteUnlessTooLong(bytes);
  const fileName = flags & FLAG_NAME ? texts.shift() : undefined;
  return { kind: "header", header: { byteLength: offset, extraBytes, fileName, comment: texts.shift() } };
}

/** What the trailer claims about the uncompressed bytes. Precondition: exactly {@link GZIP_TRAILER_BYTES} bytes. */
export function parseGzipTrailer(bytes: Uint8Array): { readonly crc32: number; readonly sizeModulo32: number } {
  assert(bytes.length === GZIP_TRAILER_BYTES, "a gzip trailer has eight bytes");
  return { crc32: readUint32LittleEndian(bytes, 0), sizeModulo32: readUint32LittleEndian(bytes, 4) };
}

/**
 * Inflates the raw DEFLATE stream at the start of `deflated`, stops at its end, and says how many bytes it consumed.
 * Throws when the stream is damaged, cut short, or expands beyond `maxOutput` bytes.
 */
export type InflateRaw = (
  deflated: Uint8Array,
  maxOutput: number,
) => { readonly output: Uint8Array; readonly consumed: number };

export type GzipFault =
  | { readonly kind: "truncated"; readonly offset: number }
  | { readonly kind: "header"; readonly offset: number; readonly expected: string }
  | { readonly kind: "deflate"; readonly offset: number; readonly reason: string }
  | { readonly kind: "crc32"; readonly offset: number; readonly expected: number; readonly found: number }
  | { readonly kind: "size"; readonly offset: number; readonly expected: number; readonly found: number }
  | { readonly kind: "trailing-data"; readonly offset: number; readonly byteLength: number };

export interface GzipMember {
  readonly header: GzipHeader | undefined;
  /** The uncompressed bytes; undefined when there is no readable stream. With a fault they are unproven, not wrong. */
  readonly output: Uint8Array | undefined;
  /** Everything wrong, in file order; empty for a sound single member that fills the file. */
  readonly faults: readonly GzipFault[];
}

/** Reads a file that should be one gzip member and nothing else. Bytes after the member are reported, never joined. */
export function readGzipMember(file: Uint8Array, inflateRaw: InflateRaw, maxOutput: number): GzipMember {
  const start = parseGzipHeader(file);
  switch (start.kind) {
    case "incomplete":
      return { header: undefined, output: undefined, faults: [{ kind: "truncated", offset: file.length }] };
    case "malformed":
      return {
        header: undefined,
        output: undefined,
        faults: [{ kind: "header", offset: start.offset, expected: start.expected }],
      };
    case "header":
  }
  const { header } = start;
  let output: Uint8Array;
  let trailerOffset: number;
  try {
    const inflated = inflateRaw(file.subarray(header.byteLength), maxOutput);
    output = inflated.output;
    trailerOffset = header.byteLength + inflated.consumed;
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unreadable";
    return { header, output: undefined, faults: [{ kind: "deflate", offset: header.byteLength, reason }] };
  }
  const end = trailerOffset + GZIP_TRAILER_BYTES;
  if (file.length < end) return { header, output, faults: [{ kind: "truncated", offset: file.length }] };

  const faults: GzipFault[] = [];
  const trailer = parseGzipTrailer(file.subarray(trailerOffset, end));
  const found = crc32(output);
  if (found !== trailer.crc32) faults.push({ kind: "crc32", offset: trailerOffset, expected: trailer.crc32, found });
  const size = output.length % 2 ** 32;
  if (size !== trailer.sizeModulo32) {
    faults.push({ kind: "size", offset: trailerOffset + 4, expected: trailer.sizeModulo32, found: size });
  }
  if (file.length > end) faults.push({ kind: "trailing-data", offset: end, byteLength: file.length - end });
  return { header, output, faults };
}

function incompleteUnlessTooLong(bytes: Uint8Array): GzipHeaderResult {
  return bytes.length < MAX_GZIP_HEADER_BYTES
    ? { kind: "incomplete" }
    : { kind: "malformed", offset: 10, expected: `a header of at most ${MAX_GZIP_HEADER_BYTES} bytes` };
}

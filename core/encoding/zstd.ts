/**
 * One Zstandard frame (RFC 8878 §3.1.1), read from its headers alone: `28 b5 2f fd`, a descriptor, the window, the length of
 * the content, blocks, and a checksum. Platform readers join frames, skip whole "skippable" ones, and look up dictionaries
 * that lie elsewhere, so that a file could hold more than its proof covers; here a file is one frame that says how long its
 * content is, and nothing else.
 */

export interface ZstdFrame {
  /** Bytes of the content. */
  readonly contentSize: number;
  readonly windowSize: number;
  /** Of the whole frame; less than the file when something follows. */
  readonly byteLength: number;
}

export type ZstdReading = { readonly kind: "frame"; readonly frame: ZstdFrame } | ZstdFault;

type ZstdFault =
  /** Ends early, or breaks the format at `offset`. */
  | { readonly kind: "damaged"; readonly offset: number; readonly expected: string }
  /** A frame that the format allows and we do not take. */
  | { readonly kind: "unsupported"; readonly offset: number; readonly expected: string };

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
export const ZSTD_CHECKSUM_BYTES = 4;
export const ZSTD_BLOCK_HEADER_BYTES = 3;
/** RFC 8878 §3.1.1.2.4: no block is longer, packed or not. */
const MAX_BLOCK_BYTES = 128 * 1024;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

/** What a frame header says. */
export interface ZstdHeader {
  /** Of the header itself. */
  readonly byteLength: number;
  /** Undefined when it is not stated, as by tools that pack a stream. */
  readonly contentSize: number | undefined;
  readonly windowSize: number;
  readonly hasChecksum: boolean;
}

export type ZstdHeaderReading =
  | { readonly kind: "header"; readonly header: ZstdHeader }
  /** So many bytes are needed to go on. */
  | { readonly kind: "short"; readonly wanted: number }
  | ZstdFault;

/** What the header of a block says. */
export interface ZstdBlock {
  readonly isLast: boolean;
  /** As packed, header included. */
  readonly byteLength: number;
}

/** Magic and descriptor. */
const PREFIX_BYTES = 5;
/** Reads the header at the beginning of a file. Total: nothing throws. */
export function parseZstdHeader(bytes: Uint8Array): ZstdHeaderReading {
  if (MAGIC.some((byte, at) => at < bytes.length && bytes[at] !== byte)) return damaged(0, "the mark of a zstd frame");
  const descriptor = bytes[4];
  if (descriptor === undefined) return { kind: "short", wanted: PREFIX_BYTES };
  const [sizeFlag, isSingleSegment, hasChecksum] = [descriptor >> 6, (descriptor & 0x20) !== 0, (descriptor & 4) !== 0];
  if ((descriptor & 0x08) !== 0) return damaged(4, "a reserved bit that is zero");
  if ((descriptor & 0x03) !== 0) return unsupported(4, "a frame without a dictionary");
  const windowBytes = isSingleSegment ? 0 : 1;
  const sizeBytes = sizeFlag === 0 && !isSingleSegment ? 0 : 2 ** sizeFlag;
  const byteLength = PREFIX_BYTES + windowBytes + sizeBytes;
  if (bytes.length < byteLength) return { kind: "short", wanted: byteLength };
  const stated = readLittleEndian(bytes, PREFIX_BYTES + windowBytes, sizeBytes) + (sizeFlag === 1 ? 256 : 0);
  if (!Number.isSafeInteger(stated)) return unsupported(5, "a content of less than 2^53 bytes");
  const contentSize = sizeBytes === 0 ? undefined : stated;
  const windowSize = isSingleSegment ? stated : windowSizeOf(bytes[5] ?? 0);
  return { kind: "header", header: { byteLength, contentSize, windowSize, hasChecksum } };
}

/**
 * What the header of a block says (RFC 8878 §3.1.1.2), or undefined for a block of no known type or longer than one may be,
 * which some readers unpack and others refuse. Precondition: 3 bytes.
 */
export function parseZstdBlock(bytes: Uint8Array): ZstdBlock | undefined {
  const header = readLittleEndian(bytes, 0, ZSTD_BLOCK_HEADER_BYTES);
  const type = (header >> 1) & 3;
  const size = header >> 3;
  if (type === RESERVED_BLOCK || size > MAX_BLOCK_BYTES) return undefined;
  return { isLast: (header & 1) === 1, byteLength: ZSTD_BLOCK_HEADER_BYTES + (type === RLE_BLOCK ? 1 : size) };
}

/** Reads the frame at the beginning of a file; it has to state the length of its content. Total: nothing throws. */
export function parseZstdFrame(bytes: Uint8Array): ZstdReading {
  const reading = parseZstdHeader(bytes);
  if (reading.kind === "short") return damaged(bytes.length, "a whole frame header");
  if (reading.kind !== "header") return reading;
  const { byteLength: blocks, contentSize, windowSize, hasChecksum } = reading.header;
  if (contentSize === undefined) return unsupported(4, "a frame that states the length of its content");
  const end = endOfBlocks(bytes, blocks);
  if (typeof end !== "number") return end;
  const byteLength = end + (hasChecksum ? ZSTD_CHECKSUM_BYTES : 0);
  if (byteLength > bytes.length) return damaged(bytes.length, "a checksum");
  return { kind: "frame", frame: { contentSize, windowSize, byteLength } };
}

/** RFC 8878 §3.1.1.1.2. */
function windowSizeOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** Where the last block ends (RFC 8878 §3.1.1.2); the content of blocks is not looked at. */
function endOfBlocks(bytes: Uint8Array, start: number): number | ZstdFault {
  let at = start;
  for (;;) {
    if (at + ZSTD_BLOCK_HEADER_BYTES > bytes.length) return damaged(bytes.length, "a block");
    const block = parseZstdBlock(bytes.subarray(at, at + ZSTD_BLOCK_HEADER_BYTES));
    if (block === undefined) return damaged(at, "a block of a known type and length");
    at += block.byteLength;
    if (at > bytes.length) return damaged(bytes.length, "a whole block");
    if (block.isLast) return at;
  }
}

function readLittleEndian(bytes: Uint8Array, offset: number, length: number): number {
  let value = 0;
  for (let index = length - 1; index >= 0; index--) value = value * 256 + (bytes[offset + index] ?? 0);
  return value;
}

function damaged(offset: number, expected: string): ZstdFault {
  return { kind: "damaged", offset, expected };
}

function unsupported(offset: number, expected: string): ZstdFault {
  return { kind: "unsupported", offset, expected };
}

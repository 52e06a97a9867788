/**
 * Entry bundles of tiled logs (C2SP tlog-tiles, "Log entries"): entries one after the other, each behind its length as a
 * big-endian uint16. `0003 616263 0001 64` holds "abc" and "d".
 */
import { type ByteRange } from "./json-array.ts";

const LENGTH_BYTES = 2;

/** The entries of a bundle, without their lengths. Bytes that are no whole entry are the last one. */
export function frameEntries(bytes: Uint8Array): readonly ByteRange[] {
  const entries: ByteRange[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const start = offset + LENGTH_BYTES;
    const end = start + 256 * (bytes[offset] ?? 0) + (bytes[offset + 1] ?? 0);
    if (end > bytes.length) return [...entries, { start: offset, end: bytes.length }];
    entries.push({ start, end });
    offset = end;
  }
  return entries;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Longer records are kept, hashed and shown, but not mapped: DuckDB would need this much memory per thread. */
export const MAX_MAPPED_RECORD_BYTES = 16 * 1024 * 1024;
/** A length has 32 bits in the sidecar. */
export const MAX_RECORD_BYTES = 0xffff_ffff;

/** Takes the place of a record that DuckDB would skip or choke on, so that every row stays where it is. */
export const NO_RECORD = Buffer.from("null");

/** Line breaks as tabs: white space between tokens as before, and as illegal inside a string as before. */
export function onOneLine(record: Buffer): Buffer {
  if (!record.includes(LINE_FEED) && !record.includes(CARRIAGE_RETURN)) return record;
  return Buffer.from(record.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? TAB : byte)));
}

/** Whether a byte is white space of C's `isspace`, which DuckDB skips between lines. */
export function isWhiteSpace(byte: number): boolean {
  return byte === SPACE || (byte >= TAB && byte <= CARRIAGE_RETURN);
}

/** A line without the mark that some programs begin a file with. */
export function withoutByteOrderMark(line: Buffer): Buffer {
  return line.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    ? line.subarray(BYTE_ORDER_MARK.length)
    : line;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every(isWhiteSpace);
}

/** Whether DuckDB is to read a record: not a blank one, which it would skip, nor one too large. */
export function isMappable(bytes: Buffer | undefined): bytes is Buffer {
  return bytes !== undefined && bytes.length <= MAX_MAPPED_RECORD_BYTES && !isBlank(bytes);
}

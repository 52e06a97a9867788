/**
 * WOFF 1.0 (W3C Recommendation of 13 December 2012) back to the font that it wraps. pdfkit reads WOFF too, but inflates the
 * table of all outlines anew for every character that it embeds, which took half a second of every report.
 */
import { inflateSync } from "node:zlib";

import { assert } from "../model/assert.ts";

const SIGNATURE = 0x774f_4646;
const WOFF_HEADER = 44;
const WOFF_ENTRY = 20;
const SFNT_HEADER = 12;
const SFNT_ENTRY = 16;

/** The font (OpenType §4.5, "Organization of an OpenType Font") inside a WOFF file of our own. */
export function unwrapWoff(woff: Uint8Array): Uint8Array {
  const view = new DataView(woff.buffer, woff.byteOffset, woff.byteLength);
  assert(view.getUint32(0) === SIGNATURE, "the fonts that ship with the program are WOFF");
  const tables = view.getUint16(12);
  const font = new Uint8Array(view.getUint32(16));
  const out = new DataView(font.buffer);
  writeHeader(out, view.getUint32(4), tables);
  let end = SFNT_HEADER + tables * SFNT_ENTRY;
  for (let index = 0; index < tables; index += 1) {
    const entry = WOFF_HEADER + index * WOFF_ENTRY;
    const [offset, packed, length] = [view.getUint32(entry + 4), view.getUint32(entry + 8), view.getUint32(entry + 12)];
    const stored = woff.subarray(offset, offset + packed);
    // A table that deflate would not shorten is kept as it is (§5).
    font.set(packed < length ? inflateSync(stored) : stored, end);
    const to = SFNT_HEADER + index * SFNT_ENTRY;
    const [tag, checksum] = [view.getUint32(entry), view.getUint32(entry + 16)];
    [tag, checksum, end, length].forEach((field, position) => out.setUint32(to + position * 4, field));
    end += (length + 3) & ~3;
  }
  assert(end === font.length, "tables are as long as their file says");
  return font;
}

/** The first twelve bytes; the last three numbers once served binary search. */
function writeHeader(out: DataView, flavor: number, tables: number): void {
  const power = Math.floor(Math.log2(tables));
  out.setUint32(0, flavor);
  [tables, 2 ** power * 16, power, (tables - 2 ** power) * 16].forEach((field, position) =>
    out.setUint16(4 + position * 2, field),
  );
}

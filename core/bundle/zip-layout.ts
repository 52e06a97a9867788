/**
 * Where things lie in a zip (APPNOTE 6.3.10): `[local header, data, descriptor?]… [central directory] [end records]`.
 * Readers disagree about archives that depart from this – which of two directories counts, whether bytes between entries
 * matter – so only archives with exactly this layout are accepted: nothing before, between or after, local headers that
 * say what the directory says, one end record.
 */
import { type FileHandle } from "node:fs/promises";

import { quote } from "../model/problem.ts";
import { type ZipEnd } from "./zip-end.ts";
import { ambiguous, MAX_UINT32, readExactly, unsupported } from "./zip-record.ts";

/** Fixed part of a directory entry; behind it lie name, extra fields and comment. */
const CENTRAL_LENGTH = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_LENGTH = 30;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
const EXTRA_ZIP64 = 0x0001;
/** A second name of the entry, in UTF-8 (APPNOTE 4.6.9): version, CRC-32 of the first, and the name. */
export const EXTRA_UNICODE_PATH = 0x7075;
/**
 * Fields that common tools write: zip64 sizes, times of NTFS and of Unix, owners, the second name (APPNOTE 4.5.2; Info-ZIP's
 * list of extra fields).
 */
const KNOWN_FIELDS: ReadonlySet<number> = new Set([
  EXTRA_ZIP64,
  0x000a,
  0x5455,
  0x5855,
  0x7855,
  0x7875,
  EXTRA_UNICODE_PATH,
]);
const FLAG_ENCRYPTED = 0x1;
const FLAG_DESCRIPTOR = 0x8;
const FLAG_UTF8 = 0x800;

/** What the central directory says about an entry, as far as the layout needs it. */
export interface DirectoryEntry {
  readonly fileNameRaw: Buffer;
  readonly generalPurposeBitFlag: number;
  readonly compressionMethod: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly relativeOffsetOfLocalHeader: number;
  readonly extraFields: readonly { readonly id: number }[];
}

/**
 * Checks every local header against the directory and that entries fill the file from 0 to the directory without gap
 * or overlap. Returns those with a field of a kind that is not read. Throws `zip-ambiguous` or `zip-unsupported`.
 */
export async function assertZipLayout<Entry extends DirectoryEntry>(
  file: FileHandle,
  entries: readonly Entry[],
  end: ZipEnd,
  label: string,
): Promise<readonly Entry[]> {
  await assertOneDisk(file, end, label);
  const withUnreadFields: Entry[] = [];
  const ordered = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let expectedStart = 0;
  for (const [position, entry] of ordered.entries()) {
    const start = entry.relativeOffsetOfLocalHeader;
    if (start !== expectedStart) {
      throw ambiguous(label, expectedStart, `an entry at byte ${expectedStart}`, `the next one at ${start}`);
    }
    const { dataEnd, fields } = await checkLocalHeader(file, entry, label);
    const ids = [...fields.keys(), ...entry.extraFields.map(({ id }) => id)];
    if (!ids.every((id) => KNOWN_FIELDS.has(id))) withUnreadFields.push(entry);
    const next = ordered[position + 1]?.relativeOffsetOfLocalHeader ?? end.directoryOffset;
    await checkGap(file, entry, dataEnd, next, label);
    expectedStart = next;
  }
  if (expectedStart !== end.directoryOffset) {
    throw ambiguous(
      label,
      0,
      "a central directory at the start of an empty archive",
      `${end.directoryOffset} bytes before it`,
    );
  }
  return withUnreadFields;
}

/** No entry may say that it begins on another disk. Precondition: the directory holds as many entries as its end says. */
async function assertOneDisk(file: FileHandle, end: ZipEnd, label: string): Promise<void> {
  let offset = end.directoryOffset;
  for (let position = 0; position < end.entryCount; position += 1) {
    const entry = await readExactly(file, offset, CENTRAL_LENGTH, label);
    if (entry.readUInt16LE(34) !== 0) throw unsupported(label, offset, "an entry on another disk");
    offset += CENTRAL_LENGTH + entry.readUInt16LE(28) + entry.readUInt16LE(30) + entry.readUInt16LE(32);
  }
}

/** Returns where the entry's data ends, and the extra fields of the header. */
async function checkLocalHeader(
  file: FileHandle,
  entry: DirectoryEntry,
  label: string,
): Promise<{ readonly dataEnd: number; readonly fields: ReadonlyMap<number, Buffer> }> {
  const offset = entry.relativeOffsetOfLocalHeader;
  const header = await readExactly(file, offset, LOCAL_LENGTH, label);
  const nameLength = header.readUInt16LE(26);
  const extraLength = header.readUInt16LE(28);
  const name = await readExactly(file, offset + LOCAL_LENGTH, nameLength, label);
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw ambiguous(label, offset, "a local header", "other bytes");
  if (!name.equals(entry.fileNameRaw)) {
    throw ambiguous(label, offset, quote(entry.fileNameRaw.toString("utf8")), quote(name.toString("utf8")));
  }
  const flags = header.readUInt16LE(6);
  const sameFlags = FLAG_ENCRYPTED | FLAG_DESCRIPTOR | FLAG_UTF8;
  if (((flags ^ entry.generalPurposeBitFlag) & sameFlags) !== 0 || header.readUInt16LE(8) !== entry.compressionMethod) {
    throw ambiguous(label, offset, "a local header like its directory entry", "another method or other flags");
  }
  const extra = await readExactly(file, offset + LOCAL_LENGTH + nameLength, extraLength, label);
  const fields = extraFieldsOf(extra);
  const otherName = fields.get(EXTRA_UNICODE_PATH)?.subarray(5);
  if (otherName !== undefined && !otherName.equals(name)) {
    throw ambiguous(label, offset, quote(name.toString("utf8")), "another name in an extra field");
  }
  if ((flags & FLAG_DESCRIPTOR) === 0) {
    const [uncompressedSize, compressedSize] = localSizes(header, fields.get(EXTRA_ZIP64));
    const stated = [
      [header.readUInt32LE(14), entry.crc32],
      [compressedSize, entry.compressedSize],
      [uncompressedSize, entry.uncompressedSize],
    ] as const;
    for (const [local, central] of stated) {
      if (local === central) continue;
      throw ambiguous(label, offset, `${central} as in the directory`, `${local} in the local header`);
    }
  }
  return { dataEnd: offset + LOCAL_LENGTH + nameLength + extraLength + entry.compressedSize, fields };
}

/** Extra fields by their id (APPNOTE 4.5), the first of each; what is no field ends them. */
function extraFieldsOf(extra: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= extra.length;) {
    const [id, end] = [extra.readUInt16LE(at), at + 4 + extra.readUInt16LE(at + 2)];
    if (!fields.has(id)) fields.set(id, extra.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

/** Uncompressed and compressed size; a local zip64 field holds both when one is too large (APPNOTE 4.5.3). */
function localSizes(header: Buffer, zip64: Buffer | undefined): readonly [number, number] {
  const [compressed, uncompressed] = [header.readUInt32LE(18), header.readUInt32LE(22)];
  if (zip64 === undefined || zip64.length < 16) return [uncompressed, compressed];
  const wide = (size: number, at: number): number => (size === MAX_UINT32 ? Number(zip64.readBigUInt64LE(at)) : size);
  return [wide(uncompressed, 0), wide(compressed, 8)];
}

/** Between entries only a data descriptor may lie, and it must repeat what the directory says. */
async function checkGap(
  file: FileHandle,
  entry: DirectoryEntry,
  dataEnd: number,
  next: number,
  label: string,
): Promise<void> {
  const gap = next - dataEnd;
  if (gap < 0) throw ambiguous(label, next, "entries that do not overlap", `one that ends at ${dataEnd}`);
  const hasDescriptor = (entry.generalPurposeBitFlag & FLAG_DESCRIPTOR) !== 0;
  if (!hasDescriptor) {
    if (gap !== 0) throw ambiguous(label, dataEnd, "nothing between entries", `${gap} bytes`);
    return;
  }
  if (![12, 16, 20, 24].includes(gap)) {
    throw ambiguous(label, dataEnd, "a data descriptor of 12 to 24 bytes", `${gap} bytes`);
  }
  const bytes = await readExactly(file, dataEnd, gap, label);
  const signed = gap === 16 || gap === 24;
  const fields = bytes.subarray(signed ? 4 : 0);
  const wide = gap >= 20;
  const agrees =
    (!signed || bytes.readUInt32LE(0) === DESCRIPTOR_SIGNATURE) &&
    fields.readUInt32LE(0) === entry.crc32 &&
    (wide ? fields.readBigUInt64LE(4) : BigInt(fields.readUInt32LE(4))) === BigInt(entry.compressedSize) &&
    (wide ? fields.readBigUInt64LE(12) : BigInt(fields.readUInt32LE(8))) === BigInt(entry.uncompressedSize);
  if (!agrees) throw ambiguous(label, dataEnd, "a data descriptor like the directory entry", "other values");
}

/**
 * Where things lie in a zip (APPNOTE 6.3.10): `[local header, data, descriptor?]… [central directory] [end records]`.
 * Readers disagree about archives that depart from this – which of two directories counts, whether bytes between entries
 * matter – so only archives with exactly this layout are accepted: nothing before, between or after, local headers that
 * say what the directory says, one end record.
 */
import { type FileHandle } from "node:fs/promises";

import { Problem, quote } from "../model/problem.ts";

const END_SIGNATURE = 0x06054b50;
const END_LENGTH = 22;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_LENGTH = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_END_LENGTH = 56;
const MAX_COMMENT_LENGTH = 0xffff;
/** Fixed part of a directory entry; behind it lie name, extra fields and comment. */
const CENTRAL_LENGTH = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_LENGTH = 30;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
const MAX_UINT32 = 0xffffffff;
const EXTRA_ZIP64 = 0x0001;
/** A second name of the entry, in UTF-8 (APPNOTE 4.6.9): version, CRC-32 of the first, and the name. */
export const EXTRA_UNICODE_PATH = 0x7075;
const FLAG_ENCRYPTED = 0x1;
const FLAG_DESCRIPTOR = 0x8;
const FLAG_UTF8 = 0x800;

/** What the end records say, checked against each other and the file's length. */
export interface ZipEnd {
  readonly entryCount: number;
  readonly directoryOffset: number;
  readonly directoryEnd: number;
}

/** What the central directory says about an entry, as far as the layout needs it. */
export interface DirectoryEntry {
  readonly fileNameRaw: Buffer;
  readonly generalPurposeBitFlag: number;
  readonly compressionMethod: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly relativeOffsetOfLocalHeader: number;
}

/** Finds the one end record. Throws `zip-truncated`, `zip-ambiguous` or `zip-unsupported`. */
export async function readZipEnd(file: FileHandle, byteLength: number, label: string): Promise<ZipEnd> {
  const tailLength = Math.min(byteLength, MAX_COMMENT_LENGTH + END_LENGTH + ZIP64_LOCATOR_LENGTH);
  const tailStart = byteLength - tailLength;
  const tail = await readExactly(file, tailStart, tailLength, label);
  const at = lastSignature(tail);
  if (at === undefined) {
    throw new Problem("refused", "zip-truncated", `${quote(label)} is a zip archive without its end`, {
      file: label,
      offset: byteLength,
      expected: "an end of central directory record",
      found: "the end of the file",
    });
  }
  const end = tail.subarray(at);
  const endOffset = tailStart + at;
  if (end.readUInt16LE(20) !== end.length - END_LENGTH) {
    throw ambiguous(
      label,
      endOffset,
      "nothing after the archive",
      `${end.length - END_LENGTH} bytes after its end record`,
    );
  }
  if (end.readUInt16LE(4) !== 0 || end.readUInt16LE(6) !== 0 || end.readUInt16LE(8) !== end.readUInt16LE(10)) {
    throw unsupported(label, endOffset, "an archive that is split over several disks");
  }
  const zip64 = await readZip64End(file, tail, at, endOffset, label);
  const found = zip64 ?? {
    entryCount: end.readUInt16LE(10),
    directoryOffset: end.readUInt32LE(16),
    directoryEnd: end.readUInt32LE(16) + end.readUInt32LE(12),
    recordsStart: endOffset,
  };
  if (found.directoryEnd !== found.recordsStart) {
    throw ambiguous(
      label,
      found.recordsStart,
      "a central directory that ends where its end record begins",
      `a central directory that ends at ${found.directoryEnd}`,
    );
  }
  return found;
}

function lastSignature(tail: Buffer): number | undefined {
  for (let at = tail.length - END_LENGTH; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) === END_SIGNATURE) return at;
  }
  return undefined;
}

async function readZip64End(
  file: FileHandle,
  tail: Buffer,
  at: number,
  endOffset: number,
  label: string,
): Promise<(ZipEnd & { readonly recordsStart: number }) | undefined> {
  const locatorAt = at - ZIP64_LOCATOR_LENGTH;
  if (locatorAt < 0 || tail.readUInt32LE(locatorAt) !== ZIP64_LOCATOR_SIGNATURE) return undefined;
  const recordOffset = toOffset(tail.readBigUInt64LE(locatorAt + 8), label);
  if (recordOffset + ZIP64_END_LENGTH !== endOffset - ZIP64_LOCATOR_LENGTH) {
    throw ambiguous(label, recordOffset, "one zip64 end record just before its locator", "another layout");
  }
  const record = await readExactly(file, recordOffset, ZIP64_END_LENGTH, label);
  if (record.readUInt32LE(0) !== ZIP64_END_SIGNATURE) {
    throw ambiguous(label, recordOffset, "a zip64 end record", "other bytes");
  }
  const entryCount = toOffset(record.readBigUInt64LE(32), label);
  if (record.readUInt32LE(16) !== 0 || record.readUInt32LE(20) !== 0 || tail.readUInt32LE(locatorAt + 16) > 1) {
    throw unsupported(label, recordOffset, "an archive that is split over several disks");
  }
  const directoryOffset = toOffset(record.readBigUInt64LE(48), label);
  assertSameOrFull(tail.readUInt16LE(at + 10), 0xffff, entryCount, label, endOffset);
  assertSameOrFull(tail.readUInt32LE(at + 16), MAX_UINT32, directoryOffset, label, endOffset);
  return {
    entryCount,
    directoryOffset,
    directoryEnd: directoryOffset + toOffset(record.readBigUInt64LE(40), label),
    recordsStart: recordOffset,
  };
}

function assertSameOrFull(short: number, full: number, long: number, label: string, offset: number): void {
  if (short === full || short === long) return;
  throw ambiguous(label, offset, "end records that agree", `${short} in one and ${long} in the other`);
}

/**
 * Checks every local header against the directory and that entries fill the file from 0 to the directory without gap
 * or overlap. Throws `zip-ambiguous` or `zip-unsupported`.
 */
export async function assertZipLayout(
  file: FileHandle,
  entries: readonly DirectoryEntry[],
  end: ZipEnd,
  label: string,
): Promise<void> {
  await assertOneDisk(file, end, label);
  const ordered = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let expectedStart = 0;
  for (const [position, entry] of ordered.entries()) {
    const start = entry.relativeOffsetOfLocalHeader;
    if (start !== expectedStart) {
      throw ambiguous(label, expectedStart, `an entry at byte ${expectedStart}`, `the next one at ${start}`);
    }
    const dataEnd = await checkLocalHeader(file, entry, label);
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

/** Returns where the entry's data ends. */
async function checkLocalHeader(file: FileHandle, entry: DirectoryEntry, label: string): Promise<number> {
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
  return offset + LOCAL_LENGTH + nameLength + extraLength + entry.compressedSize;
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

async function readExactly(file: FileHandle, offset: number, length: number, label: string): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  if (bytesRead === length) return buffer;
  throw new Problem("refused", "zip-truncated", `${quote(label)} ends inside one of its zip records`, {
    file: label,
    offset,
    expected: `${length} bytes`,
    found: `${bytesRead} bytes`,
  });
}

function toOffset(value: bigint, label: string): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw unsupported(label, 0, "sizes above 2^53");
}

/** `zip-ambiguous`: different tools would show different content. */
export function ambiguous(label: string, offset: number, expected: string, found: string): Problem {
  return new Problem(
    "refused",
    "zip-ambiguous",
    `different tools would show different content of ${quote(label)}: expected ${expected}, found ${found} (byte ${offset})`,
    { file: label, offset, expected, found },
  );
}

/** `zip-unsupported`: a feature that we refuse rather than guess. */
export function unsupported(label: string, offset: number, found: string): Problem {
  return new Problem(
    "refused",
    "zip-unsupported",
    `${quote(label)} uses a zip feature that is not accepted: ${found}`,
    {
      file: label,
      offset,
      expected: "stored or deflated files, not encrypted, on one disk",
      found,
    },
  );
}

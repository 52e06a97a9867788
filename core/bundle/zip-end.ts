/**
 * The end records of a zip (APPNOTE 4.3.14 to 4.3.16): one end of the central directory with its comment, and before it, in a
 * large archive, a zip64 record that must say the same.
 */
import { type FileHandle } from "node:fs/promises";

import { Problem, quote } from "../model/problem.ts";
import { ambiguous, MAX_UINT32, readExactly, unsupported } from "./zip-record.ts";

const END_SIGNATURE = 0x06054b50;
const END_LENGTH = 22;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_LENGTH = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_END_LENGTH = 56;
const MAX_COMMENT_LENGTH = 0xffff;
/** What the end records say, checked against each other and the file's length. */
export interface ZipEnd {
  readonly entryCount: number;
  readonly directoryOffset: number;
  readonly directoryEnd: number;
  readonly comment: Buffer;
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
  return { ...found, comment: end.subarray(END_LENGTH) };
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
): Promise<(Omit<ZipEnd, "comment"> & { readonly recordsStart: number }) | undefined> {
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

function toOffset(value: bigint, label: string): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw unsupported(label, 0, "sizes above 2^53");
}

import { createHash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";

import { frameJsonArray, type ByteRange } from "../encoding/json-array.ts";
import { Problem } from "../model/problem.ts";
import { mayRepeatName } from "./duplicate-names.ts";
import { type Framing, type HashedFile } from "./hash-protocol.ts";
import { leafHashInPlace, leafHashOf } from "./leaf-hash.ts";
import { scanLines } from "./scan-lines.ts";
import { type SidecarWriter } from "./sidecar-writer.ts";

/** Longer records are kept, hashed and shown, but not mapped: DuckDB would need this much memory per thread. */
export const MAX_MAPPED_RECORD_BYTES = 16 * 1024 * 1024;
/** A document that is one JSON value is framed in memory; CloudTrail's own files end near 50 MB. */
const MAX_DOCUMENT_BYTES = 1024 ** 3;
/** A length has 32 bits in the sidecar. */
const MAX_RECORD_BYTES = 0xffff_ffff;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const COMMA = 0x2c;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** Takes the place of a record that DuckDB would skip or choke on, so that every row stays where it is. */
const NO_RECORD = Buffer.from("null");

/** Frames and hashes one working copy, appending its records to the sidecar. Throws `record-too-long` (refused). */
export function frameFile(path: string, derivedPath: string, framing: Framing, sidecar: SidecarWriter): HashedFile {
  switch (framing.kind) {
    case "lines":
      return frameLines(path, derivedPath, sidecar);
    case "array":
    case "document":
      return frameDocument(path, derivedPath, framing, sidecar);
  }
}

/** One pass over the bytes; a second one only for a file with lines that DuckDB would skip or choke on. */
function frameLines(path: string, derivedPath: string, sidecar: SidecarWriter): HashedFile {
  const digest = createHash("sha256");
  let records = 0;
  let byteLength = 0;
  let derived = false;
  let byteOrderMark = false;
  const suspects: number[] = [];
  scanLines(
    path,
    MAX_MAPPED_RECORD_BYTES,
    ({ offset, length, bytes, leaf }) => {
      if (length > MAX_RECORD_BYTES) throw recordTooLong(offset);
      if (offset === 0 && bytes && startsWithByteOrderMark(bytes)) byteOrderMark = true;
      if (!isMappable(bytes) || byteOrderMark) derived = true;
      if (bytes && mayRepeatName(bytes, 0, bytes.length)) suspects.push(records);
      sidecar.append(offset, length, leaf);
      records += 1;
    },
    (chunk) => {
      digest.update(chunk);
      byteLength += chunk.length;
    },
  );
  if (derived) deriveLines(path, derivedPath);
  return { records, byteLength, sha256: digest.digest("hex"), derived, byteOrderMark, suspects };
}

/** Writes the NDJSON of a working copy for DuckDB: one line per record, in order. */
export function deriveFile(path: string, derivedPath: string, framing: Framing): void {
  if (framing.kind === "lines") return deriveLines(path, derivedPath);
  const bytes = readDocument(path);
  const output = new DerivedFile(derivedPath);
  try {
    for (const range of documentRecords(bytes, framing)) output.line(documentLine(bytes, range));
  } finally {
    output.close();
  }
}

/** Writes NDJSON in which every line stands for a record, for DuckDB alone. */
export function deriveLines(path: string, derivedPath: string): void {
  const output = new DerivedFile(derivedPath);
  try {
    scanLines(path, MAX_MAPPED_RECORD_BYTES, ({ offset, bytes }) => {
      if (!isMappable(bytes)) return output.line(NO_RECORD);
      if (offset === 0 && startsWithByteOrderMark(bytes)) bytes.fill(SPACE, 0, BYTE_ORDER_MARK.length);
      output.line(bytes);
    });
  } finally {
    output.close();
  }
}

function frameDocument(
  path: string,
  derivedPath: string,
  framing: Exclude<Framing, { readonly kind: "lines" }>,
  sidecar: SidecarWriter,
): HashedFile {
  const bytes = readDocument(path);
  const output = new DerivedFile(derivedPath);
  const suspects: number[] = [];
  let records = 0;
  try {
    for (const { start, end } of documentRecords(bytes, framing)) {
      const leaf =
        start > 0 ? leafHashInPlace(bytes, start, end) : leafHashOf(bytes.subarray(0, end)).toString("latin1");
      if (mayRepeatName(bytes, start, end)) suspects.push(records);
      sidecar.append(start, end - start, leaf);
      output.line(documentLine(bytes, { start, end }));
      records += 1;
    }
  } finally {
    output.close();
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const byteOrderMark = startsWithByteOrderMark(bytes);
  return { records, byteLength: bytes.length, sha256, derived: true, byteOrderMark, suspects };
}

function documentLine(bytes: Buffer, { start, end }: ByteRange): Buffer {
  return end - start > MAX_MAPPED_RECORD_BYTES ? NO_RECORD : onOneLine(bytes.subarray(start, end));
}

function readDocument(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    assertDocumentSize(fstatSync(file).size);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** Throws `document-too-large` (refused) for a document that is not framed in memory. */
export function assertDocumentSize(byteLength: number, file?: string): void {
  if (byteLength <= MAX_DOCUMENT_BYTES) return;
  throw new Problem("refused", "document-too-large", "a file that is one JSON document is longer than is read", {
    ...(file === undefined ? {} : { file }),
    expected: `at most ${MAX_DOCUMENT_BYTES} bytes`,
    found: `at least ${byteLength} bytes`,
  });
}

/** The records of a document; what could not be framed is one more, so that no byte of the evidence goes unseen. */
export function documentRecords(
  bytes: Buffer,
  framing: Exclude<Framing, { readonly kind: "lines" }>,
): readonly ByteRange[] {
  const textStart = startsWithByteOrderMark(bytes) ? BYTE_ORDER_MARK.length : 0;
  const end = trimEnd(bytes, textStart);
  const whole = { start: skipSeparators(bytes, textStart, false), end };
  if (framing.kind === "document") return [whole];
  const { members, fault } = frameJsonArray(bytes.subarray(textStart), framing.name);
  const records = members.map((member) => ({ start: textStart + member.start, end: textStart + member.end }));
  if (!fault) return records;
  const last = records.at(-1);
  if (!last) return whole.start < end ? [whole] : [];
  const rest = fault.code === "trailing-data" ? textStart + fault.offset : skipSeparators(bytes, last.end, true);
  return rest < end ? [...records, { start: rest, end }] : records;
}

function skipSeparators(bytes: Buffer, from: number, commas: boolean): number {
  let offset = from;
  while (offset < bytes.length && (isWhiteSpace(bytes[offset] ?? 0) || (commas && bytes[offset] === COMMA)))
    offset += 1;
  return offset;
}

function trimEnd(bytes: Buffer, from: number): number {
  let end = bytes.length;
  while (end > from && isWhiteSpace(bytes[end - 1] ?? 0)) end -= 1;
  return end;
}

/** Line breaks as tabs: white space between tokens as before, and as illegal inside a string as before. */
export function onOneLine(record: Buffer): Buffer {
  if (!record.includes(LINE_FEED) && !record.includes(CARRIAGE_RETURN)) return record;
  return Buffer.from(record.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? TAB : byte)));
}

/** White space of C's `isspace`, which DuckDB skips between lines. */
function isWhiteSpace(byte: number): boolean {
  return byte === SPACE || (byte >= TAB && byte <= CARRIAGE_RETURN);
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every(isWhiteSpace);
}

function isMappable(bytes: Buffer | undefined): bytes is Buffer {
  return bytes !== undefined && bytes.length <= MAX_MAPPED_RECORD_BYTES && !isBlank(bytes);
}

function startsWithByteOrderMark(bytes: Buffer): boolean {
  return bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
}

function recordTooLong(offset: number): Problem {
  return new Problem("refused", "record-too-long", "a line is longer than any record can be", {
    offset,
    expected: `at most ${MAX_RECORD_BYTES} bytes`,
    found: "more",
  });
}

/** NDJSON beside a working copy, for DuckDB alone: disposable, never cited. */
class DerivedFile {
  readonly #file: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  line(bytes: Buffer): void {
    // A view of a buffer that is filled anew before this is written.
    this.#pending.push(Buffer.from(bytes), Buffer.of(LINE_FEED));
    this.#pendingBytes += bytes.length + 1;
    if (this.#pendingBytes > 4 * 1024 * 1024) this.#flush();
  }

  close(): void {
    this.#flush();
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#pendingBytes > 0) writeSync(this.#file, Buffer.concat(this.#pending));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

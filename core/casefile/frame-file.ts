import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";

import { frameEntries } from "../encoding/entry-bundle.ts";
import { frameJsonArray, type ByteRange } from "../encoding/json-array.ts";
import { Problem } from "../model/problem.ts";
import { type Framing } from "../sources/framing.ts";
import { DerivedFile } from "./derived-file.ts";
import { type HashedFile } from "./hash-protocol.ts";
import { deriveTable, frameTable } from "./frame-table.ts";
import { leafHashInPlace, leafHashOf } from "./leaf-hash.ts";
import {
  isMappable,
  isWhiteSpace,
  MAX_MAPPED_RECORD_BYTES,
  MAX_RECORD_BYTES,
  NO_RECORD,
  onOneLine,
} from "./loadable-line.ts";
import { type RecordShape } from "./record-shape-reference.ts";
import { recordShape } from "./record-shape.ts";
import { scanLines } from "./scan-lines.ts";
import { type SidecarWriter } from "./sidecar-writer.ts";

/** A document that is one JSON value is framed in memory; CloudTrail's own files end near 50 MB. */
const MAX_DOCUMENT_BYTES = 1024 ** 3;

const SPACE = 0x20;
const COMMA = 0x2c;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** A file that is framed as a whole. */
type DocumentFraming = Extract<Framing, { readonly kind: "array" | "document" | "entries" }>;

/** Frames and hashes one working copy, appending its records to the sidecar. Throws `record-too-long` (refused). */
export function frameFile(path: string, derivedPath: string, framing: Framing, sidecar: SidecarWriter): HashedFile {
  switch (framing.kind) {
    case "lines":
      return frameLines(path, derivedPath, sidecar);
    case "array":
    case "document":
    case "entries":
      return frameDocument(path, derivedPath, framing, sidecar);
    case "table":
      return frameTable(path, derivedPath, framing, sidecar);
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
      const shape = bytes && recordShape(bytes, 0, bytes.length);
      if (!isMappable(bytes) || byteOrderMark || shape?.isUnfinished) derived = true;
      if (shape?.isSuspect) suspects.push(records);
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
  if (framing.kind === "table") return deriveTable(path, derivedPath, framing);
  const bytes = readDocument(path);
  const output = new DerivedFile(derivedPath);
  try {
    for (const { start, end } of documentRecords(bytes, framing)) {
      output.line(documentLine(bytes.subarray(start, end), recordShape(bytes, start, end)));
    }
  } finally {
    output.close();
  }
}

/** Writes NDJSON in which every line stands for a record, for DuckDB alone. */
export function deriveLines(path: string, derivedPath: string): void {
  const output = new DerivedFile(derivedPath);
  try {
    scanLines(path, MAX_MAPPED_RECORD_BYTES, ({ offset, bytes }) => {
      if (!isMappable(bytes) || recordShape(bytes, 0, bytes.length).isUnfinished) return output.line(NO_RECORD);
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
  framing: DocumentFraming,
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
      const shape = recordShape(bytes, start, end);
      if (shape.isSuspect) suspects.push(records);
      sidecar.append(start, end - start, leaf);
      output.line(documentLine(bytes.subarray(start, end), shape));
      records += 1;
    }
  } finally {
    output.close();
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const byteOrderMark = startsWithByteOrderMark(bytes);
  return { records, byteLength: bytes.length, sha256, derived: true, byteOrderMark, suspects };
}

function documentLine(record: Buffer, { isUnfinished }: RecordShape): Buffer {
  return isMappable(record) && !isUnfinished ? onOneLine(record) : NO_RECORD;
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
export function documentRecords(bytes: Buffer, framing: DocumentFraming): readonly ByteRange[] {
  if (framing.kind === "entries") return frameEntries(bytes);
  const textStart = startsWithByteOrderMark(bytes) ? BYTE_ORDER_MARK.length : 0;
  const end = trimEnd(bytes, textStart);
  const whole = { start: skipSeparators(bytes, textStart, false), end };
  if (framing.kind === "document") return [whole];
  const { members, fault } = frameJsonArray(bytes.subarray(textStart), framing.path);
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

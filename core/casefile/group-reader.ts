import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";

import { type StrictJson } from "../encoding/strict-json.ts";
import { present } from "../model/assert.ts";
import { exhibitFolder, type CaseFolder } from "./case-folder.ts";
import { isWhiteSpace, MAX_MAPPED_RECORD_BYTES, onOneLine } from "./loadable-line.ts";
import { type LoadTarget, type StagedFile } from "./load-group.ts";
import { columnsOf, recordValue } from "./record-value.ts";
import { SIDECAR_ENTRY_BYTES, SIDECAR_HEADER_BYTES } from "./sidecar.ts";

/** Where a record of a group lies. */
interface RecordPlace {
  readonly seq: number;
  readonly file: number;
  /** Row in the file, from 0. */
  readonly row: number;
  readonly offset: number;
  readonly length: number;
}

interface ReadRecord extends RecordPlace {
  /** Undefined for one too large to be mapped. */
  readonly bytes: Buffer | undefined;
}

/** A file whose records are read. */
export type RecordFile = Pick<StagedFile, "file" | "firstRow" | "records" | "stagedPath" | "framing">;

/** More white space than this in front of the bracket that ends an array is taken for the end of the file. */
const MAX_WHITE_SPACE = 4096;

/** Reads records of an exhibit by its sidecar, which may still be being written; best in ascending order. */
export class GroupReader {
  readonly #sidecar: number;
  readonly #files: readonly RecordFile[];
  readonly #target: Pick<LoadTarget, "exhibit" | "firstSeq">;
  #at = 0;
  #columns: { readonly file: number; readonly names: readonly string[] } | undefined;
  #open: { readonly file: number; readonly descriptor: number } | undefined;

  constructor(folder: CaseFolder, target: Pick<LoadTarget, "exhibit" | "firstSeq">, files: readonly RecordFile[]) {
    this.#sidecar = openSync(join(exhibitFolder(folder, target.exhibit), "records.idx"), "r");
    this.#files = files;
    this.#target = target;
  }

  placeOf(seq: number): RecordPlace {
    const row = seq - this.#target.firstSeq;
    const entry = Buffer.alloc(SIDECAR_ENTRY_BYTES);
    readSync(this.#sidecar, entry, 0, entry.length, SIDECAR_HEADER_BYTES + row * SIDECAR_ENTRY_BYTES);
    const offset = Number(entry.readBigUInt64BE(0));
    const length = entry.readUInt32BE(8);
    const { file, firstRow } = this.#fileOf(seq);
    return { seq, file, row: row - firstRow, offset, length };
  }

  read(seq: number): ReadRecord {
    const place = this.placeOf(seq);
    if (place.length > MAX_MAPPED_RECORD_BYTES) return { ...place, bytes: undefined };
    const bytes = Buffer.alloc(place.length);
    readSync(this.#descriptor(this.#fileOf(seq)), bytes, 0, bytes.length, place.offset);
    return { ...place, bytes };
  }

  /** The record as its mapping reads it. */
  parse(record: RecordPlace, bytes: Uint8Array): StrictJson {
    const file = this.#fileOf(record.seq);
    if (this.#columns?.file !== file.file) {
      this.#columns = { file: file.file, names: columnsOf(file.stagedPath, file.framing) };
    }
    return recordValue(bytes, file.framing, this.#columns.names);
  }

  /** The record as one line of JSON. */
  line(record: RecordPlace, bytes: Buffer): Buffer | string {
    const { framing } = this.#fileOf(record.seq);
    return framing.kind === "table" ? JSON.stringify(this.parse(record, bytes).value ?? null) : onOneLine(bytes);
  }

  /** Whether a record of an array goes on to the end of its file: behind one that ends the array does. */
  hasNoEnd({ seq, offset, length }: RecordPlace): boolean {
    const file = this.#fileOf(seq);
    if (file.framing.kind !== "array") return false;
    const behind = Buffer.alloc(MAX_WHITE_SPACE);
    const read = readSync(this.#descriptor(file), behind, 0, behind.length, offset + length);
    return behind.subarray(0, read).every(isWhiteSpace);
  }

  close(): void {
    closeSync(this.#sidecar);
    if (this.#open) closeSync(this.#open.descriptor);
  }

  #fileOf(seq: number): RecordFile {
    const row = seq - this.#target.firstSeq;
    const holds = (file: RecordFile | undefined): boolean =>
      file !== undefined && row >= file.firstRow && row < file.firstRow + file.records;
    if (row < (this.#files[this.#at]?.firstRow ?? 0)) this.#at = 0;
    while (this.#at < this.#files.length && !holds(this.#files[this.#at])) this.#at += 1;
    return present(this.#files[this.#at], "every row of a group belongs to one of its files");
  }

  #descriptor(file: RecordFile): number {
    if (this.#open?.file !== file.file) {
      if (this.#open) closeSync(this.#open.descriptor);
      this.#open = { file: file.file, descriptor: openSync(file.stagedPath, "r") };
    }
    return this.#open.descriptor;
  }
}

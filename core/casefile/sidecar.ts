import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

import { copyHash } from "../merkle/hash.ts";
import { assert } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { Problem } from "../model/problem.ts";

/**
 * `records.idx`, the sidecar of an exhibit: where each record lies and what its leaf hash is, by row of the exhibit.
 * A header of 32 bytes, then 44 bytes a record; all numbers big-endian:
 *
 *     header  "ASSAYIDX" · u32 version 1 · u32 entry size 44 · u64 records · 8 zero bytes
 *     entry   u64 offset in the decompressed file · u32 length · 32 bytes leaf hash SHA-256(0x00 ‖ record)
 *
 * The record count is written last, after all entries were synced: a sidecar that was not finished counts 0.
 */
export const SIDECAR_HEADER_BYTES = 32;
export const SIDECAR_ENTRY_BYTES = 12 + HASH_BYTES;
const MAGIC = "ASSAYIDX";
const VERSION = 1;
/** Rows that are read at once: a few megabytes. */
const STEP_ROWS = 65_536;
/** An entry as words of 32 bits, and the first of them that is of its leaf hash. */
export const ENTRY_WORDS = SIDECAR_ENTRY_BYTES / 4;
export const LEAF_WORD = 3;

/** Where one record lies in its decompressed file, and its leaf hash. */
export interface SidecarEntry {
  readonly offset: number;
  readonly length: number;
  readonly leafHash: Uint8Array;
}

/** The header of a sidecar with this many records. */
export function formatSidecarHeader(records: number): Uint8Array {
  const header = Buffer.alloc(SIDECAR_HEADER_BYTES);
  header.write(MAGIC, 0, "latin1");
  header.writeUInt32BE(VERSION, 8);
  header.writeUInt32BE(SIDECAR_ENTRY_BYTES, 12);
  header.writeBigUInt64BE(BigInt(records), 16);
  return header;
}

/** Writes one entry into a buffer. Precondition: `at + 44 <= buffer.length`, `length < 2^32`. */
export function writeSidecarEntry(buffer: Buffer, at: number, offset: number, length: number): void {
  buffer.writeUInt32BE(Math.floor(offset / 2 ** 32), at);
  buffer.writeUInt32BE(offset % 2 ** 32, at + 4);
  buffer.writeUInt32BE(length, at + 8);
}

/** An open sidecar. */
export class Sidecar {
  readonly records: number;
  readonly #file: FileHandle;

  constructor(file: FileHandle, records: number) {
    this.#file = file;
    this.records = records;
  }

  /** The entry of a row. Precondition: `0 <= row < records`. */
  async entry(row: number): Promise<SidecarEntry> {
    const [entry] = await this.entries(row, 1);
    assert(entry !== undefined, "one entry was read");
    return entry;
  }

  /** Entries of `count` rows from `row` on. Precondition: `row + count <= records`. */
  async entries(row: number, count: number): Promise<readonly SidecarEntry[]> {
    assert(row >= 0 && count >= 0 && row + count <= this.records, "sidecar rows out of range");
    const buffer = await this.#read(row, Buffer.alloc(count * SIDECAR_ENTRY_BYTES));
    return Array.from({ length: count }, (_, index) => {
      const at = index * SIDECAR_ENTRY_BYTES;
      return {
        offset: Number(buffer.readBigUInt64BE(at)),
        length: buffer.readUInt32BE(at + 8),
        leafHash: new Uint8Array(buffer.subarray(at + 12, at + SIDECAR_ENTRY_BYTES)),
      };
    });
  }

  /** All leaf hashes, 32 bytes each, in row order. */
  async leafHashes(): Promise<Uint8Array> {
    const leaves = new Uint8Array(this.records * HASH_BYTES);
    let row = 0;
    for await (const words of this.entrySteps()) {
      const entries = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
      for (let at = 12; at < entries.length; at += SIDECAR_ENTRY_BYTES, row += 1) {
        copyHash(entries, at, leaves, row * HASH_BYTES);
      }
    }
    return leaves;
  }

  /** The entries as they lie in the file, {@link ENTRY_WORDS} each, some rows at a time; valid until the next are asked for. */
  async *entrySteps(): AsyncGenerator<Uint32Array, void, undefined> {
    const words = new Uint32Array(Math.min(STEP_ROWS, this.records) * ENTRY_WORDS);
    for (let row = 0; row < this.records; row += STEP_ROWS) {
      const step = words.subarray(0, Math.min(STEP_ROWS, this.records - row) * ENTRY_WORDS);
      await this.#read(row, Buffer.from(step.buffer, 0, step.byteLength));
      yield step;
    }
  }

  /**
   * Reads the entries of `count` rows from `row` on to the start of `target`. Blocks: for the hash worker. Precondition: as of
   * {@link entries}, and `target` has room for them.
   */
  readEntries(row: number, count: number, target: Buffer): void {
    const length = count * SIDECAR_ENTRY_BYTES;
    const read = readSync(this.#file.fd, target, 0, length, SIDECAR_HEADER_BYTES + row * SIDECAR_ENTRY_BYTES);
    if (read !== length) throw sidecarProblem(`${length} bytes at row ${row}`, `${read}`);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Fills a buffer with entries from that of a row on. */
  async #read(row: number, buffer: Buffer): Promise<Buffer> {
    const position = SIDECAR_HEADER_BYTES + row * SIDECAR_ENTRY_BYTES;
    const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, position);
    if (bytesRead !== buffer.length) throw sidecarProblem(`${buffer.length} bytes at row ${row}`, `${bytesRead}`);
    return buffer;
  }
}

/** Opens a finished sidecar. Throws `sidecar-damaged` (machine) when it is not what this version writes. */
export async function openSidecar(path: string): Promise<Sidecar> {
  const file = await open(path, "r");
  try {
    const header = Buffer.alloc(SIDECAR_HEADER_BYTES);
    await file.read(header, 0, header.length, 0);
    const records = Number(header.readBigUInt64BE(16));
    if (!header.equals(formatSidecarHeader(records))) throw sidecarProblem("a header of version 1", "other bytes");
    const { size } = await file.stat();
    const expected = SIDECAR_HEADER_BYTES + records * SIDECAR_ENTRY_BYTES;
    if (size !== expected) throw sidecarProblem(`${expected} bytes`, `${size}`);
    return new Sidecar(file, records);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function sidecarProblem(expected: string, found: string): Problem {
  return new Problem(
    "machine",
    "sidecar-damaged",
    `reading the record index of an exhibit: expected ${expected}, found ${found}`,
    { file: "records.idx", expected, found },
  );
}

import { closeSync, fsyncSync, ftruncateSync, openSync } from "node:fs";

import { HASH_BYTES } from "../model/digest.ts";
import { formatSidecarHeader, SIDECAR_ENTRY_BYTES, SIDECAR_HEADER_BYTES, writeSidecarEntry } from "./sidecar.ts";
import { writeAll, writing } from "./write-file.ts";

const BUFFERED_ENTRIES = 32_768;
const WHAT = "the list of records";

/** Writes a sidecar in row order. Used in the hash worker only, so its calls block. */
export class SidecarWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #buffer = Buffer.alloc(BUFFERED_ENTRIES * SIDECAR_ENTRY_BYTES);
  /** The same, by words: a quarter of the time of writing bytes (measured). */
  readonly #words = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, this.#buffer.length);
  #buffered = 0;
  #written: number;

  /** Continues after `records` entries and drops any behind them: they belong to a group that never committed. */
  constructor(path: string, records: number) {
    this.#path = path;
    this.#file = writing(WHAT, path, () => openSync(path, records === 0 ? "w+" : "r+"));
    this.#written = records;
    writing(WHAT, path, () => ftruncateSync(this.#file, SIDECAR_HEADER_BYTES + records * SIDECAR_ENTRY_BYTES));
    this.#writeHeader(0);
  }

  /** Precondition: `length < 2^32`; `leaf` is 32 Latin-1 characters. */
  append(offset: number, length: number, leaf: string): void {
    const at = this.#buffered * SIDECAR_ENTRY_BYTES;
    writeSidecarEntry(this.#buffer, at, offset, length);
    this.#buffer.write(leaf, at + 12, SIDECAR_ENTRY_BYTES - 12, "latin1");
    this.#advance();
  }

  /**
   * Lines that follow each other, each from its bound to a byte before the next, with their leaf hashes. Precondition: `hashes`
   * holds one for each line.
   */
  appendLines(bounds: Uint32Array, hashes: Uint8Array): void {
    const from = new DataView(hashes.buffer, hashes.byteOffset, hashes.byteLength);
    for (let line = 0; line + 1 < bounds.length; line += 1) {
      const at = this.#buffered * SIDECAR_ENTRY_BYTES;
      const offset = bounds[line] ?? 0;
      this.#words.setUint32(at, 0);
      this.#words.setUint32(at + 4, offset);
      this.#words.setUint32(at + 8, (bounds[line + 1] ?? 0) - 1 - offset);
      for (let word = 0; word < HASH_BYTES; word += 4) {
        this.#words.setInt32(at + 12 + word, from.getInt32(line * HASH_BYTES + word));
      }
      this.#advance();
    }
  }

  #advance(): void {
    this.#buffered += 1;
    if (this.#buffered === BUFFERED_ENTRIES) this.flush();
  }

  /** Finishes the sidecar: its count is written when its entries are safe. */
  close(): void {
    this.flush();
    this.#settle();
    this.#writeHeader(this.#written);
    this.#settle();
    closeSync(this.#file);
  }

  /** Everything appended so far can be read from the file when this returns. */
  flush(): void {
    if (this.#buffered === 0) return;
    const entries = this.#buffer.subarray(0, this.#buffered * SIDECAR_ENTRY_BYTES);
    this.#write(entries, SIDECAR_HEADER_BYTES + this.#written * SIDECAR_ENTRY_BYTES);
    this.#written += this.#buffered;
    this.#buffered = 0;
  }

  #writeHeader(records: number): void {
    this.#write(formatSidecarHeader(records), 0);
  }

  #write(bytes: Uint8Array, position: number): void {
    writing(WHAT, this.#path, () => writeAll(this.#file, bytes, position));
  }

  #settle(): void {
    writing(WHAT, this.#path, () => fsyncSync(this.#file));
  }
}

import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

const LINE_FEED = Buffer.from("\n");
const FLUSH_BYTES = 4 * 1024 * 1024;

/** NDJSON beside a working copy, for DuckDB alone: disposable, never cited. */
export class DerivedFile {
  readonly #file: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  line(bytes: Buffer): void {
    // A view of a buffer that is filled anew before this is written.
    this.#pending.push(Buffer.from(bytes), LINE_FEED);
    this.#pendingBytes += bytes.length + 1;
    if (this.#pendingBytes > FLUSH_BYTES) this.#flush();
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

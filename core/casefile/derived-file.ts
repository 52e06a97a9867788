import { closeSync, fsyncSync, openSync } from "node:fs";

import { writeAll, writing } from "./write-file.ts";

const LINE_FEED = Buffer.from("\n");
const FLUSH_BYTES = 4 * 1024 * 1024;
const WHAT = "the lines for the database";

/** NDJSON beside a working copy, for DuckDB alone: disposable, never cited. */
export class DerivedFile {
  readonly #path: string;
  readonly #file: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = writing(WHAT, path, () => openSync(path, "w"));
  }

  line(bytes: Buffer): void {
    // A view of a buffer that is filled anew before this is written.
    this.#pending.push(Buffer.from(bytes), LINE_FEED);
    this.#pendingBytes += bytes.length + 1;
    if (this.#pendingBytes > FLUSH_BYTES) this.#flush();
  }

  /** Everything is on the disk when this returns. */
  close(): void {
    try {
      this.#flush();
      writing(WHAT, this.#path, () => fsyncSync(this.#file));
    } finally {
      closeSync(this.#file);
    }
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    writing(WHAT, this.#path, () => writeAll(this.#file, bytes));
  }
}

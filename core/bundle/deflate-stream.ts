/** Raw deflate data (RFC 1951), which tells itself where it ends: whatever follows is counted, never taken for content. */
import { createInflateRaw } from "node:zlib";

import { concatBytes } from "../encoding/bytes.ts";

/** What follows deflate data. */
export interface DeflateRest {
  readonly head: Uint8Array;
  readonly byteLength: number;
}

/** Inflates up to the end of the deflate data and keeps hold of what lies after it. */
export class DeflateStream {
  /** Deflate bytes given to the inflater so far. */
  packedLength = 0;
  readonly #input: AsyncIterator<Uint8Array>;
  readonly #inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  #pending: Uint8Array | undefined;
  #rest: Uint8Array | undefined;

  /** @param firstData bytes before those of `input`. */
  constructor(input: AsyncIterator<Uint8Array>, firstData?: Uint8Array) {
    this.#input = input;
    this.#pending = firstData;
  }

  /** The content. Throws zlib's own errors, and those of the input. */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    const feeding = this.#feed().catch((error: unknown) => {
      this.#inflate.destroy(error instanceof Error ? error : new Error(String(error)));
    });
    try {
      const output: AsyncIterable<Buffer> = this.#inflate;
      for await (const chunk of output) yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    } finally {
      this.#inflate.destroy();
      await feeding;
    }
  }

  /** zlib counts in `bytesWritten` only what it used: less than was written means that the data ended inside the chunk. */
  async #feed(): Promise<void> {
    for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) {
      const data = chunk;
      this.packedLength += data.length;
      await this.#write(data);
      const unused = this.packedLength - this.#inflate.bytesWritten;
      if (unused > 0) {
        this.packedLength -= unused;
        this.#rest = data.subarray(data.length - unused);
        return;
      }
    }
    this.#inflate.end();
  }

  /** zlib forgets the callback of a write in which it finds damage, and closes. */
  #write(data: Uint8Array): Promise<void> {
    return new Promise((done, fail) => {
      const onClose = (): void => fail(new Error("the inflater was closed"));
      this.#inflate.once("close", onClose);
      this.#inflate.write(data, (error) => {
        this.#inflate.off("close", onClose);
        if (error) fail(error);
        else done();
      });
    });
  }

  async #next(): Promise<Uint8Array | undefined> {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending !== undefined && pending.length > 0) return pending;
    const next = await this.#input.next();
    return next.done === true ? undefined : next.value;
  }

  /** What follows the deflate data: as many of its first bytes as are asked for, and how many there are. */
  async readRest(headBytes: number): Promise<DeflateRest> {
    let head = new Uint8Array(0);
    let byteLength = 0;
    for (let chunk = this.#rest; chunk !== undefined;) {
      byteLength += chunk.length;
      head = concatBytes(head, chunk.subarray(0, headBytes - head.length));
      const next = await this.#input.next();
      chunk = next.done === true ? undefined : next.value;
    }
    return { head, byteLength };
  }
}

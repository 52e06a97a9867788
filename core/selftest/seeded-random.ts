import { createHash } from "node:crypto";

/** Numbers and bytes that look random and are the same for the same seed: a miss can be made again. */
export class SeededRandom {
  readonly #seed: string;
  #counter = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  bytes(byteLength: number): Buffer {
    const parts: Buffer[] = [];
    for (let made = 0; made < byteLength; made += 32) parts.push(this.#block());
    return Buffer.concat(parts).subarray(0, byteLength);
  }

  /** An integer with `from <= value < to`. */
  integer(from: number, to: number): number {
    return from + (this.#block().readUIntBE(0, 6) % (to - from));
  }

  #block(): Buffer {
    this.#counter += 1;
    return createHash("sha256").update(`${this.#seed} ${this.#counter}`).digest();
  }
}

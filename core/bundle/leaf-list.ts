import { HASH_BYTES } from "../model/digest.ts";

/** Leaf hashes one after the other, in memory that grows as they come. */
export class LeafList {
  #bytes = Buffer.alloc(8_192 * HASH_BYTES);
  #length = 0;

  /** Room for a few more leaves, to be written from `at` on. */
  grow(count: number): { readonly bytes: Buffer; readonly at: number } {
    const at = this.#length;
    this.#length += count * HASH_BYTES;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.alloc(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return { bytes: this.#bytes, at };
  }

  push(leaf: Uint8Array): void {
    const { bytes, at } = this.grow(1);
    bytes.set(leaf, at);
  }

  /** The leaf before the next. */
  last(): Uint8Array {
    return this.#bytes.subarray(this.#length - HASH_BYTES, this.#length);
  }

  copy(): LeafList {
    const list = new LeafList();
    list.#bytes = Buffer.from(this.#bytes);
    list.#length = this.#length;
    return list;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.subarray(0, this.#length));
  }
}

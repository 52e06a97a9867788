import { TILE_WIDTH } from "../merkle/tree.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { type BagFolder } from "./bag-folder.ts";
import { formatTilePath } from "./layout.ts";

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/**
 * Level-0 tiles, full ones as they fill and the partial one at the end. A tile with a leaf of an absent record is left
 * out: it would let whoever guesses the record know that he guessed right.
 */
export class TileWriter {
  readonly #folder: BagFolder;
  #pending = Buffer.alloc(0);
  #next = 0;
  #isKept = true;

  constructor(folder: BagFolder) {
    this.#folder = folder;
  }

  /** Leaf hashes one after the other, of records that are all there or all absent. */
  async append(leaves: Uint8Array, isPresent: boolean): Promise<void> {
    this.#isKept &&= isPresent || leaves.length === 0;
    this.#pending = Buffer.concat([this.#pending, leaves]);
    while (this.#pending.length >= TILE_BYTES) {
      await this.#write(this.#pending.subarray(0, TILE_BYTES));
      this.#pending = this.#pending.subarray(TILE_BYTES);
      this.#isKept = isPresent || this.#pending.length === 0;
    }
  }

  async finish(): Promise<void> {
    if (this.#pending.length > 0) await this.#write(this.#pending);
  }

  async #write(content: Uint8Array): Promise<void> {
    const name = { level: 0, index: this.#next, width: content.length / HASH_BYTES };
    if (this.#isKept) await this.#folder.write(formatTilePath(name), content);
    this.#next += 1;
  }
}

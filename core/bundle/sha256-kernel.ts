/**
 * SHA-256 for the two jobs of a verification that hash many short inputs: the chain and the inner nodes of the tree. A call
 * into the platform's own implementation costs more there than the hashing (bench/README.md). The module is put together
 * here when it is first used; nothing compiled is shipped.
 */
import { assert } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { CONSTANTS_AT, HEADS_AT, LANES, roundConstants, sha256Functions } from "./sha256-code.ts";
import { moduleBytes } from "./wasm-code.ts";

const DATA_AT = 1_024;
const PAGE_BYTES = 65_536;
const PAGES = 160;
/** Hashes that one call takes: of one lane of a chain, and of the nodes below. The parents lie behind those. */
const CHAIN_HASHES = 65_536;
const NODE_HASHES = 196_608;
const PARENTS_AT = DATA_AT + NODE_HASHES * HASH_BYTES + 256;

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly chain: (...numbers: readonly number[]) => void;
  readonly parents: (...numbers: readonly number[]) => void;
}

/** The kernel with a memory of its own. */
export class Sha256Kernel {
  readonly #exports: Exports;
  readonly #bytes: Uint8Array;
  readonly #words: DataView;

  constructor() {
    const module = new WebAssembly.Module(moduleBytes(sha256Functions(), PAGES));
    // What `moduleBytes` exports.
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    const { buffer } = this.#exports.memory;
    assert(PAGES * PAGE_BYTES === buffer.byteLength, "the memory has the pages that were asked for");
    this.#bytes = new Uint8Array(buffer);
    this.#words = new DataView(buffer);
    for (const [at, word] of roundConstants().entries()) this.#words.setUint32(CONSTANTS_AT + 4 * at, word, true);
  }

  /** The heads of several chains after their leaves, 32 bytes each (merkle/chain.ts). */
  chains(chains: readonly { readonly head: Uint8Array; readonly leaves: Uint8Array }[]): readonly Uint8Array[] {
    const heads: Uint8Array[] = [];
    for (let first = 0; first < chains.length; first += LANES) {
      heads.push(...this.#fourChains(chains.slice(first, first + LANES)));
    }
    return heads;
  }

  #fourChains(chains: readonly { readonly head: Uint8Array; readonly leaves: Uint8Array }[]): readonly Uint8Array[] {
    const heads = chains.map(({ head }) => new Uint8Array(head));
    const next = chains.map(() => 0);
    for (;;) {
      const left = chains.map(({ leaves }, lane) => leaves.length - (next[lane] ?? 0));
      const longest = left.filter((bytes) => bytes > 0);
      if (longest.length === 0) return heads;
      // Chains that have ended go on with whatever lies in their lane; their heads were taken before.
      const bytes = Math.min(CHAIN_HASHES * HASH_BYTES, ...longest);
      const running = chains.map((_, lane) => (left[lane] ?? 0) > 0);
      for (const [lane, { leaves }] of chains.entries()) {
        if (!running[lane]) continue;
        const start = next[lane] ?? 0;
        this.#bytes.set(leaves.subarray(start, start + bytes), laneAt(lane));
        this.#writeHead(lane, heads[lane]);
        next[lane] = start + bytes;
      }
      this.#exports.chain(laneAt(0), laneAt(1), laneAt(2), laneAt(3), bytes / HASH_BYTES);
      for (const lane of heads.keys()) if (running[lane]) this.#readHead(lane, heads[lane]);
    }
  }

  /** The parents of neighbouring nodes, 32 bytes each; an odd last node has none here. */
  parents(nodes: Uint8Array): Uint8Array {
    const pairs = Math.floor(nodes.length / (2 * HASH_BYTES));
    const parents = new Uint8Array(pairs * HASH_BYTES);
    for (let pair = 0; pair < pairs; pair += NODE_HASHES / 2) {
      const count = Math.min(NODE_HASHES / 2, pairs - pair);
      this.#bytes.set(nodes.subarray(2 * pair * HASH_BYTES, 2 * (pair + count) * HASH_BYTES), DATA_AT);
      this.#exports.parents(DATA_AT, PARENTS_AT, Math.ceil(count / LANES));
      parents.set(this.#bytes.subarray(PARENTS_AT, PARENTS_AT + count * HASH_BYTES), pair * HASH_BYTES);
    }
    return parents;
  }

  #writeHead(lane: number, head: Uint8Array | undefined): void {
    if (!head) return;
    const words = new DataView(head.buffer, head.byteOffset, HASH_BYTES);
    for (let index = 0; index < 8; index += 1) {
      this.#words.setUint32(headWordAt(lane, index), words.getUint32(4 * index), true);
    }
  }

  #readHead(lane: number, head: Uint8Array | undefined): void {
    if (!head) return;
    const words = new DataView(head.buffer, head.byteOffset, HASH_BYTES);
    for (let index = 0; index < 8; index += 1) {
      words.setUint32(4 * index, this.#words.getUint32(headWordAt(lane, index), true));
    }
  }
}

function headWordAt(lane: number, index: number): number {
  return HEADS_AT + 16 * index + 4 * lane;
}

function laneAt(lane: number): number {
  return DATA_AT + lane * CHAIN_HASHES * HASH_BYTES;
}

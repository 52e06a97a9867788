/**
 * SHA-256 (FIPS 180-4) of four messages side by side, one in each lane of a vector, for the two jobs of a verification that
 * hash many short inputs: the chain and the inner nodes of the tree. A call into the platform's own implementation costs
 * more there than the hashing (docs/performance.md). The module is put together here when it is first used; nothing
 * compiled is shipped.
 */
import { assert } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import {
  add,
  addI32,
  and,
  countDown,
  gather,
  get,
  i32,
  load,
  moduleBytes,
  or,
  rotateRight,
  scatter,
  select,
  set,
  shiftLeft,
  shiftRight,
  splat,
  store,
  swapBytes,
  xor,
  type Code,
  type FunctionCode,
} from "./wasm-code.ts";

const LANES = 4;
/** Where the heads of four chains lie: eight vectors, word by word. */
const HEADS_AT = 0;
const DATA_AT = 1_024;
const PAGE_BYTES = 65_536;
const PAGES = 160;
/** Hashes that one call takes: of one lane of a chain, and of the nodes below. The parents lie behind those. */
const CHAIN_HASHES = 65_536;
const NODE_HASHES = 196_608;
const PARENTS_AT = DATA_AT + NODE_HASHES * HASH_BYTES + 256;

const PRIMES = firstPrimes(64);
/** FIPS 180-4 §4.2.2 and §5.3.3: the first 32 bits of the fractional parts of cube and square roots of primes. */
const K = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const INITIAL = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

/** Locals of a function after its parameters: the eight working variables, the sixteen words of the block. */
interface Registers {
  readonly state: readonly number[];
  readonly words: readonly number[];
  /** The state before the block, and two values of a round. */
  readonly before: readonly number[];
  readonly sum: number;
}

const LOCALS = { hasResult: false, integers: 0, longs: 0, vectors: 8 + 16 + 8 + 1 } as const;

function registersAfter(parameters: number): Registers {
  const from = (start: number, count: number): number[] =>
    Array.from({ length: count }, (_, index) => parameters + start + index);
  return { state: from(0, 8), words: from(8, 16), before: from(24, 8), sum: parameters + 32 };
}

/** FIPS 180-4 §6.2.2: 64 rounds. `constant` gives the words of a block that is the same every time. */
function compress({ state, words, before, sum }: Registers, constant?: readonly number[]): Code {
  const code: Code[] = [];
  const emit = (piece: Code): void => {
    code.push(piece);
  };
  const local = (list: readonly number[], index: number): number => list[index & (list.length - 1)] ?? 0;
  const word = (round: number): Code => get(local(words, round));
  for (const [index, register] of state.entries()) emit(set(local(before, index), get(register)));
  for (let round = 0; round < 64; round += 1) {
    // Instead of moving eight variables each round, their names move.
    const variable = (index: number): number => local(state, index - round + 64);
    const [a, b, c, e, f, g, h] = [0, 1, 2, 4, 5, 6, 7].map((index) => get(variable(index))) as [
      Code,
      Code,
      Code,
      Code,
      Code,
      Code,
      Code,
    ]; // seven of seven
    const k = K[round] ?? 0;
    let input: Code;
    if (constant === undefined) {
      if (round >= 16) {
        const [w15, w2] = [word(round - 15 + 64), word(round - 2 + 64)];
        const sigma0 = xor(xor(rotateRight(w15, 7), rotateRight(w15, 18)), shiftRight(w15, 3));
        const sigma1 = xor(xor(rotateRight(w2, 17), rotateRight(w2, 19)), shiftRight(w2, 10));
        emit(set(local(words, round), add(word(round), sigma0, word(round - 7 + 64), sigma1)));
      }
      input = add(word(round), splat(k));
    } else {
      input = splat((constant[round] ?? 0) + k);
    }
    const sigma1 = xor(xor(rotateRight(e, 6), rotateRight(e, 11)), rotateRight(e, 25));
    emit(set(sum, add(h, input, sigma1, select(e, f, g))));
    emit(set(variable(3), add(get(variable(3)), get(sum))));
    const sigma0 = xor(xor(rotateRight(a, 2), rotateRight(a, 13)), rotateRight(a, 22));
    emit(set(variable(7), add(get(sum), sigma0, select(xor(a, b), c, b))));
  }
  for (const [index, register] of state.entries()) {
    emit(set(register, add(get(register), get(local(before, index)))));
  }
  return code;
}

function begin({ state }: Registers): Code {
  return state.map((register, index) => set(register, splat(INITIAL[index] ?? 0)));
}

/** The schedule of a block whose words are known beforehand. */
function schedule(block: readonly number[]): readonly number[] {
  const words = [...block];
  const rotate = (value: number, bits: number): number => (value >>> bits) | (value << (32 - bits));
  const at = (index: number): number => words[index] ?? 0;
  for (let index = 16; index < 64; index += 1) {
    const [w15, w2] = [at(index - 15), at(index - 2)];
    const sigma0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const sigma1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    words.push((at(index - 16) + sigma0 + at(index - 7) + sigma1) | 0);
  }
  return words;
}

/** `chain(leaves0, leaves1, leaves2, leaves3, count)`: extends the four heads by as many leaves each. */
function chainFunction(): FunctionCode {
  const parameters = 5;
  const registers = registersAfter(parameters);
  const { state, words } = registers;
  const lanes = [0, 1, 2, 3].map((lane) => get(lane));
  const padding = schedule([0x80000000, ...Array<number>(14).fill(0), 8 * 2 * HASH_BYTES]);
  const body = [
    ...state.map((register, index) => set(register, load(i32(HEADS_AT), 16 * index))),
    ...countDown(4, [
      ...words.map((register, index) =>
        set(register, index < 8 ? get(state[index] ?? 0) : swapBytes(gather(lanes, 4 * (index - 8)))),
      ),
      ...begin(registers),
      ...compress(registers),
      ...compress(registers, padding),
      ...[0, 1, 2, 3].map((lane) => set(lane, addI32(get(lane), i32(HASH_BYTES)))),
    ]),
    ...state.map((register, index) => store(i32(HEADS_AT), 16 * index, get(register))),
  ];
  return { name: "chain", parameters, ...LOCALS, body };
}

/** `parents(nodes, parents, count)`: the parents of `count` times four pairs of nodes: SHA-256(0x01 ‖ left ‖ right). */
function parentsFunction(): FunctionCode {
  const parameters = 3;
  const registers = registersAfter(parameters);
  const { state, words, sum } = registers;
  const pair = 2 * HASH_BYTES;
  // The prefix moves every word of the pair by a byte; an address is one byte early, and offsets count from there.
  const lanes = [0, 1, 2, 3].map((lane) => addI32(get(0), i32(lane * pair - 1)));
  const firstBlock = words.map((register, index) => {
    const value = swapBytes(gather(lanes, 4 * index));
    return set(register, index === 0 ? or(and(value, splat(0x00ffffff)), splat(0x01000000)) : value);
  });
  const lastByte = shiftLeft(swapBytes(gather(lanes, pair - 3)), 24);
  const lastBlock = words.map((register, index) =>
    set(register, index === 0 ? or(lastByte, splat(0x00800000)) : splat(index === 15 ? 8 * (1 + pair) : 0)),
  );
  const body = countDown(2, [
    ...begin(registers),
    ...firstBlock,
    ...compress(registers),
    ...lastBlock,
    ...compress(registers),
    ...state.map((register, index) => [
      ...set(sum, swapBytes(get(register))),
      ...scatter(get(1), 4 * index, HASH_BYTES, sum),
    ]),
    ...set(0, addI32(get(0), i32(LANES * pair))),
    ...set(1, addI32(get(1), i32(LANES * HASH_BYTES))),
  ]);
  return { name: "parents", parameters, ...LOCALS, body };
}

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
    const module = new WebAssembly.Module(moduleBytes([chainFunction(), parentsFunction()], PAGES));
    // What `moduleBytes` exports.
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    const { buffer } = this.#exports.memory;
    assert(PAGES * PAGE_BYTES === buffer.byteLength, "the memory has the pages that were asked for");
    this.#bytes = new Uint8Array(buffer);
    this.#words = new DataView(buffer);
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

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

/** The first 32 bits behind the point: doubles hold 52, and roots of these primes need 9 before the point at most. */
function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
}

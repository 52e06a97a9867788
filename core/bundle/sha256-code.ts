/**
 * SHA-256 (FIPS 180-4) of four messages side by side, one in each lane of a vector, as code for sha256-kernel.ts. Every block
 * is compressed by the same function, of whose rounds sixteen are written out: making and compiling a module of all rounds of
 * all blocks takes six times as long, which is a good part of what a short verification takes.
 */
import { HASH_BYTES } from "../model/digest.ts";
import {
  add,
  addI32,
  and,
  call,
  countDown,
  gather,
  get,
  i32,
  load,
  loadSplat,
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

/** As many messages are hashed at once. */
export const LANES = 4;
const VECTOR_BYTES = 16;
const ROUNDS = 64;
/** The words of a block, and as many rounds are written out. */
const WORDS = 16;

/** Where the heads of four chains lie, eight vectors, word by word; so does the state between two blocks. */
export const HEADS_AT = 0;
const BLOCK_AT = HEADS_AT + 8 * VECTOR_BYTES;
/** Constants of the rounds; then the same with the words of the block that ends a message of 64 bytes added. */
export const CONSTANTS_AT = BLOCK_AT + WORDS * VECTOR_BYTES;
const PADDED_AT = CONSTANTS_AT + 4 * ROUNDS;

const PRIMES = firstPrimes(ROUNDS);
/** FIPS 180-4 §4.2.2 and §5.3.3: the first 32 bits of the fractional parts of cube and square roots of primes. */
const K = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const INITIAL = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

/** What lies at {@link CONSTANTS_AT} before the first call. */
export function roundConstants(): readonly number[] {
  const padding = schedule([0x80000000, ...Array<number>(14).fill(0), 8 * 2 * HASH_BYTES]);
  return [...K, ...K.map((k, round) => k + (padding[round] ?? 0))];
}

/** Locals of what compresses a block: two numbers, then vectors. */
const [LEFT, CONSTANT] = [0, 1] as const;
const state = Array.from({ length: 8 }, (_, index) => 2 + index);
const words = Array.from({ length: WORDS }, (_, index) => 10 + index);
const SUM = 26;
const at = (list: readonly number[], index: number): number => list[index & (list.length - 1)] ?? 0;

/** FIPS 180-4 §6.2.2, step 3, for sixteen rounds: after as many, the variables have their names again. */
function rounds(inputOf: (round: number) => Code): Code {
  return words.map((_, round) => {
    // Instead of moving eight variables each round, their names move.
    const variable = (index: number): number => at(state, index - round);
    const value = (index: number): Code => get(variable(index));
    const [a, b, c, e, f, g, h] = [value(0), value(1), value(2), value(4), value(5), value(6), value(7)];
    const sigma1 = xor(xor(rotateRight(e, 6), rotateRight(e, 11)), rotateRight(e, 25));
    const sigma0 = xor(xor(rotateRight(a, 2), rotateRight(a, 13)), rotateRight(a, 22));
    return [
      set(SUM, add(h, inputOf(round), sigma1, select(e, f, g))),
      set(variable(3), add(value(3), get(SUM))),
      set(variable(7), add(get(SUM), sigma0, select(xor(a, b), c, b))),
    ];
  });
}

/** The next word of the message schedule, in the place of the one that is not needed any more. */
function scheduled(round: number): Code {
  const word = (index: number): Code => get(at(words, round + index));
  const [w15, w2] = [word(1), word(14)];
  const sigma0 = xor(xor(rotateRight(w15, 7), rotateRight(w15, 18)), shiftRight(w15, 3));
  const sigma1 = xor(xor(rotateRight(w2, 17), rotateRight(w2, 19)), shiftRight(w2, 10));
  return set(at(words, round), add(word(0), sigma0, word(9), sigma1));
}

const constant = (round: number): Code => loadSplat(get(CONSTANT), 4 * round);
const nextConstants: Code = set(CONSTANT, addI32(get(CONSTANT), i32(4 * WORDS)));
const takeState: Code = state.map((register, index) => set(register, load(i32(HEADS_AT), VECTOR_BYTES * index)));
const addState: Code = state.map((register, index) =>
  store(i32(HEADS_AT), VECTOR_BYTES * index, add(load(i32(HEADS_AT), VECTOR_BYTES * index), get(register))),
);
const LOCALS = { parameters: 0, hasResult: false, integers: 2, longs: 0, vectors: 25 } as const;

/** Compresses the block in memory. */
const compress: FunctionCode = {
  name: "compress",
  ...LOCALS,
  body: [
    takeState,
    words.map((register, index) => set(register, load(i32(BLOCK_AT), VECTOR_BYTES * index))),
    set(CONSTANT, i32(CONSTANTS_AT)),
    rounds((round) => add(get(at(words, round)), constant(round))),
    set(LEFT, i32(ROUNDS / WORDS - 1)),
    countDown(LEFT, [
      nextConstants,
      rounds((round) => [scheduled(round), add(get(at(words, round)), constant(round))]),
    ]),
    addState,
  ],
};

/** Compresses the block that ends a message of 64 bytes: its schedule is known beforehand. */
const compressPadding: FunctionCode = {
  name: "compressPadding",
  ...LOCALS,
  body: [
    takeState,
    set(CONSTANT, i32(PADDED_AT)),
    set(LEFT, i32(ROUNDS / WORDS)),
    countDown(LEFT, [rounds(constant), nextConstants]),
    addState,
  ],
};

const begin: Code = INITIAL.map((word, index) => store(i32(HEADS_AT), VECTOR_BYTES * index, splat(word)));
const setWord = (index: number, value: Code): Code => store(i32(BLOCK_AT), VECTOR_BYTES * index, value);
const [COMPRESS, COMPRESS_PADDING] = [0, 1] as const;

/** `chain(leaves0, leaves1, leaves2, leaves3, count)`: extends the four heads by as many leaves each. */
function chainFunction(): FunctionCode {
  const lanes = [0, 1, 2, 3].map((lane) => get(lane));
  const body = countDown(4, [
    state.map((_, index) => setWord(index, load(i32(HEADS_AT), VECTOR_BYTES * index))),
    state.map((_, index) => setWord(8 + index, swapBytes(gather(lanes, 4 * index)))),
    begin,
    call(COMPRESS),
    call(COMPRESS_PADDING),
    [0, 1, 2, 3].map((lane) => set(lane, addI32(get(lane), i32(HASH_BYTES)))),
  ]);
  return { name: "chain", parameters: 5, hasResult: false, integers: 0, longs: 0, vectors: 0, body };
}

/** `parents(nodes, parents, count)`: the parents of `count` times four pairs of nodes: SHA-256(0x01 ‖ left ‖ right). */
function parentsFunction(): FunctionCode {
  const pair = 2 * HASH_BYTES;
  const value = 3;
  // The prefix moves every word of the pair by a byte; an address is one byte early, and offsets count from there.
  const lanes = [0, 1, 2, 3].map((lane) => addI32(get(0), i32(lane * pair - 1)));
  const first = words.map((_, index) => {
    const word = swapBytes(gather(lanes, 4 * index));
    return setWord(index, index === 0 ? or(and(word, splat(0x00ffffff)), splat(0x01000000)) : word);
  });
  const lastByte = shiftLeft(swapBytes(gather(lanes, pair - 3)), 24);
  const last = words.map((_, index) =>
    setWord(index, index === 0 ? or(lastByte, splat(0x00800000)) : splat(index === 15 ? 8 * (1 + pair) : 0)),
  );
  const result = state.map((_, index) => [
    set(value, swapBytes(load(i32(HEADS_AT), VECTOR_BYTES * index))),
    scatter(get(1), 4 * index, HASH_BYTES, value),
  ]);
  const body = countDown(2, [
    [begin, first, call(COMPRESS), last, call(COMPRESS), result],
    set(0, addI32(get(0), i32(LANES * pair))),
    set(1, addI32(get(1), i32(LANES * HASH_BYTES))),
  ]);
  return { name: "parents", parameters: 3, hasResult: false, integers: 0, longs: 0, vectors: 1, body };
}

/** The functions of the module, those first that others call. */
export function sha256Functions(): readonly FunctionCode[] {
  return [compress, compressPadding, chainFunction(), parentsFunction()];
}

/** The schedule of a block whose words are known beforehand. */
function schedule(block: readonly number[]): readonly number[] {
  const known = [...block];
  const rotate = (value: number, bits: number): number => (value >>> bits) | (value << (32 - bits));
  const word = (index: number): number => known[index] ?? 0;
  for (let index = WORDS; index < ROUNDS; index += 1) {
    const [w15, w2] = [word(index - 15), word(index - 2)];
    const sigma0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const sigma1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    known.push((word(index - 16) + sigma0 + word(index - 7) + sigma1) | 0);
  }
  return known;
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

/** SHA-256 (FIPS 180-4) of four messages side by side, one in each lane of a vector, as code for sha256-kernel.ts. */
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
/** Where the heads of four chains lie: eight vectors, word by word. */
export const HEADS_AT = 0;

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
export function chainFunction(): FunctionCode {
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
export function parentsFunction(): FunctionCode {
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

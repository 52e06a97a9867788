/**
 * A WebAssembly module, written as numbers (WebAssembly Core Specification 2.0, §5): just the instructions that our kernels
 * need. Code is a list of bytes and of smaller pieces of code, operands before their operator; it becomes one list at the
 * end.
 */
export type Code = readonly (number | Code)[];

const SIMD = 0xfd;

/** An unsigned LEB128 number. Precondition: `0 <= value < 2^31`. */
function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** A signed LEB128 number. Precondition: `-2^63 <= value < 2^63`. */
function signed(value: bigint): readonly number[] {
  const low = Number(value & 0x7fn);
  const isLast = value >= -0x40n && value < 0x40n;
  return isLast ? [low] : [low | 0x80, ...signed(value >> 7n)];
}

export const i32 = (value: number): Code => [0x41, ...signed(BigInt(value))];
export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, ...unsigned(local)];

/** Operations on numbers of 32 bits; a comparison gives 1 or 0. */
export const addI32 = (left: Code, right: Code): Code => [left, right, 0x6a];
export const subtractI32 = (left: Code, right: Code): Code => [left, right, 0x6b];
export const multiplyI32 = (left: Code, right: Code): Code => [left, right, 0x6c];
export const andI32 = (left: Code, right: Code): Code => [left, right, 0x71];
export const orI32 = (left: Code, right: Code): Code => [left, right, 0x72];
export const isEqualI32 = (left: Code, right: Code): Code => [left, right, 0x46];
/** Of signed numbers. */
export const isLessI32 = (left: Code, right: Code): Code => [left, right, 0x48];
export const isBelowI32 = (left: Code, right: Code): Code => [left, right, 0x49];
export const trailingZeros = (value: Code): Code => [value, 0x68];

/** Operations on numbers of 64 bits. */
export const i64 = (value: bigint): Code => [0x42, ...signed(BigInt.asIntN(64, value))];
export const toI64 = (value: Code): Code => [value, 0xad];
export const isEqualI64 = (left: Code, right: Code): Code => [left, right, 0x51];
export const subtractI64 = (left: Code, right: Code): Code => [left, right, 0x7d];
export const multiplyI64 = (left: Code, right: Code): Code => [left, right, 0x7e];
export const andI64 = (left: Code, right: Code): Code => [left, right, 0x83];
export const orI64 = (left: Code, right: Code): Code => [left, right, 0x84];
export const xorI64 = (left: Code, right: Code): Code => [left, right, 0x85];
export const shiftLeftI64 = (value: Code, bits: Code): Code => [value, bits, 0x86];
export const shiftRightI64 = (value: Code, bits: Code): Code => [value, bits, 0x88];
export const addI64 = (left: Code, right: Code): Code => [left, right, 0x7c];
export const rotateLeftI64 = (value: Code, bits: bigint): Code => [value, i64(bits), 0x89];

/** Memory, at any address. */
export const loadByte = (address: Code): Code => [address, 0x2d, memory(0)];
export const loadI32 = (address: Code): Code => [address, 0x28, memory(0)];
export const storeI32 = (address: Code, value: Code): Code => [address, value, 0x36, memory(0)];
export const loadI64 = (address: Code): Code => [address, 0x29, memory(0)];
export const storeI64 = (address: Code, value: Code): Code => [address, value, 0x37, memory(0)];
/** A number of 64 bits and with a sign, as a double. */
export const storeDouble = (address: Code, value: Code): Code => [address, value, 0xb9, 0x39, memory(0)];

/** Calls a function that has neither parameters nor a result, by its place in the module. */
export const call = (place: number): Code => [0x10, ...unsigned(place)];

/** Runs `body` where `condition` is not 0, and `otherwise` where it is. */
export const when = (condition: Code, body: Code, otherwise: Code = []): Code => [
  condition,
  ...[0x04, 0x40],
  body,
  ...(otherwise.length === 0 ? [] : [0x05, otherwise]),
  0x0b,
];
/** Runs `body` as long as `condition` is not 0. */
export const whilst = (condition: Code, body: Code): Code => [0x03, 0x40, when(condition, [body, 0x0c, 1]), 0x0b];

/** Runs `body` until the local that it counts down is 0. Precondition: it is above 0 at first. */
export function countDown(local: number, body: Code): Code {
  return [0x03, 0x40, body, get(local), i32(1), 0x6b, 0x22, ...unsigned(local), 0x0d, 0, 0x0b];
}

function simd(operation: number): Code {
  return [SIMD, ...unsigned(operation)];
}

/** Without a hint of alignment. */
function memory(offset: number): Code {
  return [0, ...unsigned(offset)];
}

/** Operations on four 32-bit lanes. */
export const load = (address: Code, offset: number): Code => [address, simd(0), memory(offset)];
export const store = (address: Code, offset: number, value: Code): Code => [address, value, simd(11), memory(offset)];
/** The word at an address, in each lane. */
export const loadSplat = (address: Code, offset: number): Code => [address, simd(9), memory(offset)];
export const splat = (value: number): Code => [i32(value | 0), simd(17)];
export const and = (left: Code, right: Code): Code => [left, right, simd(78)];
export const or = (left: Code, right: Code): Code => [left, right, simd(80)];
export const xor = (left: Code, right: Code): Code => [left, right, simd(81)];
/** The bits of `ones` where `mask` has ones, and of `zeros` elsewhere. */
export const select = (mask: Code, ones: Code, zeros: Code): Code => [ones, zeros, mask, simd(82)];
export const shiftLeft = (value: Code, bits: number): Code => [value, i32(bits), simd(171)];
export const shiftRight = (value: Code, bits: number): Code => [value, i32(bits), simd(173)];
export const add = (first: Code, ...others: readonly Code[]): Code => [
  first,
  ...others.map((value) => [value, simd(174)]),
];
export const rotateRight = (value: Code, bits: number): Code =>
  or(shiftRight(value, bits), shiftLeft(value, 32 - bits));
/** Turns the bytes of each lane around. */
export const swapBytes = (value: Code): Code => [
  value,
  simd(12),
  ...[3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12],
  simd(14),
];
/** Four words from four addresses, one a lane. */
export const gather = (addresses: readonly Code[], offset: number): Code =>
  addresses.reduce<Code>((word, address, lane) => [address, word, simd(86), memory(offset), lane], splat(0));
/** The four lanes of a local to four places, `stride` bytes apart. */
export const scatter = (address: Code, offset: number, stride: number, local: number): Code =>
  [0, 1, 2, 3].map((lane) => [address, get(local), simd(90), memory(offset + lane * stride), lane]);

/** Operations on sixteen bytes. */
export const splatByte = (value: number): Code => [i32(value), simd(15)];
export const areEqualBytes = (left: Code, right: Code): Code => [left, right, simd(35)];
/** 1 when any bit is one. */
export const hasOnes = (value: Code): Code => [value, simd(83)];
/** The highest bit of each byte, that of the first byte lowest. */
export const highestBits = (value: Code): Code => [value, simd(100)];

/** A function: its parameters, and its result if it has one, are numbers of 32 bits; other locals follow them in this order. */
export interface FunctionCode {
  readonly name: string;
  readonly parameters: number;
  readonly hasResult: boolean;
  readonly integers: number;
  readonly longs: number;
  readonly vectors: number;
  readonly body: Code;
}

const I32 = 0x7f;
const I64 = 0x7e;
const V128 = 0x7b;

/** The bytes of a module that exports these functions and a memory of so many pages as `memory`. */
export function moduleBytes(functions: readonly FunctionCode[], pages: number): Uint8Array<ArrayBuffer> {
  const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items];
  const sized = (code: Code): Code => {
    const bytes = bytesOf(code);
    return [...unsigned(bytes.length), bytes];
  };
  const section = (id: number, items: readonly Code[]): Code => [id, sized(vector(items))];
  const name = (text: string): Code => sized([...new TextEncoder().encode(text)]);
  const numbers = (count: number): Code => vector(Array<Code>(count).fill([I32]));
  const type = ({ parameters, hasResult }: FunctionCode): Code => [
    0x60,
    numbers(parameters),
    numbers(hasResult ? 1 : 0),
  ];
  const locals = ({ integers, longs, vectors }: FunctionCode): Code =>
    vector([
      [...unsigned(integers), I32],
      [...unsigned(longs), I64],
      [...unsigned(vectors), V128],
    ]);
  const code = (item: FunctionCode): Code => sized([locals(item), item.body, 0x0b]);
  return Uint8Array.from(
    bytesOf([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, functions.map(type)),
      section(
        3,
        functions.map((_, index) => unsigned(index)),
      ),
      section(5, [[0, ...unsigned(pages)]]),
      section(7, [...functions.map((item, index) => [name(item.name), 0, ...unsigned(index)]), [name("memory"), 2, 0]]),
      section(10, functions.map(code)),
    ]),
  );
}

function bytesOf(code: Code, bytes: number[] = []): readonly number[] {
  for (const piece of code) {
    if (typeof piece === "number") bytes.push(piece);
    else bytesOf(piece, bytes);
  }
  return bytes;
}

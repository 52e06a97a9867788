/**
 * Finds the lines of a text in WebAssembly, sixteen bytes at a time, and the times of records that begin with one: of a text
 * that is as it should be, nothing is left to look at line by line (bench/README.md).
 */
import { EXACT_DIGITS, TIME_AT_START } from "./record-scan.ts";
import {
  addI32,
  addI64,
  andI32,
  areEqualBytes,
  get,
  hasOnes,
  highestBits,
  i32,
  i64,
  isBelowI32,
  isEqualI32,
  isEqualI64,
  isLessI32,
  load,
  loadByte,
  loadI64,
  moduleBytes,
  multiplyI32,
  multiplyI64,
  or,
  orI32,
  set,
  splatByte,
  storeDouble,
  storeI32,
  subtractI32,
  toI64,
  trailingZeros,
  when,
  whilst,
  type Code,
  type FunctionCode,
} from "./wasm-code.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COMMA = 0x2c;
const ZERO = 0x30;
const OBJECT_MARK = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Eight bytes, by which such a record is known at once. */
const TIME_WORD = new DataView(TIME_AT_START.buffer).getBigInt64(0, true);
/** In place of a time that is not a plain number at the start of the record. */
export const NO_TIME = -1;

/** At most so many lines are found at once. */
const LINES_TOGETHER = 128;
const VECTOR_BYTES = 16;
const STEP_BYTES = 4 * VECTOR_BYTES;
/** Two numbers of 32 bits, or a double. */
const SLOT_BYTES = 8;
const BOUNDS_AT = 0;
const TIMES_AT = BOUNDS_AT + SLOT_BYTES * LINES_TOGETHER;
const TEXT_AT = TIMES_AT + SLOT_BYTES * LINES_TOGETHER;
const PAGE_BYTES = 65_536;
const PAGES = 20;
/** So much of a text is looked at together. Vectors read past its end. */
const WINDOW_BYTES = PAGES * PAGE_BYTES - TEXT_AT - STEP_BYTES;

/** Locals: the parameters, then numbers of 32 bits, then one of 64. */
const [AT, END, BASE, START, COUNT, FOUND, DIGITS, DIGIT, IS_PLAIN, TIME] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

const increase = (local: number, by: number): Code => set(local, addI32(get(local), i32(by)));
const isByte = (address: Code, byte: number): Code => isEqualI32(loadByte(address), i32(byte));
const both = andI32;
const slot = (base: number): Code => addI32(i32(base), multiplyI32(get(COUNT), i32(SLOT_BYTES)));

/**
 * `lines(at, end, base)`: how many lines that begin at `at` and after one another are plain, up to the first that is not or
 * has no LF before `end`; their bounds, counted from `base`, and times lie in their slots.
 */
function linesFunction(): FunctionCode {
  const body = [
    ...set(IS_PLAIN, i32(1)),
    ...whilst(both(get(IS_PLAIN), isLessI32(get(COUNT), i32(LINES_TOGETHER))), [
      ...set(START, get(AT)),
      ...findLineFeed(),
      ...set(IS_PLAIN, both(isLessI32(get(AT), get(END)), both(isByte(get(START), OBJECT_MARK), endsPlainly()))),
      ...when(get(IS_PLAIN), [
        ...storeI32(slot(BOUNDS_AT), subtractI32(get(START), get(BASE))),
        ...storeI32(slot(BOUNDS_AT + SLOT_BYTES / 2), subtractI32(get(AT), get(BASE))),
        ...readTime(),
        ...increase(COUNT, 1),
        ...increase(AT, 1),
      ]),
    ]),
    ...get(COUNT),
  ];
  return { name: "lines", parameters: 3, hasResult: true, integers: TIME - 3, longs: 1, vectors: 0, body };
}

/** Leaves `AT` at the next LF, or at or behind the end. */
function findLineFeed(): Code {
  const marks = (offset: number): Code => areEqualBytes(load(get(AT), offset), splatByte(LINE_FEED));
  const vectors = [0, 1, 2, 3].map((vector) => marks(vector * VECTOR_BYTES));
  return [
    ...seek(STEP_BYTES, hasOnes(vectors.reduce(or))),
    ...seek(VECTOR_BYTES, highestBits(marks(0))),
    ...set(AT, addI32(get(AT), trailingZeros(get(FOUND)))),
  ];
}

/** Goes on in steps until something is found in the next, or the end is reached. */
function seek(bytes: number, find: Code): Code {
  return [
    ...set(FOUND, i32(0)),
    ...whilst(both(isEqualI32(get(FOUND), i32(0)), isLessI32(get(AT), get(END))), [
      ...set(FOUND, find),
      ...when(isEqualI32(get(FOUND), i32(0)), increase(AT, bytes)),
    ]),
  ];
}

function endsPlainly(): Code {
  return isEqualI32(isByte(subtractI32(get(AT), i32(1)), CARRIAGE_RETURN), i32(0));
}

/** A count without a sign and without leading zeros that the record begins with, as `RecordScan` takes it. */
function readTime(): Code {
  const isStart = isEqualI64(loadI64(get(START)), i64(TIME_WORD));
  const first = addI32(get(START), i32(TIME_AT_START.length));
  const behind = addI32(first, get(DIGITS));
  const endsValue = orI32(isByte(behind, COMMA), isByte(behind, CLOSE_OBJECT));
  const isCanonical = orI32(isEqualI32(get(DIGITS), i32(1)), isEqualI32(isByte(first, ZERO), i32(0)));
  const isExact = isBelowI32(subtractI32(get(DIGITS), i32(1)), i32(EXACT_DIGITS));
  const takeDigit = set(DIGIT, subtractI32(loadByte(behind), i32(ZERO)));
  return [
    ...storeDouble(slot(TIMES_AT), i64(BigInt(NO_TIME))),
    ...when(isStart, [
      ...set(TIME, i64(0n)),
      ...set(DIGITS, i32(0)),
      ...takeDigit,
      ...whilst(both(isBelowI32(get(DIGIT), i32(10)), isLessI32(get(DIGITS), i32(EXACT_DIGITS + 1))), [
        ...set(TIME, addI64(multiplyI64(get(TIME), i64(10n)), toI64(get(DIGIT)))),
        ...increase(DIGITS, 1),
        ...takeDigit,
      ]),
      ...when(both(endsValue, both(isCanonical, isExact)), storeDouble(slot(TIMES_AT), get(TIME))),
    ]),
  ];
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly lines: (at: number, end: number, base: number) => number;
}

/** The kernel with a memory of its own. */
export class LineKernel {
  /** Where the lines that were found last begin and end in their text, pair after pair. */
  readonly bounds: Uint32Array;
  /** The numbers that they begin with as their time; {@link NO_TIME} for those that do not. */
  readonly times: Float64Array;
  readonly #lines: Exports["lines"];
  readonly #bytes: Uint8Array;
  #text: Uint8Array = new Uint8Array();
  /** The part of the text that lies in the window. */
  #windowStart = 0;
  #windowEnd = 0;

  constructor() {
    const module = new WebAssembly.Module(moduleBytes([linesFunction()], PAGES));
    // What `moduleBytes` exports.
    const { memory, lines } = new WebAssembly.Instance(module).exports as unknown as Exports;
    this.#lines = lines;
    this.#bytes = new Uint8Array(memory.buffer);
    this.bounds = new Uint32Array(memory.buffer, BOUNDS_AT, 2 * LINES_TOGETHER);
    this.times = new Float64Array(memory.buffer, TIMES_AT, LINES_TOGETHER);
  }

  /** Takes a text, which must stay as it is until the next. */
  take(text: Uint8Array): void {
    this.#text = text;
    this.#windowEnd = 0;
  }

  /**
   * How many lines that begin at `start` and after one another, and end in an LF before `end`, begin with `{` and have no CR
   * at their end. There may be more of them, and none is found of a line that is longer than the window.
   */
  find(start: number, end: number): number {
    if (end - start > WINDOW_BYTES) return 0;
    if (start < this.#windowStart || end > this.#windowEnd) this.#move(start, end);
    const base = TEXT_AT - this.#windowStart;
    return this.#lines(base + start, base + end, base);
  }

  #move(start: number, end: number): void {
    const { buffer, byteOffset } = this.#text;
    this.#bytes.set(new Uint8Array(buffer, byteOffset + start, end - start), TEXT_AT);
    this.#windowStart = start;
    this.#windowEnd = end;
  }
}

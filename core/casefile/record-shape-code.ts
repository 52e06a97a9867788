/** The code of record-shape-kernel.ts: record-shape-reference.ts as WebAssembly, for many records at a time. */
import {
  addI32,
  andI32,
  andI64,
  areEqualBytes,
  get,
  highestBits,
  i32,
  i64,
  isEqualI32,
  isEqualI64,
  isLessI32,
  load,
  loadByte,
  loadI32,
  loadI64,
  multiplyI32,
  multiplyI64,
  or,
  orI32,
  orI64,
  rotateLeftI64,
  set,
  shiftLeftI64,
  shiftRightI64,
  splatByte,
  storeI32,
  storeI64,
  subtractI32,
  subtractI64,
  toI64,
  trailingZeros,
  when,
  whilst,
  xorI64,
  type Code,
  type FunctionCode,
} from "../bundle/wasm-code.ts";
import { MAX_DEPTH, MAX_NAMES } from "./record-shape-reference.ts";

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const SPACE = 0x20;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Brackets differ from braces in this bit alone. */
const BRACE_BIT = 0x20;
/** Letters differ from their capitals in this bit alone. */
const SMALL = 0x20;
const [LETTER_A, LETTER_I, LETTER_N] = [0x61, 0x69, 0x6e] as const;
/** Letters come behind it, and of all else that JSON has outside of strings only brackets. */
const BEFORE_LETTERS = 0x40;
const OPEN = OPEN_OBJECT & ~BRACE_BIT;
const CLOSE = CLOSE_OBJECT & ~BRACE_BIT;

const VECTOR_BYTES = 16;
const HASH_BYTES = 8;
const BOUND_BYTES = 4;
/** Bounds of at most so many records, and for one more. */
export const RECORDS_TOGETHER = 4_096;
export const BOUNDS_AT = 0;
/** Of each depth, how many names its object has had, a bit for each by its hash, and the hashes with room for one more. */
const COUNTS_AT = BOUND_BYTES * (RECORDS_TOGETHER + 2);
const FILTERS_AT = COUNTS_AT + 4 * MAX_DEPTH;
const NAMES_AT = FILTERS_AT + HASH_BYTES * MAX_DEPTH;
const NAMES_BYTES = HASH_BYTES * (MAX_NAMES + 1);
/** Behind eight bytes that stay empty: what stands before a record means nothing. */
export const TEXT_AT = NAMES_AT + MAX_DEPTH * NAMES_BYTES + HASH_BYTES;
const PAGE_BYTES = 65_536;
export const PAGES = 16;
/** Longer records are few. Vectors read past the end. */
export const MAX_TEXT_BYTES = PAGES * PAGE_BYTES - TEXT_AT - 2 * VECTOR_BYTES;

export const IS_SUSPECT = 1;
export const IS_UNFINISHED = 2;
/** An odd number with bits everywhere: 2^64 divided by the golden ratio. */
const MULTIPLIER = 0x9e3779b97f4a7c15n;

/** Locals: the parameters, then numbers of 32 bits, then two of 64. */
const [BOUND, LAST_BOUND, BASE] = [0, 1, 2] as const;
const [START, END, AT, BYTE, OPENED, DEPTH, SUSPECT] = [3, 4, 5, 6, 7, 8, 9] as const;
const [NAME, ESCAPED, IN_STRING, FOUND, SLOT, LAST] = [10, 11, 12, 13, 14, 15] as const;
const [HASH, BIT] = [16, 17] as const;

const increase = (local: number, by: number): Code => set(local, addI32(get(local), i32(by)));
const isByte = (value: Code, byte: number): Code => isEqualI32(value, i32(byte));
const both = andI32;
const not = (value: Code): Code => isEqualI32(value, i32(0));
const at = (base: number, index: Code, stride: number): Code => addI32(i32(base), multiplyI32(index, i32(stride)));

/**
 * `shapes(bound, lastBound, base)`: in place of each bound from the one address to before the other, the flags of the record
 * that begins there, counted from `base`, and ends a byte before the next.
 */
export function shapesFunction(): FunctionCode {
  const body = whilst(isLessI32(get(BOUND), get(LAST_BOUND)), [
    ...set(START, addI32(get(BASE), loadI32(get(BOUND)))),
    ...set(END, addI32(get(BASE), subtractI32(loadI32(addI32(get(BOUND), i32(BOUND_BYTES))), i32(1)))),
    ...storeI32(get(BOUND), shape()),
    ...increase(BOUND, BOUND_BYTES),
  ]);
  return { name: "shapes", parameters: 3, hasResult: false, integers: HASH - 3, longs: 2, vectors: 0, body };
}

/** The flags of the record from `START` to before `END`, behind the code that finds them. */
function shape(): Code {
  return [
    ...set(AT, get(START)),
    ...set(OPENED, i32(0)),
    ...set(DEPTH, i32(-1)),
    ...set(SUSPECT, i32(0)),
    ...whilst(isLessI32(get(AT), get(END)), [
      ...set(BYTE, loadByte(get(AT))),
      ...increase(AT, 1),
      ...when(isByte(get(BYTE), QUOTE), string(), mark()),
    ]),
    ...orI32(get(SUSPECT), multiplyI32(isLessI32(i32(0), get(OPENED)), i32(IS_UNFINISHED))),
  ];
}

/** A bracket, a letter of a word, or what means nothing by itself. */
function mark(): Code {
  const kind = andI32(get(BYTE), i32(0xff & ~BRACE_BIT));
  return when(
    isByte(kind, OPEN),
    [
      ...increase(OPENED, 1),
      ...suspectIf(isEqualI32(get(OPENED), i32(MAX_DEPTH + 1))),
      ...when(isByte(get(BYTE), OPEN_OBJECT), [
        ...increase(DEPTH, 1),
        ...when(isEqualI32(get(DEPTH), i32(MAX_DEPTH)), set(SUSPECT, i32(IS_SUSPECT))),
        ...when(isDepthKept(), [...storeI32(countAt(), i32(0)), ...storeI64(filterAt(), i64(0n))]),
      ]),
    ],
    when(
      isByte(kind, CLOSE),
      [...increase(OPENED, -1), ...when(isByte(get(BYTE), CLOSE_OBJECT), increase(DEPTH, -1)), ...lookBack()],
      when(isLessI32(i32(BEFORE_LETTERS), get(BYTE)), suspectIf(isNoWord())),
    ),
  );
}

function isDepthKept(): Code {
  return both(isLessI32(i32(-1), get(DEPTH)), isLessI32(get(DEPTH), i32(MAX_DEPTH)));
}

function suspectIf(condition: Code): Code {
  return set(SUSPECT, orI32(get(SUSPECT), condition));
}

const byteBefore = (address: Code): Code => loadByte(subtractI32(address, i32(1)));

/** Whether a comma stands before the bracket at `AT - 1`, past white space. */
function lookBack(): Code {
  const isSpace = isLessI32(byteBefore(get(LAST)), i32(SPACE + 1));
  return [
    ...set(LAST, subtractI32(get(AT), i32(1))),
    ...whilst(both(isLessI32(get(START), get(LAST)), isSpace), increase(LAST, -1)),
    ...suspectIf(isByte(byteBefore(get(LAST)), COMMA)),
  ];
}

/** What a number begins with that JSON does not have: of its words only `null` begins with an n, and none holds an i. */
function isNoWord(): Code {
  const isLetter = (byte: Code, letter: number): Code => isByte(orI32(byte, i32(SMALL)), letter);
  const before = byteBefore(subtractI32(get(AT), i32(1)));
  return orI32(isLetter(get(BYTE), LETTER_I), both(isLetter(get(BYTE), LETTER_A), isLetter(before, LETTER_N)));
}

/** Goes to the quote that ends a string; then, past white space, to what follows. Where that is a colon, it was a name. */
function string(): Code {
  const bytes = load(get(AT), 0);
  const marks = or(areEqualBytes(bytes, splatByte(QUOTE)), areEqualBytes(bytes, splatByte(BACKSLASH)));
  const isKnownDepth = both(not(get(SUSPECT)), isDepthKept());
  return [
    ...set(NAME, get(AT)),
    ...set(ESCAPED, i32(0)),
    ...set(IN_STRING, i32(1)),
    ...whilst(both(get(IN_STRING), isLessI32(get(AT), get(END))), [
      ...set(FOUND, highestBits(marks)),
      ...when(
        get(FOUND),
        [
          ...increaseBy(AT, trailingZeros(get(FOUND))),
          ...when(isByte(loadByte(get(AT)), QUOTE), set(IN_STRING, i32(0)), [
            ...set(ESCAPED, i32(1)),
            ...increase(AT, 2),
          ]),
        ],
        increase(AT, VECTOR_BYTES),
      ),
    ]),
    ...set(LAST, get(AT)),
    ...increase(AT, 1),
    ...whilst(both(isLessI32(get(AT), get(END)), isLessI32(loadByte(get(AT)), i32(SPACE + 1))), increase(AT, 1)),
    ...when(
      both(both(isLessI32(get(AT), get(END)), isByte(loadByte(get(AT)), COLON)), isKnownDepth),
      when(get(ESCAPED), set(SUSPECT, i32(IS_SUSPECT)), [...hashName(), ...lookUp()]),
    ),
  ];
}

function increaseBy(local: number, value: Code): Code {
  return set(local, addI32(get(local), value));
}

/** Eight bytes of the name at a time; the last few alone. */
function hashName(): Code {
  const mix = (bytes: Code): Code =>
    set(HASH, rotateLeftI64(multiplyI64(xorI64(get(HASH), bytes), i64(MULTIPLIER)), 29n));
  const left = subtractI32(get(LAST), get(NAME));
  const mask = subtractI64(shiftLeftI64(i64(1n), toI64(multiplyI32(left, i32(8)))), i64(1n));
  return [
    ...set(HASH, toI64(left)),
    ...whilst(isLessI32(addI32(get(NAME), i32(HASH_BYTES - 1)), get(LAST)), [
      ...mix(loadI64(get(NAME))),
      ...increase(NAME, HASH_BYTES),
    ]),
    ...mix(andI64(loadI64(get(NAME)), mask)),
  ];
}

const countAt = (): Code => at(COUNTS_AT, get(DEPTH), 4);
const filterAt = (): Code => at(FILTERS_AT, get(DEPTH), HASH_BYTES);

/** Whether the object has had the name, which it has from now on; so, too, when it has too many. */
function lookUp(): Code {
  const count = loadI32(countAt());
  const filter = loadI64(filterAt());
  return [
    ...set(SLOT, at(NAMES_AT, get(DEPTH), NAMES_BYTES)),
    ...set(LAST, addI32(get(SLOT), multiplyI32(count, i32(HASH_BYTES)))),
    // The search ends here at the latest.
    ...storeI64(get(LAST), get(HASH)),
    // A shift goes by the lowest six bits of a number: here those that all bytes of the name have reached.
    ...set(BIT, shiftLeftI64(i64(1n), shiftRightI64(get(HASH), i64(23n)))),
    ...when(isEqualI64(andI64(filter, get(BIT)), i64(0n)), set(SLOT, get(LAST))),
    ...storeI64(filterAt(), orI64(filter, get(BIT))),
    ...whilst(not(isEqualI64(loadI64(get(SLOT)), get(HASH))), increase(SLOT, HASH_BYTES)),
    ...when(
      both(isEqualI32(get(SLOT), get(LAST)), isLessI32(count, i32(MAX_NAMES))),
      storeI32(countAt(), addI32(count, i32(1))),
      set(SUSPECT, i32(IS_SUSPECT)),
    ),
  ];
}

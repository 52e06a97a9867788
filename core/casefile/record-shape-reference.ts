const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const SPACE = 0x20;
/** Letters differ from their capitals in this bit alone. */
const SMALL = 0x20;
const LETTER_A = 0x61;
const LETTER_I = 0x69;
const LETTER_N = 0x6e;
/** Objects with more names, and records deeper than this, are left to the strict reader. */
export const MAX_NAMES = 256;
export const MAX_DEPTH = 64;

/** Where a string goes on for longer, the platform finds its end faster than a loop. */
const LONG_STRING = 48;

/** FNV-1a, 32 bits, signed as they are kept. */
const HASH_START = 0x811c9dc5 | 0;
const HASH_PRIME = 0x01000193;

const names = new Int32Array(MAX_DEPTH * MAX_NAMES);
const counts = new Int32Array(MAX_DEPTH);

/** What one pass over the bytes of a record shows; the strict reader looks again where it matters. */
export interface RecordShape {
  /**
   * True for every record in which two names of one object are equal as JSON texts (JSON tools disagree about which of the
   * two counts), which is no JSON though DuckDB reads it (a comma before a closing bracket, infinity, no number), or which
   * nests deeper than the strict reader goes, and for few others.
   */
  readonly isSuspect: boolean;
  /**
   * More brackets are opened than closed, so the record is no JSON. DuckDB's reader would go on behind the end of its
   * line: it fails when the value ends there, and unescapes the strings of the next record in place when it does not.
   */
  readonly isUnfinished: boolean;
}

/**
 * What record-shape-kernel.ts computes, byte by byte: a hash for every name, and for each object the hashes of the names it
 * has had so far.
 */
export function recordShapeByBytes(bytes: Uint8Array, start: number, end: number): RecordShape {
  let isSuspect = false;
  let open = 0;
  let depth = -1;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      const name = at + 1;
      let isEscaped = false;
      for (at = name; at < end && bytes[at] !== QUOTE; at += 1) {
        if (bytes[at] === BACKSLASH) {
          at += 1;
          isEscaped = true;
        } else if (at >= name + LONG_STRING) {
          at = lastBeforeQuote(bytes, at, end);
        }
      }
      let next = at + 1;
      while (next < end && (bytes[next] ?? 0) <= 0x20) next += 1;
      if (bytes[next] !== COLON || next >= end || depth < 0 || isSuspect) continue;
      // A name can be spelled with escapes or without.
      isEscaped ||= at > name + LONG_STRING && bytes.subarray(name, at).includes(BACKSLASH);
      isSuspect = isEscaped || isKnown(depth, hashOf(bytes, name, at));
      at = next;
    } else if (byte === OPEN_OBJECT) {
      open += 1;
      depth += 1;
      if (open === MAX_DEPTH + 1 || depth === MAX_DEPTH) isSuspect = true;
      counts[depth] = 0;
    } else if (byte === CLOSE_OBJECT) {
      open -= 1;
      depth -= 1;
      isSuspect ||= isBehindComma(bytes, start, at);
    } else if (byte === OPEN_ARRAY) {
      open += 1;
      isSuspect ||= open === MAX_DEPTH + 1;
    } else if (byte === CLOSE_ARRAY) {
      open -= 1;
      isSuspect ||= isBehindComma(bytes, start, at);
    } else {
      const letter = byte | SMALL;
      // JSON has no number that begins so: of its words only `null` begins with an n, and none holds an i.
      isSuspect ||=
        letter === LETTER_I || (letter === LETTER_A && at > start && ((bytes[at - 1] ?? 0) | SMALL) === LETTER_N);
    }
  }
  return { isSuspect, isUnfinished: open > 0 };
}

/** Whether a comma is the last byte before `end` that is no white space. */
function isBehindComma(bytes: Uint8Array, start: number, end: number): boolean {
  let at = end - 1;
  while (at >= start && (bytes[at] ?? 0) <= SPACE) at -= 1;
  return at >= start && bytes[at] === COMMA;
}

/** The last byte before the quote that ends a string; `at` is a byte of the string that no backslash stands before. */
function lastBeforeQuote(bytes: Uint8Array, at: number, end: number): number {
  for (let quote = bytes.indexOf(QUOTE, at); quote >= 0 && quote < end; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let escapes = quote;
    while (escapes > at && bytes[escapes - 1] === BACKSLASH) escapes -= 1;
    if ((quote - escapes) % 2 === 0) return quote - 1;
  }
  return end;
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_START;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), HASH_PRIME);
  return hash;
}

/** Whether the object at this depth has had the name, which it has from now on; true, too, when it has too many. */
function isKnown(depth: number, hash: number): boolean {
  const first = depth * MAX_NAMES;
  const count = counts[depth] ?? 0;
  if (count === MAX_NAMES) return true;
  for (let at = first; at < first + count; at += 1) if (names[at] === hash) return true;
  names[first + count] = hash;
  counts[depth] = count + 1;
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
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
   * True for every record in which two names of one object are equal as JSON texts, and for few others: JSON tools
   * disagree about which of the two counts.
   */
  readonly mayRepeatName: boolean;
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
  let mayRepeatName = false;
  let open = 0;
  let depth = -1;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
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
      if (bytes[next] !== COLON || next >= end || depth < 0 || mayRepeatName) continue;
      // A name can be spelled with escapes or without.
      isEscaped ||= at > name + LONG_STRING && bytes.subarray(name, at).includes(BACKSLASH);
      mayRepeatName = isEscaped || isKnown(depth, hashOf(bytes, name, at));
      at = next;
    } else if (byte === OPEN_OBJECT) {
      open += 1;
      depth += 1;
      if (depth === MAX_DEPTH) mayRepeatName = true;
      counts[depth] = 0;
    } else if (byte === CLOSE_OBJECT) {
      open -= 1;
      depth -= 1;
    } else if (byte === OPEN_ARRAY) {
      open += 1;
    } else if (byte === CLOSE_ARRAY) {
      open -= 1;
    }
  }
  return { mayRepeatName, isUnfinished: open > 0 };
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

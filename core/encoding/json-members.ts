/**
 * The members of a JSON object, found by one walk over its bytes: no value is read that nobody asks for. For documents whose
 * form does not matter here; what is no JSON ends the walk. Names count as they are spelled, without their escapes.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const SPACE = 0x20;

/**
 * Told of a member by its place in the bytes: the name without its quotes, and the value. Ends are exclusive.
 * @returns whether the walk goes on.
 */
type MemberVisit = (nameStart: number, nameEnd: number, start: number, end: number) => boolean;

/** Visits the members of the object that the bytes from `from` to before `to` hold, in order. */
export function walkMembers(bytes: Uint8Array, from: number, to: number, visit: MemberVisit): void {
  let at = skipSpace(bytes, from, to);
  if (at === to || bytes[at] !== OPEN_OBJECT) return;
  do {
    const quote = skipSpace(bytes, at + 1, to);
    if (quote === to || bytes[quote] !== QUOTE) return;
    const nameEnd = endOfString(bytes, quote + 1, to);
    if (nameEnd === to) return;
    const colon = skipSpace(bytes, nameEnd + 1, to);
    if (colon === to || bytes[colon] !== COLON) return;
    const start = skipSpace(bytes, colon + 1, to);
    const end = endOfValue(bytes, start, to);
    if (!visit(quote + 1, nameEnd, start, end)) return;
    at = skipSpace(bytes, end, to);
  } while (at < to && bytes[at] === COMMA);
}

function skipSpace(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] ?? 0) <= SPACE) at += 1;
  return at;
}

/** Where the closing quote stands, or the end. */
function endOfString(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return to;
}

function endOfValue(bytes: Uint8Array, from: number, to: number): number {
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at + 1, to);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (byte === COMMA && depth === 0) return at;
  }
  return to;
}

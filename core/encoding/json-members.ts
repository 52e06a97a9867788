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

/** A member by its place in the bytes: the name without its quotes, and the value. Ends are exclusive. */
export interface MemberPlace {
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly start: number;
  readonly end: number;
}

/** Visits the members of the object in order, until `visit` gives false. */
export function walkMembers(object: Uint8Array, visit: (member: MemberPlace) => boolean): void {
  let at = skipSpace(object, 0);
  if (object[at] !== OPEN_OBJECT) return;
  do {
    const quote = skipSpace(object, at + 1);
    if (object[quote] !== QUOTE) return;
    const nameEnd = endOfString(object, quote + 1);
    const colon = skipSpace(object, nameEnd + 1);
    if (object[colon] !== COLON) return;
    const start = skipSpace(object, colon + 1);
    const end = endOfValue(object, start);
    if (!visit({ nameStart: quote + 1, nameEnd, start, end })) return;
    at = skipSpace(object, end);
  } while (object[at] === COMMA);
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] ?? 0) <= SPACE) at += 1;
  return at;
}

/** Where the closing quote stands, or the end of the bytes. */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, bytes.length);
}

function endOfValue(bytes: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at + 1);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (byte === COMMA && depth === 0) return at;
  }
  return bytes.length;
}

import { assert } from "../model/assert.ts";

const encoder = new TextEncoder();
/** `ignoreBOM` keeps a leading U+FEFF in the text, so that encoding the text gives the same bytes again. */
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Whether the text holds no lone surrogate, and so can be written as UTF-8 without loss. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** The UTF-8 bytes of a text. Precondition: well formed ({@link isWellFormed}); the encoder would silently write U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  assert(isWellFormed(text), "a text with a lone surrogate has no UTF-8 form");
  return encoder.encode(text);
}

/** The text, or undefined when the bytes are not UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF). */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Offset of the first byte that is no part of a UTF-8 character (RFC 3629 §4), or -1 when all are. */
export function firstInvalidUtf8(bytes: Uint8Array): number {
  let offset = 0;
  while (offset < bytes.length) {
    const length = characterLength(bytes, offset);
    if (length === 0) return offset;
    offset += length;
  }
  return -1;
}

/** Bytes of the character at `offset`, 0 when there is none. The ranges are the table of RFC 3629 §4. */
function characterLength(bytes: Uint8Array, offset: number): 0 | 1 | 2 | 3 | 4 {
  const first = bytes[offset] ?? 0;
  if (first < 0x80) return 1;
  const second = bytes[offset + 1] ?? 0;
  const isTail = (index: number): boolean => ((bytes[index] ?? 0) & 0xc0) === 0x80;
  if (first >= 0xc2 && first <= 0xdf) return isTail(offset + 1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && isTail(offset + 2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const low = first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high && isTail(offset + 2) && isTail(offset + 3) ? 4 : 0;
  }
  return 0;
}

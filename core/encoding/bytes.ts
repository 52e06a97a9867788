import { assert } from "../model/assert.ts";

/** The parts one after the other, in a new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let byteLength = 0;
  for (const part of parts) byteLength += part.length;
  const whole = new Uint8Array(byteLength);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Whether both hold the same bytes. Not constant-time: only for public values. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (left[index] !== right[index]) return false;
  }
  return true;
}

const HEX_DIGITS = "0123456789abcdef";

const HEX_CODES = new TextEncoder().encode(HEX_DIGITS);
const ascii = new TextDecoder();

/** Lower-case hex, two digits a byte. A text that is put together piece by piece takes forty times its length in memory. */
export function formatHex(bytes: Uint8Array): string {
  const codes = new Uint8Array(2 * bytes.length);
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    codes[2 * index] = HEX_CODES[byte >> 4] ?? 0;
    codes[2 * index + 1] = HEX_CODES[byte & 15] ?? 0;
  }
  return ascii.decode(codes);
}

/**
 * The bytes of lower-case hex, or undefined for an odd length or any other character. Upper case is refused so that
 * `formatHex(parseHex(x))` is `x`: a digest then has one spelling and can be compared as text.
 */
export function parseHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    const high = HEX_DIGITS.indexOf(text.charAt(2 * index));
    const low = HEX_DIGITS.indexOf(text.charAt(2 * index + 1));
    if (high < 0 || low < 0) return undefined;
    bytes[index] = high * 16 + low;
  }
  return bytes;
}

/** Four bytes, most significant first. Precondition: an integer with `0 <= value < 2^32`. */
export function formatUint32(value: number): Uint8Array<ArrayBuffer> {
  assert(Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff, "uint32 out of range");
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Eight bytes, most significant first. Precondition: `0 <= value < 2^64`. */
export function formatUint64(value: bigint): Uint8Array<ArrayBuffer> {
  assert(value >= 0n && value < 1n << 64n, "uint64 out of range");
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** The 64-bit number at `offset`, most significant byte first. Precondition: `offset + 8 <= bytes.length`. */
export function readUint64(bytes: Uint8Array, offset: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(offset);
}

/** The little-endian 32-bit number at `offset`. Precondition: `offset + 4 <= bytes.length`. */
export function readUint32LittleEndian(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset, true);
}

/**
 * Base64 (RFC 4648) as a verifier needs it: every byte string has exactly one spelling. Platform decoders skip spaces,
 * accept a missing `=`, mixed alphabets and set trailing bits, so that two different files could carry "the same"
 * signature; these do not. `format(parse(x))` is `x` for every accepted `x`.
 */

import { assert } from "../model/assert.ts";

const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const NOT_A_DIGIT = 255;
const STANDARD_DIGITS = digitsOf(STANDARD);
const URL_SAFE_DIGITS = digitsOf(URL_SAFE);
const asciiDecoder = new TextDecoder();

/** RFC 4648 §4 with padding. */
export function formatBase64(bytes: Uint8Array): string {
  return format(bytes, STANDARD, true);
}

/** The bytes of canonical RFC 4648 §4 base64: padded, trailing bits zero, nothing else in it; otherwise undefined. */
export function parseBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  return parse(text, STANDARD_DIGITS, true);
}

/** RFC 4648 §5 without padding, the form of salts and SD-JWT disclosures. */
export function formatBase64Url(bytes: Uint8Array): string {
  return format(bytes, URL_SAFE, false);
}

/** The bytes of canonical RFC 4648 §5 base64url without padding; otherwise undefined. */
export function parseBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  return parse(text, URL_SAFE_DIGITS, false);
}

/**
 * The bytes of padded base64 in either alphabet, but not both in one text: what a DSSE reader must accept
 * (secure-systems-lab/dsse, envelope.md). Use nowhere else.
 */
export function parseBase64Either(text: string): Uint8Array<ArrayBuffer> | undefined {
  return parse(text, STANDARD_DIGITS, true) ?? parse(text, URL_SAFE_DIGITS, true);
}

function digitsOf(alphabet: string): Uint8Array {
  const digits = new Uint8Array(128).fill(NOT_A_DIGIT);
  for (let value = 0; value < alphabet.length; value++) digits[alphabet.charCodeAt(value)] = value;
  return digits;
}

function format(bytes: Uint8Array, alphabet: string, padded: boolean): string {
  const groups = Math.ceil(bytes.length / 3);
  const text = new Uint8Array(groups * 4);
  let out = 0;
  for (let index = 0; index < bytes.length; index += 3) {
    const bits = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) text[out++] = alphabet.charCodeAt((bits >> shift) & 63);
  }
  const missing = groups * 3 - bytes.length;
  assert(missing >= 0 && missing <= 2, "a base64 group holds three bytes");
  return asciiDecoder.decode(text.subarray(0, text.length - missing)) + (padded ? "=".repeat(missing) : "");
}

function parse(text: string, digits: Uint8Array, padded: boolean): Uint8Array<ArrayBuffer> | undefined {
  if (padded && text.length % 4 !== 0) return undefined;
  const padding = padded ? (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0) : 0;
  const length = text.length - padding;
  const rest = length % 4;
  // One digit alone carries six bits: less than a byte.
  if (rest === 1 || (padded && (4 - rest) % 4 !== padding)) return undefined;
  // RFC 4648 §3.5: bits of the last digit that belong to no byte must be zero. What is no digit at all has them set.
  const strayBits = rest === 2 ? 15 : 3;
  if (rest !== 0 && ((digits[text.charCodeAt(length - 1)] ?? NOT_A_DIGIT) & strayBits) !== 0) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let bitCount = 0;
  let out = 0;
  for (let index = 0; index < length; index++) {
    const digit = digits[text.charCodeAt(index)] ?? NOT_A_DIGIT;
    if (digit === NOT_A_DIGIT) return undefined;
    bits = ((bits << 6) | digit) & 0xffff;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[out++] = (bits >> bitCount) & 255;
    }
  }
  return bytes;
}

/** Times in the form that nearly all logs write, `2026-01-02T03:04:05.678Z`, read from bytes without a text in between. */
import { encodeUtf8 } from "../encoding/utf8.ts";
import { instant, instantFromMillis, type Instant } from "../model/time.ts";

const SHAPE = encodeUtf8("0000-00-00T00:00:00");
const ZERO = 0x30;
const POINT = 0x2e;
const ZULU = 0x5a;
const MAX_FRACTION_DIGITS = 9;
/** Every month has so many days; the others are left to the calendar. */
const SURE_DAYS = 28;

/**
 * The time that the bytes from `start` to before `end` spell; undefined for any other form and for times that need a second
 * look, which is `parseInstant`'s. Where this gives a time, `parseInstant` gives the same.
 */
export function parseUtcTime(text: Uint8Array, start: number, end: number): Instant | undefined {
  const behind = start + SHAPE.length;
  if (end <= behind || text[end - 1] !== ZULU || !hasShape(text, start)) return undefined;
  const year = numberAt(text, start, 4);
  const month = numberAt(text, start + 5, 2);
  const day = numberAt(text, start + 8, 2);
  const hour = numberAt(text, start + 11, 2);
  const minute = numberAt(text, start + 14, 2);
  const second = numberAt(text, start + 17, 2);
  if (year < 1000 || month < 1 || month > 12 || day < 1 || day > SURE_DAYS) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const seconds = instantFromMillis(Date.UTC(year, month - 1, day, hour, minute, second));
  if (end - 1 === behind) return seconds;
  const digits = end - 1 - (behind + 1);
  if (text[behind] !== POINT || digits < 1 || digits > MAX_FRACTION_DIGITS) return undefined;
  for (let at = behind + 1; at < end - 1; at += 1) if (!isDigit(text[at] ?? 0)) return undefined;
  const nanoseconds = numberAt(text, behind + 1, digits) * 10 ** (MAX_FRACTION_DIGITS - digits);
  return instant(seconds + BigInt(nanoseconds));
}

/** Whether a byte is an ASCII digit. */
export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}

function hasShape(text: Uint8Array, start: number): boolean {
  for (let at = 0; at < SHAPE.length; at += 1) {
    const byte = text[start + at] ?? 0;
    if (SHAPE[at] === ZERO ? !isDigit(byte) : byte !== SHAPE[at]) return false;
  }
  return true;
}

function numberAt(text: Uint8Array, start: number, digits: number): number {
  let value = 0;
  for (let at = start; at < start + digits; at += 1) value = value * 10 + (text[at] ?? 0) - ZERO;
  return value;
}

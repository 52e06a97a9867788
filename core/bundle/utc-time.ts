/** Times in the form that nearly all logs write, `2026-01-02T03:04:05.678Z`, read from bytes without a text in between. */
import { encodeUtf8 } from "../encoding/utf8.ts";
import { instant, instantFromMillis, toMillisLossy, type Instant } from "../model/time.ts";

const SHAPE = encodeUtf8("0000-00-00T00:00:00");
const ZERO = 0x30;
const POINT = 0x2e;
const ZULU = 0x5a;
const MAX_FRACTION_DIGITS = 9;
/** Every month has so many days; the others are left to the calendar. */
const SURE_DAYS = 28;
const NANOSECONDS_PER_MILLISECOND = 1_000_000;

/** A time in numbers that is filled again for the next record: a bigint for each costs more than reading it. */
export class TimeParts {
  /** Whole milliseconds since 1970-01-01T00:00:00Z. */
  millis = 0;
  /** Nanoseconds after them, below a million. */
  nanos = 0;

  /** Takes a count of milliseconds. */
  setMillis(millis: number): void {
    this.millis = millis;
    this.nanos = 0;
  }

  /** Takes the time of another. */
  copy({ millis, nanos }: TimeParts): void {
    this.millis = millis;
    this.nanos = nanos;
  }

  isAfter({ millis, nanos }: TimeParts): boolean {
    return this.millis > millis || (this.millis === millis && this.nanos > nanos);
  }

  get instant(): Instant {
    return instant(instantFromMillis(this.millis) + BigInt(this.nanos));
  }

  set instant(time: Instant) {
    this.millis = toMillisLossy(time);
    this.nanos = Number(time - instantFromMillis(this.millis));
  }
}

/**
 * Reads the time that the bytes from `start` to before `end` spell.
 * @returns false, and `target` is as it was, for any other form and for times that need a second look, which is
 * `parseInstant`'s. Where this reads a time, `parseInstant` reads the same.
 */
export function readUtcTime(text: Uint8Array, start: number, end: number, target: TimeParts): boolean {
  const behind = start + SHAPE.length;
  if (end <= behind || text[end - 1] !== ZULU || !hasShape(text, start)) return false;
  const nanoseconds = fractionAt(text, behind, end - 1);
  if (nanoseconds === undefined) return false;
  const year = numberAt(text, start, 4);
  const month = numberAt(text, start + 5, 2);
  const day = numberAt(text, start + 8, 2);
  const hour = numberAt(text, start + 11, 2);
  const minute = numberAt(text, start + 14, 2);
  const second = numberAt(text, start + 17, 2);
  if (year < 1000 || month < 1 || month > 12 || day < 1 || day > SURE_DAYS) return false;
  if (hour > 23 || minute > 59 || second > 59) return false;
  target.nanos = nanoseconds % NANOSECONDS_PER_MILLISECOND;
  target.millis =
    Date.UTC(year, month - 1, day, hour, minute, second) + (nanoseconds - target.nanos) / NANOSECONDS_PER_MILLISECOND;
  return true;
}

/** Nanoseconds of the fraction between the seconds and the zone; undefined for what is none. */
function fractionAt(text: Uint8Array, start: number, end: number): number | undefined {
  if (start === end) return 0;
  const digits = end - (start + 1);
  if (text[start] !== POINT || digits < 1 || digits > MAX_FRACTION_DIGITS) return undefined;
  for (let at = start + 1; at < end; at += 1) if (!isDigit(text[at] ?? 0)) return undefined;
  return numberAt(text, start + 1, digits) * 10 ** (MAX_FRACTION_DIGITS - digits);
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

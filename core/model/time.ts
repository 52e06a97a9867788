/**
 * A moment in UTC, in whole nanoseconds since 1970-01-01T00:00:00Z. A bigint, because a double loses
 * sub-microsecond digits of present-day times; branded, so that a count is never taken for a moment.
 */
export type Instant = bigint & { readonly __brand: "Instant" };

export const NANOSECONDS_PER_SECOND = 1_000_000_000n;
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/** Brands nanoseconds since the epoch as an {@link Instant}. */
export function instant(nanoseconds: bigint): Instant {
  return nanoseconds as Instant;
}

/** The instant of a millisecond clock reading, such as `Date.now()`. */
export function instantFromMillis(milliseconds: number): Instant {
  return instant(BigInt(Math.trunc(milliseconds)) * NANOSECONDS_PER_MILLISECOND);
}

/** Milliseconds since the epoch; digits below a millisecond are lost (rounded towards the past). */
export function toMillisLossy(time: Instant): number {
  const remainder = time % NANOSECONDS_PER_MILLISECOND;
  return Number((time - remainder) / NANOSECONDS_PER_MILLISECOND) - (remainder < 0n ? 1 : 0);
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Reads an RFC 3339 §5.6 date-time with up to nine fractional digits.
 * @returns undefined when the text is not a date-time, names a day that does not exist, or a leap second.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", zone = "Z"] = match;
  const date = `${year}-${month}-${day}`;
  const millis = Date.parse(`${date}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(millis) || !new Date(millis).toISOString().startsWith(date)) return undefined;
  const offsetMinutes = zone === "Z" || zone === "z" ? 0 : zoneOffsetMinutes(zone);
  if (offsetMinutes === undefined) return undefined;
  const nanoseconds = BigInt(millis) * NANOSECONDS_PER_MILLISECOND + BigInt(fraction.padEnd(9, "0"));
  return instant(nanoseconds - BigInt(offsetMinutes) * 60n * NANOSECONDS_PER_SECOND);
}

function zoneOffsetMinutes(zone: string): number | undefined {
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

/** RFC 3339 writes years with four digits. */
const SECONDS_AT_YEAR_0 = -62_167_219_200n;
const SECONDS_AT_YEAR_10000 = 253_402_300_800n;

/**
 * RFC 3339 in UTC with as many fractional digits (0, 3, 6 or 9) as the instant needs. Records may claim any time: one that has
 * no such form is counted in seconds since 1970.
 */
export function formatInstant(time: Instant): string {
  const fraction = ((time % NANOSECONDS_PER_SECOND) + NANOSECONDS_PER_SECOND) % NANOSECONDS_PER_SECOND;
  const seconds = (time - fraction) / NANOSECONDS_PER_SECOND;
  if (seconds < SECONDS_AT_YEAR_0 || seconds >= SECONDS_AT_YEAR_10000) return `${seconds} s since 1970`;
  const base = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  if (fraction === 0n) return `${base}Z`;
  const digits = fraction.toString().padStart(9, "0");
  const shown = digits.endsWith("000000") ? digits.slice(0, 3) : digits.endsWith("000") ? digits.slice(0, 6) : digits;
  return `${base}.${shown}Z`;
}

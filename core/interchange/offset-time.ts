import { NANOSECONDS_PER_SECOND, type Instant } from "../model/time.ts";

const NANOSECONDS_PER_MICROSECOND = 1_000n;

/** Microseconds since 1970-01-01T00:00:00Z, rounded towards the past. */
export function microsecondsOf(time: Instant): bigint {
  const remainder = ((time % NANOSECONDS_PER_MICROSECOND) + NANOSECONDS_PER_MICROSECOND) % NANOSECONDS_PER_MICROSECOND;
  return (time - remainder) / NANOSECONDS_PER_MICROSECOND;
}

/** ISO 8601 in UTC with six fractional digits and the offset `+00:00`, as timeline tools expect it. */
export function formatOffsetTime(time: Instant): string {
  const { date, clock, microseconds } = timeParts(time);
  return `${date}T${clock}.${microseconds}+00:00`;
}

/** The parts of a time in UTC: "2026-10-03", "09:14:22" and "418031". */
export function timeParts(time: Instant): {
  readonly date: string;
  readonly clock: string;
  readonly microseconds: string;
} {
  const fraction = ((time % NANOSECONDS_PER_SECOND) + NANOSECONDS_PER_SECOND) % NANOSECONDS_PER_SECOND;
  const iso = new Date(Number((time - fraction) / NANOSECONDS_PER_SECOND) * 1_000).toISOString();
  const microseconds = (fraction / NANOSECONDS_PER_MICROSECOND).toString().padStart(6, "0");
  return { date: iso.slice(0, 10), clock: iso.slice(11, 19), microseconds };
}

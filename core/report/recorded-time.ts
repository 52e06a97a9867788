import { type EventRow } from "../model/event.ts";
import { formatInstant, type Instant } from "../model/time.ts";
import { recorded } from "./report-values.ts";

/** What a bare number may count since 1 January 1970, 00:00 UTC, and how many nanoseconds each is. */
const UNITS: readonly (readonly [name: string, nanoseconds: bigint])[] = [
  ["s", 1_000_000_000n],
  ["ms", 1_000_000n],
  ["µs", 1_000n],
  ["ns", 1n],
];
const MAX_DIGITS = 30;

/** The recorded time as it stands in the record; a bare number with the unit that it counts since 1970. */
export function verbatimTime({ time, timeRecorded }: Pick<EventRow, "time" | "timeRecorded">): string {
  const verbatim = recorded(timeRecorded);
  const unit = time === null ? undefined : unitOf(verbatim, time);
  return unit === undefined ? verbatim : `${verbatim} ${unit} since 1970`;
}

/** A time of a record in UTC, or that it states none. */
export function utcTime(time: Instant | null): string {
  return time === null ? "undated" : formatInstant(time);
}

/** The time in UTC, and the recorded one below it where it is written otherwise. */
export function timesOf(row: Pick<EventRow, "time" | "timeRecorded">): string {
  if (row.time === null) return verbatimTime(row);
  const utc = formatInstant(row.time);
  return row.timeRecorded === utc ? utc : `${utc}\n${verbatimTime(row)}`;
}

/** The unit in which this number is that time; a fraction counts seconds. */
function unitOf(verbatim: string, time: Instant): string | undefined {
  const [, whole, fraction = ""] = /^(\d+)(?:\.(\d{1,9}))?$/.exec(verbatim) ?? [];
  if (whole === undefined || whole.length > MAX_DIGITS) return undefined;
  const part = BigInt(fraction.padEnd(9, "0"));
  return UNITS.find(([name, factor]) => BigInt(whole) * factor + (name === "s" ? part : 0n) === time)?.[0];
}

import { formatInstant, type Instant } from "../../core/model/time.ts";
import { wallTime } from "./zone.ts";

const counts = new Intl.NumberFormat("en-US");

/** 3,145,984 */
export function count(value: number): string {
  return counts.format(value);
}

/** "1 record", "256 records" */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A message as a sentence of its own: a capital first, a full stop last. */
export function asSentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** 1,024 bytes are a KiB; the exact number stands beside it where it matters. */
export function bytes(value: number): string {
  if (value < 1024) return `${count(value)} bytes`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let size = value / 1024;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}

/** A size to the byte, and in a unit to read it by: "57 bytes", "2,048 bytes, 2.0 KiB". */
export function exactBytes(value: number): string {
  return value < 1024 ? counted(value, "byte") : `${count(value)} bytes, ${bytes(value)}`;
}

/** 64 hex digits in groups of 8. */
export function grouped(digest: string): string {
  return digest.replace(/(.{8})(?=.)/g, "$1 ");
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const LONG_MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

function dateParts(time: Instant): { year: number; month: number; day: number; weekday: string } {
  const date = new Date(`${isoDate(time)}T00:00:00Z`);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    weekday: WEEKDAYS[date.getUTCDay()] ?? "",
  };
}

/** "Wednesday 11 November 2026" */
export function longDate(time: Instant): string {
  const { year, month, day, weekday } = dateParts(time);
  return `${weekday} ${day} ${LONG_MONTHS[month] ?? ""} ${year}`;
}

/** "11 Nov" */
export function shortDate(time: Instant): string {
  const { month, day } = dateParts(time);
  return `${day} ${MONTHS[month] ?? ""}`;
}

/** "11 Nov 2026" */
export function fullDate(time: Instant): string {
  return `${shortDate(time)} ${isoDate(time).slice(0, 4)}`;
}

/** "11 Nov 2026 02:31:05", in the zone of the window as all of these */
export function fullTime(time: Instant): string {
  return `${fullDate(time)} ${clock(time)}`;
}

/** "Nov 2026", or "2026" of a whole year */
export function monthYear(time: Instant, isYear: boolean): string {
  const { year, month } = dateParts(time);
  return isYear ? String(year) : `${MONTHS[month] ?? ""} ${year}`;
}

/** "2026-11-11" */
export function isoDate(time: Instant): string {
  return formatInstant(wallTime(time)).slice(0, 10);
}

/** "02:31:05" */
export function clock(time: Instant): string {
  return formatInstant(wallTime(time)).slice(11, 19);
}

/** ".482", or nothing for whole seconds */
export function fraction(time: Instant): string {
  return formatInstant(time).slice(19, -1);
}

/** "11 Nov 02:00 to 03:15", with seconds where they matter, and dates and years where they differ */
export function rangeText(from: Instant, to: Instant): string {
  const exact = clock(from).endsWith(":00") && clock(to).endsWith(":00");
  const at = (time: Instant) => (exact ? clock(time).slice(0, 5) : clock(time));
  const sameDay = isoDate(from) === isoDate(to);
  const sameYear = isoDate(from).slice(0, 4) === isoDate(to).slice(0, 4);
  const day = (time: Instant) => `${shortDate(time)}${sameYear ? "" : ` ${isoDate(time).slice(0, 4)}`}`;
  return `${day(from)} ${at(from)} to ${sameDay ? "" : `${day(to)} `}${at(to)}`;
}

/** "14 Nov 2026 14:22:09" of an RFC 3339 text of our own */
export function moment(rfc3339: string, seconds = true): string {
  const date = new Date(rfc3339);
  if (Number.isNaN(date.getTime())) return rfc3339;
  const iso = date.toISOString();
  const time = iso.slice(11, seconds ? 19 : 16);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ""} ${date.getUTCFullYear()} ${time}`;
}

/** "38.4 s", "2 min 04 s" */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
}

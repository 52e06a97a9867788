/** When a record says that it happened. */
import { type JsonValue } from "../encoding/strict-json.ts";
import { instantFromMillis, parseInstant, type Instant } from "../model/time.ts";

/** Members that hold a record's time, in the order they are tried. */
export const TIME_MEMBERS = ["time", "eventTime", "timestamp", "@timestamp", "requestReceivedTimestamp"] as const;

/** Null when the record has no member that we know as a time, or the first of them names none. */
export function timeOfRecord(members: Readonly<Record<string, JsonValue>>): Instant | null {
  for (const name of TIME_MEMBERS) {
    const time = Object.hasOwn(members, name) ? timeOfValue(members[name]) : undefined;
    if (time !== undefined) return time;
  }
  return null;
}

/** The time that the value of such a member names; null for a text that is no time, undefined for a value of another kind. */
export function timeOfValue(value: JsonValue | undefined): Instant | null | undefined {
  if (typeof value === "string") return parseInstant(value) ?? null;
  return typeof value === "number" && Number.isSafeInteger(value) ? instantFromMillis(epochMillis(value)) : undefined;
}

/** OCSF counts milliseconds; a number that would lie before 1971 as milliseconds is taken as seconds. */
export function epochMillis(value: number): number {
  const millisecondsOf1971 = 31_536_000_000;
  return Math.abs(value) >= millisecondsOf1971 ? value : 1_000 * value;
}

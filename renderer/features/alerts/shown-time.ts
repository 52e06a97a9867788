import { parseInstant } from "../../../core/model/time.ts";
import { fullDate, fullTime } from "../../ui/format.ts";

const UNDATED = "undated";

/** "14 Nov 2026 14:22:09" of an RFC 3339 text, in the zone of the window. */
export function shownTime(rfc3339: string | null): string {
  const time = rfc3339 === null ? undefined : parseInstant(rfc3339);
  return time === undefined ? (rfc3339 ?? UNDATED) : fullTime(time);
}

/** "14 Nov 2026" of the same. */
export function shownDay(rfc3339: string | null): string {
  const time = rfc3339 === null ? undefined : parseInstant(rfc3339);
  return time === undefined ? (rfc3339 ?? UNDATED) : fullDate(time);
}

/** "14 Nov 2026 14:22:09 to 14 Nov 2026 14:25:00", or one of them where both are the same. */
export function shownSpan(first: string, last: string): string {
  return first === last ? shownTime(first) : `${shownTime(first)} to ${shownTime(last)}`;
}

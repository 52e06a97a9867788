import { equalBytes } from "../encoding/bytes.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { der } from "./der.ts";
import { type DerElement } from "./der-reader.ts";

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

/**
 * A Time of X.509 and CMS: UTCTime through 2049, GeneralizedTime after it (RFC 5280 §4.1.2.5, RFC 5652 §11.3), whole seconds
 * in UTC. A fraction of a second is dropped.
 */
export function derTime(ms: number): Uint8Array<ArrayBuffer> {
  const digits = new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-:T]/g, "");
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050
    ? der(UTC_TIME, encodeUtf8(digits.slice(2)))
    : der(GENERALIZED_TIME, encodeUtf8(digits));
}

/** Milliseconds since 1970 of a Time that {@link derTime} wrote; undefined for anything else. */
export function readDerTime(time: DerElement | undefined): number | undefined {
  const text = decodeUtf8(time?.content ?? new Uint8Array()) ?? "";
  const [, years = "", ...rest] = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = rest.map(Number);
  // RFC 5280 §4.1.2.5.1: two digits from 50 on are of the twentieth century.
  const year = years.length === 4 ? Number(years) : Number(years) + (Number(years) < 50 ? 2_000 : 1_900);
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  return time !== undefined && equalBytes(derTime(ms), time.bytes) ? ms : undefined;
}

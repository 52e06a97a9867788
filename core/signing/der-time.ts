import { encodeUtf8 } from "../encoding/utf8.ts";
import { der } from "./der.ts";

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

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formatInstant, instant, instantFromMillis, parseInstant, toMillisLossy } from "../../../core/model/time.ts";

describe("instants", () => {
  test("every representable instant from year 1 to 9999 survives format and parse", () => {
    const year1 = BigInt(Date.parse("0001-01-01T00:00:00Z")) * 1_000_000n;
    const year9999 = BigInt(Date.parse("9999-12-31T23:59:59Z")) * 1_000_000n;
    fc.assert(
      fc.property(fc.bigInt({ min: year1, max: year9999 }), (nanoseconds) => {
        expect(parseInstant(formatInstant(instant(nanoseconds)))).toBe(nanoseconds);
      }),
    );
  });

  test.each([
    ["2026-01-02T03:04:05Z", 1_767_323_045_000_000_000n],
    ["2026-01-02T03:04:05.123456789Z", 1_767_323_045_123_456_789n],
    ["2026-01-02T05:04:05+02:00", 1_767_323_045_000_000_000n],
    ["2026-01-01T23:34:05-03:30", 1_767_323_045_000_000_000n],
    ["2026-01-02t03:04:05z", 1_767_323_045_000_000_000n],
    ["1969-12-31T23:59:59.999999999Z", -1n],
  ])("%s is read to the nanosecond", (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  test.each([
    "2026-02-30T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:00:60Z",
    "2026-01-01T00:00:00",
    "2026-01-01",
    "2026-01-01T00:00:00.0000000001Z",
    "2026-01-01T00:00:00+24:00",
    " 2026-01-01T00:00:00Z",
    "",
  ])("%j is not a date-time", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test("fractions are printed in groups of three digits and never invented", () => {
    expect(formatInstant(instantFromMillis(1_500))).toBe("1970-01-01T00:00:01.500Z");
    expect(formatInstant(instant(1_000n))).toBe("1970-01-01T00:00:00.000001Z");
    expect(formatInstant(instant(0n))).toBe("1970-01-01T00:00:00Z");
    expect(formatInstant(instantFromMillis(253_402_300_799_999))).toBe("9999-12-31T23:59:59.999Z");
    expect(formatInstant(instantFromMillis(Number.MAX_SAFE_INTEGER))).toBe("9007199254740 s since 1970");
    expect(formatInstant(instantFromMillis(-62_167_219_200_001))).toBe("-62167219201 s since 1970");
  });

  test("milliseconds round towards the past on both sides of the epoch", () => {
    expect(toMillisLossy(instant(1_999_999n))).toBe(1);
    expect(toMillisLossy(instant(-1n))).toBe(-1);
  });
});

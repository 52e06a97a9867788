import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readUtcTime, TimeParts } from "../../../core/bundle/utc-time.ts";
import { instant, parseInstant } from "../../../core/model/time.ts";

const parts = new TimeParts();
const read = (text: string) =>
  readUtcTime(Buffer.from(`"${text}"`), 1, 1 + Buffer.byteLength(text), parts) ? parts.instant : undefined;

describe("a time in bytes", () => {
  it("is read to the nanosecond", () => {
    expect(read("2026-01-02T03:04:05Z")).toBe(instant(1_767_323_045_000_000_000n));
    expect(read("2026-01-02T03:04:05.000000678Z")).toBe(instant(1_767_323_045_000_000_678n));
    expect(read("1969-12-28T23:59:59.5Z")).toBe(parseInstant("1969-12-28T23:59:59.5Z"));
  });

  it("is the time of the text wherever it is read, and never one that the text is not", () => {
    const number = (max: number, digits: number) =>
      fc.integer({ min: 0, max }).map((value) => String(value).padStart(digits, "0"));
    const pieces = fc.tuple(
      number(9999, 4),
      fc.constantFrom("-", "/"),
      number(13, 2),
      number(32, 2),
      fc.constantFrom("T", "T", "T", " "),
      number(24, 2),
      number(60, 2),
      number(60, 2),
      fc.oneof(fc.constantFrom("", ".", ".x"), fc.stringMatching(/^\.[0-9]{1,10}$/)),
      fc.constantFrom("Z", "Z", "Z", "z", "+01:00", ""),
    );
    const texts = pieces.map(
      ([y, dash, m, d, t, hh, mm, ss, f, z]) => `${y}${dash}${m}-${d}${t}${hh}:${mm}:${ss}${f}${z}`,
    );
    let taken = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const time = read(text);
        if (time === undefined) return;
        taken += 1;
        expect(time).toBe(parseInstant(text));
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

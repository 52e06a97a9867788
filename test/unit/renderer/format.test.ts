import { describe, expect, it } from "vitest";

import { instant, parseInstant } from "../../../core/model/time.ts";
import { fragment } from "../../../renderer/state/timeline.ts";
import {
  bytes,
  clock,
  counted,
  duration,
  exactBytes,
  fraction,
  grouped,
  longDate,
  rangeText,
} from "../../../renderer/ui/format.ts";

const at = (text: string) => parseInstant(text) ?? instant(0n);

describe("figures as people read them", () => {
  it("counts in the singular and the plural, with thousands apart", () => {
    expect([counted(1, "record"), counted(0, "record"), counted(3_145_984, "entry", "entries")]).toEqual([
      "1 record",
      "0 records",
      "3,145,984 entries",
    ]);
  });

  it("keeps small sizes exact and rounds large ones to the unit that fits", () => {
    expect([bytes(1023), bytes(1024), bytes(10_240), bytes(3_662_128)]).toEqual([
      "1,023 bytes",
      "1.0 KiB",
      "10 KiB",
      "3.5 MiB",
    ]);
  });

  it("gives a size to the byte, and once where that is all", () => {
    expect([exactBytes(1), exactBytes(57), exactBytes(2048)]).toEqual(["1 byte", "57 bytes", "2,048 bytes, 2.0 KiB"]);
  });

  it("groups a digest by eight and leaves no blank at the end", () => {
    expect(grouped("0123456789abcdef")).toBe("01234567 89abcdef");
  });

  it("splits a time of day from its fraction without rounding", () => {
    const time = at("2026-11-11T02:31:59.999999999Z");
    expect([clock(time), fraction(time), longDate(time)]).toEqual([
      "02:31:59",
      ".999999999",
      "Wednesday 11 November 2026",
    ]);
  });

  it("names a range's second date only when it differs, and seconds only when they matter", () => {
    expect(rangeText(at("2026-11-11T02:00:00Z"), at("2026-11-11T03:15:00Z"))).toBe("11 Nov 02:00 to 03:15");
    expect(rangeText(at("2026-11-11T23:59:30Z"), at("2026-11-12T00:00:00Z"))).toBe(
      "11 Nov 23:59:30 to 12 Nov 00:00:00",
    );
  });

  it("turns long durations into minutes", () => {
    expect([duration(3.21), duration(38.4), duration(124)]).toEqual(["3.2 s", "38 s", "2 min 04 s"]);
  });
});

describe("fragments of the query", () => {
  it("quote what evidence says, so that it cannot become part of the query", () => {
    expect(fragment("principal", 'eve" OR principal:"*')).toBe(String.raw`principal:"eve\" OR principal:\"*"`);
    expect(fragment("resource", String.raw`C:\logs`)).toBe(String.raw`resource:"C:\\logs"`);
    expect(fragment("address", null)).toBe('address:""');
  });
});

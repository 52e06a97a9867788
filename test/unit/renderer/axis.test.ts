import { afterEach, expect, test } from "vitest";

import { instant, parseInstant } from "../../../core/model/time.ts";
import { axisTicks } from "../../../renderer/features/timeline/axis.ts";
import { rangeText } from "../../../renderer/ui/format.ts";
import { setCurrentZone } from "../../../renderer/ui/zone.ts";

const at = (text: string) => parseInstant(text) ?? instant(0n);
const texts = (from: string, to: string) => axisTicks({ from: at(from), to: at(to) }, 7).map(({ text }) => text);
afterEach(() => setCurrentZone("UTC"));

test("years and months have their ticks where they begin, and say which year it is", () => {
  expect(texts("2021-01-08T00:00:00Z", "2024-03-01T00:00:00Z")).toEqual([
    "Jul 2021",
    "Jan 2022",
    "Jul 2022",
    "Jan 2023",
    "Jul 2023",
    "Jan 2024",
  ]);
  expect(texts("1999-05-01T00:00:00Z", "2031-01-01T00:00:00Z")).toEqual([
    "2000",
    "2005",
    "2010",
    "2015",
    "2020",
    "2025",
    "2030",
  ]);
});

test("days, hours and microseconds count from midnight of the zone", () => {
  expect(texts("2026-09-14T00:00:00Z", "2026-09-16T00:00:00Z")).toEqual(["14 Sep", "12:00", "15 Sep", "12:00"]);
  setCurrentZone("Asia/Kolkata");
  expect(texts("2026-09-14T00:00:00Z", "2026-09-16T00:00:00Z")).toEqual(["12:00", "15 Sep", "12:00", "16 Sep"]);
  expect(axisTicks({ from: instant(1_000_000_500n), to: instant(1_000_003_500n) }, 4).length).toBe(3);
});

test("hours that clocks go through twice have a tick each, which says how the clocks stand", () => {
  setCurrentZone("Europe/Berlin");
  expect(texts("2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z")).toEqual([
    "25 Oct",
    "01:00",
    "02:00 UTC+02:00",
    "02:00 UTC+01:00",
    "03:00",
    "04:00",
  ]);
  expect(texts("2026-10-25T00:50:00Z", "2026-10-25T01:20:00Z")).toEqual([
    "02:50",
    "02:55",
    "02:00 UTC+01:00",
    "02:05",
    "02:10",
    "02:15",
  ]);
});

test("an hour that clocks leave out has no tick", () => {
  setCurrentZone("Europe/Berlin");
  expect(texts("2026-03-28T23:00:00Z", "2026-03-29T04:00:00Z")).toEqual([
    "29 Mar",
    "01:00",
    "03:00 UTC+02:00",
    "04:00",
    "05:00",
  ]);
});

test("a range says its years only where they differ", () => {
  expect(rangeText(at("2026-11-11T02:00:00Z"), at("2026-11-11T03:15:00Z"))).toBe("11 Nov 02:00 to 03:15");
  expect(rangeText(at("2025-12-31T02:00:00Z"), at("2026-01-01T03:15:00Z"))).toBe(
    "31 Dec 2025 02:00 to 1 Jan 2026 03:15",
  );
});

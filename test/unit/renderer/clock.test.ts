import { afterEach, expect, test } from "vitest";

import { instant, parseInstant } from "../../../core/model/time.ts";
import { exactLength, lengthText, offsetText } from "../../../renderer/state/clock.ts";
import { clock, isoDate } from "../../../renderer/ui/format.ts";
import { fromWallTime, setCurrentZone, wallTime, zoneOffset } from "../../../renderer/ui/zone.ts";

const at = (text: string) => parseInstant(text) ?? instant(0n);
afterEach(() => setCurrentZone("UTC"));

test("times are shown on the clocks of the zone, daylight saving and half hours included", () => {
  setCurrentZone("Europe/Berlin");
  expect(clock(at("2026-07-01T22:30:00Z"))).toBe("00:30:00");
  expect(isoDate(at("2026-07-01T22:30:00Z"))).toBe("2026-07-02");
  expect(clock(at("2026-01-01T22:30:00Z"))).toBe("23:30:00");
  setCurrentZone("Asia/Kolkata");
  expect(clock(at("2026-07-01T22:30:00Z"))).toBe("04:00:00");
});

test("how the clocks of a zone stand is said before and after they are set", () => {
  expect(zoneOffset(at("2026-07-01T00:00:00Z"))).toBe("UTC");
  setCurrentZone("Europe/Berlin");
  expect(["2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z"].map((text) => zoneOffset(at(text)))).toEqual([
    "UTC+02:00",
    "UTC+01:00",
  ]);
  setCurrentZone("America/St_Johns");
  expect(zoneOffset(at("2026-01-15T00:00:00Z"))).toBe("UTC−03:30");
});

test("what a zone's clocks show leads back to the moment", () => {
  for (const zone of ["UTC", "America/New_York", "Europe/Berlin", "Pacific/Chatham"]) {
    setCurrentZone(zone);
    for (const text of ["2026-01-15T00:00:00Z", "2026-03-28T23:59:59.5Z", "2026-10-25T12:00:00.000001Z"]) {
      expect(fromWallTime(wallTime(at(text)))).toBe(at(text));
    }
  }
});

test("lengths of time are said in the units that fit them", () => {
  expect([1_500n, 250_000_000n, 12_400_000_000n, 205_000_000_000n].map(lengthText)).toEqual([
    "1.5 µs",
    "250 ms",
    "12.4 s",
    "3 min 25 s",
  ]);
  expect(lengthText(3_600_000_000_000n * 49n)).toBe("2 days 1 h");
  expect([offsetText(422_000_000_000n), offsetText(-250_000_000n)]).toEqual(["+7 min 02 s", "−250 ms"]);
  expect([419_999_877_000n, 12_345_678_901n, 90_061_000_000_001n].map(exactLength)).toEqual([
    "6 min 59.999877 s",
    "12.345678901 s",
    "25 h 1 min 01.000000001 s",
  ]);
});

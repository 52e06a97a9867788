import { describe, expect, it } from "vitest";

import { NO_CONTENT, type EventRow } from "../../../core/model/event.ts";
import { instant } from "../../../core/model/time.ts";
import { type TimelineGap } from "../../../core/model/timeline.ts";
import { extentOf, gapsBefore } from "../../../renderer/features/timeline/gaps.ts";

const row = (seq: number, time: bigint | null, exhibit = "X-1"): EventRow => ({
  seq,
  ...NO_CONTENT,
  kind: "event",
  time: time === null ? null : instant(time),
  source: "ocsf",
  verdict: "with-limits",
  exhibit,
  file: "events.jsonl",
  offset: 0,
  length: 1,
});

const GAP: TimelineGap = {
  exhibit: "X-2",
  beforeSeq: 20,
  from: 100n,
  to: 200n,
  missing: 5,
  message: "5 events are missing.",
  altered: true,
};

/** Before which of these rows the gap is shown; the length stands for the end. */
function placesOf(gap: TimelineGap, rows: readonly EventRow[]): number[] {
  return Array.from({ length: rows.length + 1 }, (_, index) => index).filter(
    (index) => gapsBefore([gap], rows[index - 1] ?? null, rows[index] ?? null, null).length > 0,
  );
}

describe("the place of a gap among rows", () => {
  it("is before the row that follows what is missing", () => {
    expect(placesOf(GAP, [row(19, 100n, "X-2"), row(20, 200n, "X-2"), row(21, 300n, "X-2")])).toEqual([1]);
  });

  it("is at its time when the row that follows is folded as a copy of another exhibit's", () => {
    expect(placesOf(GAP, [row(3, 100n), row(4, 150n), row(5, 200n), row(6, 250n)])).toEqual([3]);
  });

  it("is between rows of one instant by their position", () => {
    expect(placesOf(GAP, [row(18, 200n), row(19, 200n), row(20, 200n, "X-2")])).toEqual([2]);
  });

  it("is after the last row when records are missing at the end", () => {
    const atEnd = { ...GAP, beforeSeq: null, to: null };
    expect(placesOf(atEnd, [row(18, 50n), row(19, 100n)])).toEqual([2]);
    expect(placesOf(atEnd, [row(18, 50n), row(19, 100n), row(30, 101n)])).toEqual([2]);
  });

  it("is before the first row when records are missing at the beginning", () => {
    expect(placesOf({ ...GAP, beforeSeq: 0, from: null, to: 10n }, [row(0, 10n), row(1, 20n)])).toEqual([0]);
  });

  it("is before undated rows, which stand last", () => {
    expect(placesOf(GAP, [row(1, 150n), row(2, null), row(3, null)])).toEqual([1]);
  });

  it("is by position where nothing is dated", () => {
    const undated = { ...GAP, from: null, to: null };
    expect(placesOf(undated, [row(19, null, "X-2"), row(20, null, "X-2")])).toEqual([1]);
    expect(placesOf({ ...undated, beforeSeq: null }, [row(19, null, "X-2")])).toEqual([1]);
  });

  it("is exactly one, wherever rows are missing from the result", () => {
    const all = [row(17, 90n), row(18, 100n), row(19, 200n), row(20, 200n), row(21, 300n), row(22, null)];
    for (let mask = 0; mask < 1 << all.length; mask += 1) {
      const shown = all.filter((_, index) => (mask >> index) & 1);
      expect(placesOf(GAP, shown)).toHaveLength(1);
    }
  });

  it("is none outside the time pin", () => {
    const pin = (from: bigint, to: bigint) => ({ from: instant(from), to: instant(to) });
    expect(gapsBefore([GAP], null, null, pin(150n, 160n))).toEqual([GAP]);
    expect(gapsBefore([GAP], null, null, pin(0n, 100n))).toEqual([]);
    expect(gapsBefore([GAP], null, null, pin(201n, 300n))).toEqual([]);
  });
});

describe("the extent of a gap", () => {
  it("is one instant when only one side is dated, and forward in time when the records are not", () => {
    expect(extentOf({ ...GAP, to: null })).toEqual({ from: 100n, to: 100n });
    expect(extentOf({ ...GAP, from: 300n })).toEqual({ from: 200n, to: 300n });
    expect(extentOf({ ...GAP, from: null, to: null })).toBeNull();
  });
});

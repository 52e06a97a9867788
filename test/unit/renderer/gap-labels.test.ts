import { expect, test } from "vitest";

import { type ReplayScript } from "../../../core/model/replay.ts";
import { gapLabels } from "../../../renderer/features/replay/gap-labels.ts";

const EMPTY = { lanes: [], nodes: [], edges: [], chapters: [], unplaced: [], leftOut: 0 };

const inHours = (nanoseconds: bigint): string => `${nanoseconds / 3_600_000_000_000n} h 00 min`;

function scriptWithGaps(steps: number, gaps: readonly number[]): ReplayScript {
  const step = { time: 0n, until: null, title: "", sentence: "", lane: 0, chapter: 0, events: 1, failed: false };
  const more = { why: [], comment: "", citations: [], verdict: "verified" as const, framed: false };
  return {
    ...EMPTY,
    steps: Array.from({ length: steps }, () => ({ ...step, ...more })),
    gaps: gaps.map((after) => ({ after, nanoseconds: 10n * 3_600_000_000_000n + BigInt(after) })),
  };
}

test("lengths of gaps lie inside the rule and on lines below each other, none over another", () => {
  const labels = gapLabels(scriptWithGaps(30, [...Array(29).keys()]), inHours);
  expect(labels).toHaveLength(29);
  const shown = labels.filter(({ line }) => line !== null);
  expect(shown.length).toBeGreaterThan(8);
  for (const line of [0, 1]) {
    const middles = shown.filter((label) => label.line === line).map(({ middle }) => middle);
    const distances = middles.slice(1).map((middle, index) => middle - (middles[index] ?? 0));
    expect(Math.min(...distances)).toBeGreaterThan(0.08);
  }
  expect(Math.min(...labels.map(({ middle }) => middle))).toBeGreaterThan(0);
  expect(Math.max(...labels.map(({ middle }) => middle))).toBeLessThan(1);
});

test("a gap that is alone has its length under its place", () => {
  const [label] = gapLabels(scriptWithGaps(11, [4]), inHours);
  expect(label).toMatchObject({ after: 4, text: "10 h 00 min", tick: 0.45, middle: 0.45, line: 0 });
});

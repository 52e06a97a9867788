import { expect, test } from "vitest";

import { type LaneSet } from "../../../core/model/timeline.ts";
import { laneRoom, NO_ROOM } from "../../../renderer/features/timeline/lane-room.ts";

const answer = (lanes: number): LaneSet => ({
  from: 0n,
  bucketNanoseconds: 1n,
  lanes: Array.from({ length: lanes }, (_, index) => ({ value: `p${index}`, events: 1, exhibit: "X-1", marks: [] })),
  others: 0,
});

test("lanes keep the room of the most that a question had, and another question begins anew", () => {
  const whole = laneRoom(NO_ROOM, "1 principal", answer(6));
  const panned = laneRoom(whole, "1 principal", answer(2));
  expect([whole.lanes, panned.lanes, laneRoom(panned, "1 principal", answer(0)).lanes]).toEqual([6, 6, 6]);
  expect(laneRoom(panned, "2 principal", answer(1)).lanes).toBe(1);
});

test("an answer to the question before is not counted as one to the next", () => {
  const six = answer(6);
  const before = laneRoom(NO_ROOM, "1 principal", six);
  const stale = laneRoom(before, "2 principal", six);
  expect(laneRoom(stale, "2 principal", answer(1)).lanes).toBe(1);
});

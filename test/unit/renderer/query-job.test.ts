import { expect, it } from "vitest";

import { instant } from "../../../core/model/time.ts";
import { isAnswered } from "../../../renderer/state/query-job.ts";

const QUESTION = {
  draft: "a",
  query: "a",
  pins: [],
  range: { from: instant(1n), to: instant(2n) },
  hideLogRecords: true,
  foldCopies: true,
  sort: null,
  foldActivities: true,
};

it("a view is answered while it asks the same, whatever stands in the query bar", () => {
  expect(isAnswered(QUESTION, null)).toBe(false);
  expect(isAnswered({ ...QUESTION, draft: "a AND b", pins: [] }, QUESTION)).toBe(true);
  expect(isAnswered({ ...QUESTION, pins: ["b"] }, QUESTION)).toBe(false);
  expect(isAnswered({ ...QUESTION, range: { from: instant(1n), to: instant(3n) } }, QUESTION)).toBe(false);
  expect(isAnswered({ ...QUESTION, range: null }, QUESTION)).toBe(false);
});

import { expect, test } from "vitest";

import { fittingColumns, shownColumns } from "../../../renderer/features/timeline/chosen-columns.ts";
import { DEFAULT_COLUMNS } from "../../../renderer/state/timeline.ts";

const ids = (width: number) => shownColumns(DEFAULT_COLUMNS, width).map(({ id }) => id);

test("a column that has no room is not among those that the keys move over", () => {
  expect(ids(Infinity)).toContain("address");
  expect(ids(640)).not.toContain("address");
  expect(ids(640)).toEqual(fittingColumns(DEFAULT_COLUMNS, 640).map(({ id }) => id));
});

test("time, account, act and verdict stay, however narrow the window is", () => {
  expect(ids(100)).toEqual(["time", "principal", "action", "verdict"]);
});

import { describe, expect, it } from "vitest";

import { rangesOfIndexes, recordsText } from "../../../core/model/record-ranges.ts";

describe("records of a place", () => {
  it.each([
    [[], []],
    [[4], [[4, 4]]],
    [
      [3, 4, 5, 60],
      [
        [3, 5],
        [60, 60],
      ],
    ],
  ])("%j make the ranges %j", (indexes, ranges) => {
    expect(rangesOfIndexes(indexes).map(({ index, endIndex }) => [index, endIndex])).toEqual(ranges);
  });

  it("are told range by range, and counted beyond the third", () => {
    expect(recordsText({ index: 7 })).toBe("7");
    expect(recordsText({ index: 7, endIndex: 7 })).toBe("7");
    expect(recordsText({ index: 3, endIndex: 5 })).toBe("3 to 5");
    const ranges = rangesOfIndexes([1, 3, 4, 6, 8, 10]);
    expect(recordsText({ index: 1, endIndex: 10, ranges })).toBe("1, 3 to 4, 6, and 2 more");
    expect(recordsText({})).toBe("");
  });
});

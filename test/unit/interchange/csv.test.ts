import { expect, test } from "vitest";

import { csvCell } from "../../../core/interchange/csv.ts";

test.each([
  [null, ""],
  [7, "7"],
  [-7, "-7"],
  ["plain", "plain"],
  ["a,b", '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ["two\nlines", '"two\nlines"'],
])("%j becomes %j", (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test.each(["=1+1", "+1", "-1", "@sum", "\t=1", " =1", "\r=1"])("a spreadsheet does not run %j", (text) => {
  expect(csvCell(text).replace(/^"/, "")).toMatch(/^'/);
});

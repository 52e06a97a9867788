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

const FORMULAS = [
  "=1+1",
  "+1",
  "-1",
  "@sum",
  "\t=1",
  " =1",
  "\r=1",
  "\n=1",
  "\t1",
  "\r1",
  "\u00a0=1",
  "\ufeff=1",
  "\0=1",
];
const FULL_WIDTH = ["\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20sum"];

test.each([...FORMULAS, ...FULL_WIDTH, `=HYPERLINK("http://x")`, "-2+3+cmd|' /C calc'!A0"])(
  "a spreadsheet does not run %j",
  (text) => {
    expect(csvCell(text).replace(/^"/, "")).toMatch(/^'/);
  },
);

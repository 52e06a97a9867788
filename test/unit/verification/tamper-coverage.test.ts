import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, it } from "vitest";

import { SEALED_LOG_CLASSES } from "../../../core/selftest/sealed-log-classes.ts";

/** Rows of the tamper table. */
const ROWS = Array.from({ length: 61 }, (_, index) => `T${String(index + 1).padStart(2, "0")}`);
const TESTS = resolve(import.meta.dirname, "../..");

/** The rows that the tests of a file are named for: the name, or the id that it is made of, begins with the row. */
function rowsNamedIn(path: string): readonly string[] {
  return [...readFileSync(path, "utf8").matchAll(/(?:\(|\[|id: )\s*"(T\d{2})[a-z]?[" ]/g)].map(([, row = ""]) => row);
}

it("every row of the tamper table is a test that bears its id", () => {
  const files = readdirSync(TESTS, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".test.ts"));
  const named = files.flatMap((path) => rowsNamedIn(join(TESTS, path)));
  const classes = SEALED_LOG_CLASSES.filter(({ codes }) => codes !== null).map(({ id }) => id.slice(0, 3));
  const tested = new Set([...named, ...classes]);
  expect(ROWS.filter((row) => !tested.has(row))).toEqual([]);
});

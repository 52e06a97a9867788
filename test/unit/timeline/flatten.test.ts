import { expect, test } from "vitest";

import { flatten } from "../../../core/timeline/flatten.ts";

test("leaves are named by their path, in the order of the record", () => {
  expect(flatten({ b: { c: [1, { d: null }] }, a: "x" })).toEqual([
    { name: "b.c[0]", value: "1" },
    { name: "b.c[1].d", value: "null" },
    { name: "a", value: "x" },
  ]);
});

test("empty lists and objects are shown, not dropped", () => {
  expect(flatten({ list: [], object: {}, text: "" })).toEqual([
    { name: "list", value: "[]" },
    { name: "object", value: "{}" },
    { name: "text", value: "" },
  ]);
});

test("a record that is no object is one leaf", () => {
  expect(flatten("x")).toEqual([{ name: "", value: "x" }]);
});

test("invisible characters are shown in names and values", () => {
  expect(flatten({ "a\u200b": "\u202eb" })).toEqual([{ name: "a\\u{200b}", value: "\\u{202e}b" }]);
});

test("a long value is cut and says how long it is", () => {
  const [field] = flatten({ a: "x".repeat(10_000) });
  expect(field?.value).toMatch(/^x{4096}… \(10000 characters\)$/);
});

test("a record with very many fields stops and says so", () => {
  const fields = flatten(Array.from({ length: 50_000 }, (_, index) => index));
  expect(fields).toHaveLength(2_001);
  expect(fields.at(-1)?.value).toBe("more than 2000 fields; see the raw record");
});

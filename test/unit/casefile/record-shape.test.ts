import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { recordShapeByBytes } from "../../../core/casefile/record-shape-reference.ts";
import { oddRecords, recordShape } from "../../../core/casefile/record-shape.ts";

function shapeOf(text: string) {
  // Bytes around the record must not matter.
  const bytes = Buffer.from(`"}\n${text}\n"{`);
  return recordShape(bytes, 3, bytes.length - 3);
}

function expectAlike(bytes: Buffer, start: number, end: number) {
  expect(recordShape(bytes, start, end)).toEqual(recordShapeByBytes(bytes, start, end));
}

const LONG = "x".repeat(60);
const PIECES = [
  '"',
  '"',
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  ",",
  "N",
  "n",
  "A",
  "i",
  " ",
  "\n",
  "a",
  "\u00e9",
  '{"',
  '":',
  '","',
  LONG,
];

function textOf(pieces: readonly string[]) {
  return fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(""));
}

describe("the shape of a record", () => {
  test.each([
    ["two equal names", '{"a":1,"a":2}', true],
    ["two equal long names", `{"${LONG}":1,"${LONG}":2}`, true],
    ["two empty names", '{"":1,"":2}', true],
    ["equal names of two objects", '{"a":{"b":1},"c":{"b":1}}', false],
    ["long names that differ at the end", `{"${LONG}a":1,"${LONG}b":2}`, false],
    ["a name that is also a value", '{"a":"b","b":"a"}', false],
    ["a name spelled with an escape", '{"\\u0061":1}', true],
    ["a long name spelled with an escape", `{"${LONG}\\u0061":1}`, true],
    ["a long value with names in it", `{"a":"${LONG}\\",\\"a\\":","b":1}`, false],
    ["a long value that ends with backslashes", `{"a":"${LONG}\\\\","a":1}`, true],
    ["a comma before the end of an object", '{"a":1, }', true],
    ["a comma before the end of a list", '{"a":["1",\t]}', true],
    ["no number", '{"a":NaN}', true],
    ["infinity", '{"a":-Infinity}', true],
    ["infinity in small letters", '{"a":[1,inf]}', true],
    ["every word of JSON", '{"a":[true,false,null,-1.5E+3],"b":[],"c":{}}', false],
    ["commas and words in strings", '{"a":"NaN,}","inf,]":",}"}', false],
  ])("of %s", (_, text, isSuspect) => {
    expect(shapeOf(text)).toEqual({ isSuspect, isUnfinished: false });
  });

  test("is unfinished wherever an object is cut, whatever its strings hold", () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', "\\", "{", "}", "[", "]", ":"), maxLength: 150 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), fc.nat(), (values, cut) => {
        const record = JSON.stringify(Object.fromEntries(values.map((value, index) => [`n${index}`, value])));
        expect(shapeOf(record)).toEqual({ isSuspect: false, isUnfinished: false });
        const part = record.slice(0, 1 + (cut % (record.length - 1)));
        expect(shapeOf(part).isUnfinished).toBe(true);
      }),
    );
  });

  test("is the same by both implementations, whatever the bytes are", () => {
    const text = textOf(PIECES);
    fc.assert(
      fc.property(text, fc.nat(20), fc.nat(20), (record, before, after) => {
        const bytes = Buffer.from(record);
        const start = Math.min(before, bytes.length);
        expectAlike(bytes, start, Math.max(start, bytes.length - after));
      }),
      { numRuns: 2_000 },
    );
  });

  test("is the same by both implementations wherever a mark lies among sixteen bytes", () => {
    for (let length = 0; length <= 40; length += 1) {
      const name = "n".repeat(length);
      for (const text of [
        `{"${name}":1,"${name}":2}`,
        `{"${name}a":1,"${name}b":2}`,
        `{"${name}\\":1}`,
        `{"v":"${name}\\\\","v":"${name}\\"}`,
        `{"v":"${name}"${" ".repeat(length)}:{`,
        `[{"${name}\\"`,
      ]) {
        const bytes = Buffer.from(text);
        for (let end = 0; end <= bytes.length; end += 1) expectAlike(bytes, 0, end);
      }
    }
  });

  test.each([63, 64, 65, 300])(
    "is the same by both implementations %d objects or arrays deep and names long",
    (count) => {
      const names = Array.from({ length: count }, (_, index) => `"name ${index}":1`).join(",");
      for (const text of [
        `{${names}}`,
        `{${names},"name 0":1}`,
        '{"a":'.repeat(count),
        "}".repeat(count) + '{"a":1}',
        "[".repeat(count),
      ]) {
        const bytes = Buffer.from(text);
        expectAlike(bytes, 0, bytes.length);
      }
    },
  );

  test("of a record that is longer than the kernel's memory", () => {
    const value = "v".repeat(2 ** 20);
    expect(shapeOf(`{"a":"${value}","a":1}`)).toEqual({ isSuspect: true, isUnfinished: false });
    expect(shapeOf(`{"a":"${value}","b":1`)).toEqual({ isSuspect: false, isUnfinished: true });
  });
});

/** What `oddRecords` gives, by the other implementation. */
function oddOnesOf(bytes: Uint8Array, bounds: Uint32Array) {
  return Array.from(bounds.subarray(1), (next, position) => {
    return { position, ...recordShapeByBytes(bytes, bounds[position] ?? 0, next - 1) };
  }).filter(({ isSuspect, isUnfinished }) => isSuspect || isUnfinished);
}

function boundsOf(lines: readonly string[]) {
  const bounds = [0];
  for (const line of lines) bounds.push((bounds.at(-1) ?? 0) + Buffer.byteLength(line) + 1);
  return Uint32Array.from(bounds);
}

describe("the odd ones of many records", () => {
  test("are those by the other implementation, with or without an LF at the end", () => {
    const line = textOf(PIECES.filter((piece) => piece !== "\n"));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.constantFrom("", "\n"), (lines, end) => {
        const bytes = Buffer.from(lines.join("\n") + end);
        const bounds = boundsOf(lines);
        expect(oddRecords(bytes, bounds)).toEqual(oddOnesOf(bytes, bounds));
      }),
      { numRuns: 1_000 },
    );
  });

  test("are found in more records than the kernel takes at once, and around one that is too long for it", () => {
    const short = Array.from({ length: 10_000 }, (_, index) => (index % 999 === 0 ? '{"a":1,"a":{' : '{"a":1}'));
    const medium = Array.from(
      { length: 9 },
      (_, index) => `{"a":"${"v".repeat(300_000)}","${index % 2 ? "a" : "b"}":1}`,
    );
    const lines = [...short, ...medium, `{"a":"${"v".repeat(2 ** 20)}","a":1}`, ...medium];
    const bytes = Buffer.from(lines.join("\n"));
    const bounds = boundsOf(lines);
    const odd = oddRecords(bytes, bounds);
    expect(odd).toEqual(oddOnesOf(bytes, bounds));
    expect(odd.map(({ position }) => position)).toEqual([
      ...Array.from({ length: 11 }, (_, index) => index * 999),
      ...[10_001, 10_003, 10_005, 10_007, 10_009, 10_011, 10_013, 10_015, 10_017],
    ]);
  });
});

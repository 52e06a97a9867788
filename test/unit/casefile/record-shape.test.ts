import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { recordShape } from "../../../core/casefile/record-shape.ts";

function shapeOf(text: string) {
  // Bytes around the record must not matter.
  const bytes = Buffer.from(`"}\n${text}\n"{`);
  return recordShape(bytes, 3, bytes.length - 3);
}

const LONG = "x".repeat(60);

describe("the shape of a record", () => {
  test.each([
    ["two equal names", '{"a":1,"a":2}', true],
    ["two equal long names", `{"${LONG}":1,"${LONG}":2}`, true],
    ["equal names of two objects", '{"a":{"b":1},"c":{"b":1}}', false],
    ["long names that differ at the end", `{"${LONG}a":1,"${LONG}b":2}`, false],
    ["a name that is also a value", '{"a":"b","b":"a"}', false],
    ["a name spelled with an escape", '{"\\u0061":1}', true],
    ["a long name spelled with an escape", `{"${LONG}\\u0061":1}`, true],
    ["a long value with names in it", `{"a":"${LONG}\\",\\"a\\":","b":1}`, false],
    ["a long value that ends with backslashes", `{"a":"${LONG}\\\\","a":1}`, true],
  ])("of %s", (_, text, mayRepeatName) => {
    expect(shapeOf(text)).toEqual({ mayRepeatName, isUnfinished: false });
  });

  test("is unfinished wherever an object is cut, whatever its strings hold", () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', "\\", "{", "}", "[", "]", ":"), maxLength: 150 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), fc.nat(), (values, cut) => {
        const record = JSON.stringify(Object.fromEntries(values.map((value, index) => [`n${index}`, value])));
        expect(shapeOf(record)).toEqual({ mayRepeatName: false, isUnfinished: false });
        const part = record.slice(0, 1 + (cut % (record.length - 1)));
        expect(shapeOf(part).isUnfinished).toBe(true);
      }),
    );
  });
});

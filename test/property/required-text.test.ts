import fc from "fast-check";
import { expect, test } from "vitest";

import { requiredText } from "../../core/detection/required-text.ts";

test("of an expression of literal parts the longest that cannot be absent is required", () => {
  expect(requiredText(".+:assumed-role/aws:.+", "")).toBe(":assumed-role/aws:");
  expect(requiredText("^abc*deg+f?hi$", "")).toBe("deg");
  expect(requiredText("ab?", "")).toBe("a");
  expect(requiredText("a*", "")).toBeUndefined();
  expect(requiredText("", "")).toBeUndefined();
});

test("nothing is required of expressions whose parts are not literal, or fit in either case", () => {
  for (const source of ["ab|cd", "(ab)?c", "a[bc]d", "a\\d", "a{0}b", "(?i)ab"]) {
    expect(requiredText(source, "")).toBeUndefined();
  }
  expect(requiredText("abc", "i")).toBeUndefined();
});

test("whatever an expression matches holds the text that it requires", () => {
  const part = fc.tuple(fc.constantFrom("a", "b", ":", "."), fc.constantFrom("", "", "*", "+", "?", "*?", "+?", "??"));
  const sources = fc
    .array(part, { maxLength: 6 })
    .map((parts) => parts.map(([text, quantifier]) => text + quantifier).join(""));
  const texts = fc.string({ unit: fc.constantFrom("a", "b", ":"), maxLength: 8 });
  fc.assert(
    fc.property(sources, texts, (source, text) => {
      const required = requiredText(source, "");
      if (required !== undefined && new RegExp(source, "u").test(text)) expect(text).toContain(required);
    }),
    { numRuns: 5_000 },
  );
});

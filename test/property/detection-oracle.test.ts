import fc from "fast-check";
import { stringify } from "yaml";
import { describe, expect, test } from "vitest";

import { caseWithRecords } from "../support/detection-case.ts";
import { fits } from "../support/sigma-oracle.ts";

const words = fc.constantFrom(
  "alpha",
  "ALPHA",
  "alphabet",
  "beta",
  "a*b",
  "a?b",
  "a\\b",
  "",
  " ",
  "10",
  "10.0",
  "1e1",
  "true",
  "False",
  "é",
  "É",
  '"',
  "[1]",
  "a%b_c",
  "10.1.2.3",
  "2001:db8::1",
  "2026-09-14T16:20:44Z",
  "cm -enc /x",
  "YWxwaGE=",
);
const scalar = fc.oneof(
  words,
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(0.5, 10.25),
  fc.boolean(),
  fc.constant(null),
);
const names = fc.constantFrom("a", "b", "n");
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 2, arbitrary: fc.dictionary(names, scalar, { maxKeys: 2 }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.dictionary(names, fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), { maxKeys: 2 }), {
      maxLength: 2,
    }),
  },
);
const event = fc
  .record({ a: value, b: value, n: value, A: scalar }, { requiredKeys: [] })
  .map((record) => ({ time: "2026-09-14T16:20:44Z", ...record }));

const field = fc.constantFrom("a", "b", "n", "A", "a.b", "a.n", "b.a", "n.n");
const sigmaText = fc.oneof(
  words,
  fc.constantFrom("al*", "*bet", "*", "?eta", "a\\*b", "a\\?b", "a\\\\b", "a\\\\*", "**a**", "alp?a"),
);
const plainValue = fc.oneof(
  { weight: 5, arbitrary: sigmaText },
  { weight: 2, arbitrary: fc.integer({ min: -3, max: 12 }) },
  { weight: 1, arbitrary: fc.boolean() },
);
const number = fc.oneof(fc.integer({ min: -3, max: 40 }), fc.constantFrom(0.5, 10.25));
const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  fc.oneof(arbitrary, fc.array(arbitrary, { minLength: 1, maxLength: 3 }));

/** An entry of a search: its key and its values. */
const entry: fc.Arbitrary<[string, unknown]> = fc.oneof(
  fc.tuple(field, some(fc.oneof({ weight: 6, arbitrary: plainValue }, { weight: 1, arbitrary: fc.constant(null) }))),
  fc
    .tuple(
      field,
      fc.constantFrom(
        "|contains",
        "|startswith",
        "|endswith",
        "|contains|all",
        "|cased",
        "|contains|cased",
        "|neq",
        "|contains|neq",
        "|all",
        "|windash|contains",
      ),
      some(plainValue),
    )
    .filter(
      ([, modifiers, values]) =>
        !modifiers.includes("windash") || [values].flat().every((one) => typeof one === "string"),
    )
    .map(([name, modifiers, values]): [string, unknown] => [name + modifiers, values]),
  fc
    .tuple(field, fc.constantFrom("|lt", "|lte", "|gt", "|gte", "|gte|neq"), number)
    .map(([name, modifiers, values]): [string, unknown] => [name + modifiers, values]),
  fc.tuple(field, fc.boolean()).map(([name, present]): [string, unknown] => [`${name}|exists`, present]),
  fc
    .tuple(
      field,
      field,
      fc.constantFrom("|fieldref", "|fieldref|neq", "|fieldref|contains", "|fieldref|startswith", "|fieldref|cased"),
    )
    .map(([name, other, modifiers]): [string, unknown] => [name + modifiers, other]),
  fc
    .tuple(
      field,
      fc.constantFrom("|re", "|re|i"),
      fc.constantFrom("alpha", "^a", "a.b$", "^$", "[0-9]+", "(alpha|beta)", "a{2,}"),
    )
    .map(([name, modifiers, values]): [string, unknown] => [name + modifiers, values]),
  fc
    .tuple(
      field,
      some(fc.constantFrom("10.0.0.0/8", "10.1.2.3", "2001:db8::/32", "2001:db8::/127", "0.0.0.0/0", "::/0", "::/1")),
    )
    .map(([name, values]): [string, unknown] => [`${name}|cidr`, values]),
  fc
    .tuple(
      field,
      fc.constantFrom("|hour", "|minute", "|day", "|week", "|month", "|year", "|hour|gte"),
      fc.constantFrom(9, 14, 16, 20, 38, 2026),
    )
    .map(([name, modifiers, values]): [string, unknown] => [name + modifiers, values]),
  fc
    .tuple(
      field,
      fc.constantFrom("|base64", "|base64offset|contains", "|wide|base64offset|contains"),
      fc.constantFrom("alpha", "xyz"),
    )
    .map(([name, modifiers, values]): [string, unknown] => [name + modifiers, values]),
);
const map = fc
  .uniqueArray(entry, { minLength: 1, maxLength: 3, selector: ([key]) => key })
  .map((entries) => Object.fromEntries(entries));
const keyword = fc.oneof(
  fc.constantFrom("alpha", "al*a", 'say "', "a\\\\b", "é", "beta", "10", "zz", "?lpha"),
  fc.integer({ min: 0, max: 12 }),
);
const search = fc.oneof(
  { weight: 6, arbitrary: map },
  { weight: 2, arbitrary: fc.array(map, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(keyword, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: some(keyword).map((values) => ({ "|all": values })) },
);
const condition = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("one", "two", "_three", "1 of them", "all of them", "any of t*", "1 of _*", "all of *e*"),
    tie("any").map((operand) => `not ${operand}`),
    fc.tuple(tie("any"), fc.constantFrom("and", "or"), tie("any")).map((parts) => parts.join(" ")),
    tie("any").map((operand) => `(${operand})`),
  ),
})).any;
const detection = fc.record({
  one: search,
  two: search,
  _three: search,
  condition: fc.oneof(condition, fc.array(condition, { minLength: 1, maxLength: 2 })),
});

describe("the compiler", () => {
  test("finds exactly the events that the letter of the specification says, for any rules and events", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 40, maxLength: 40 }),
        fc.array(detection, { minLength: 40, maxLength: 40 }),
        async (drawn, detections) => {
          // A record with the bytes of an earlier one is a copy of it, and is not searched.
          const events = drawn.map((record, id) => ({ ...record, id }));
          const opened = await caseWithRecords(events);
          try {
            const rules = detections.map((detected, index) =>
              stringify({
                title: `rule ${index}`,
                id: `r${index}`,
                logsource: { product: "jsonl" },
                detection: detected,
              }),
            );
            const state = await opened.run(rules);
            expect(state.rules.rejected).toEqual([]);
            for (const [index, detected] of detections.entries()) {
              const found = new Set(await opened.hits(`r${index}`));
              for (const [seq, record] of events.entries()) {
                expect(found.has(seq), `${rules[index] ?? ""}${JSON.stringify(record)}`).toBe(fits(detected, record));
              }
            }
          } finally {
            await opened.close();
          }
        },
      ),
      // 1,600 pairs a run. Without shrinking: the message names the one rule, and every step would import anew.
      { numRuns: 5, endOnFailure: true },
    );
  }, 60_000);
});

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
  "::ffff:10.1.2.3",
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
  .record({ a: value, b: value, n: value, A: scalar, "a.b": value }, { requiredKeys: [] })
  .map((record) => ({ time: "2026-09-14T16:20:44Z", ...record }));

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
const entryOf = (field: fc.Arbitrary<string>): fc.Arbitrary<[string, unknown]> =>
  fc.oneof(
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
          "|windash|contains|all",
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
        some(
          fc.constantFrom(
            "10.0.0.0/8",
            "10.1.2.3",
            "2001:db8::/32",
            "2001:db8::/127",
            "0.0.0.0/0",
            "::/0",
            "::/1",
            "::ffff:10.0.0.0/104",
          ),
        ),
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
        fc.constantFrom(
          "|base64",
          "|base64offset|contains",
          "|base64offset|contains|all",
          "|wide|base64offset|contains",
        ),
        some(fc.constantFrom("alpha", "xyz")),
      )
      .map(([name, modifiers, values]): [string, unknown] => [name + modifiers, values]),
  );
const keyword = fc.oneof(
  fc.constantFrom("alpha", "al*a", 'say "', "a\\\\b", "é", "beta", "10", "zz", "?lpha"),
  fc.integer({ min: 0, max: 12 }),
);
const condition = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("one", "two", "_three", "1 of them", "all of them", "any of t*", "1 of _*", "all of *e*", "1 of *"),
    tie("any").map((operand) => `not ${operand}`),
    fc.tuple(tie("any"), fc.constantFrom("and", "or"), tie("any")).map((parts) => parts.join(" ")),
    tie("any").map((operand) => `(${operand})`),
  ),
})).any;
/** Detections over these fields; every tenth search or so is of keywords, where they are asked for. */
function detectionsOver(
  field: fc.Arbitrary<string>,
  keywords: number,
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const map = fc
    .uniqueArray(entryOf(field), { minLength: 1, maxLength: 3, selector: ([key]) => key })
    .map((entries) => Object.fromEntries(entries));
  const search = fc.oneof(
    { weight: 6, arbitrary: map },
    { weight: 2, arbitrary: fc.array(map, { minLength: 1, maxLength: 2 }) },
    { weight: keywords, arbitrary: fc.array(keyword, { minLength: 1, maxLength: 2 }) },
    { weight: keywords, arbitrary: some(keyword).map((values) => ({ "|all": values })) },
  );
  return fc.record({
    one: search,
    two: search,
    _three: search,
    condition: fc.oneof(condition, fc.array(condition, { minLength: 1, maxLength: 2 })),
  });
}

interface Drawn {
  readonly events: fc.Arbitrary<readonly object[]>;
  readonly detections: fc.Arbitrary<readonly Readonly<Record<string, unknown>>[]>;
}

const ofAnyShape: Drawn = {
  events: fc.array(event, { minLength: 40, maxLength: 40 }),
  detections: fc.array(detectionsOver(fc.constantFrom("a", "b", "n", "A", "a.b", "a.n", "b.a", "n.n"), 1), {
    minLength: 40,
    maxLength: 40,
  }),
};

/** What a member of a trail mostly is, and seldom. */
const named = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom("alpha", "ALPHA", "beta", "a*b", "10") },
  { weight: 1, arbitrary: value },
);
const trailEvent = fc
  .record(
    {
      eventName: named,
      eventSource: named,
      userAgent: named,
      userIdentity: fc.oneof(
        { weight: 30, arbitrary: fc.record({ type: named, arn: named }) },
        { weight: 1, arbitrary: value },
      ),
      errorCode: value,
      requestParameters: value,
    },
    { requiredKeys: ["eventName", "eventSource", "userAgent", "userIdentity"] },
  )
  .map((record) => ({ eventVersion: "1.08", eventTime: "2026-09-14T16:20:44Z", ...record }));
const TRAIL_FIELDS = fc.constantFrom(
  "eventName",
  "eventSource",
  "userAgent",
  "userIdentity.type",
  "userIdentity.arn",
  "errorCode",
  "requestParameters.a",
);
const ofColumns: Drawn = {
  events: fc.array(trailEvent, { minLength: 60, maxLength: 60 }),
  detections: fc.array(detectionsOver(TRAIL_FIELDS, 0), { minLength: 40, maxLength: 40 }),
};

describe("the compiler", () => {
  test("finds exactly the events that the letter of the specification says, for any rules and events", async () => {
    await agrees("jsonl", { product: "jsonl" }, ofAnyShape);
  }, 60_000);

  test("finds the same where the columns of events decide, and the records only what they leave open", async () => {
    await agrees("cloudtrail", { product: "aws", service: "cloudtrail" }, ofColumns);
  }, 60_000);
});

/** 1,600 pairs a run. Without shrinking: the message names the one rule, and every step would import anew. */
async function agrees(
  source: string,
  logsource: Readonly<Record<string, string>>,
  { events: drawn, detections }: Drawn,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(drawn, detections, async (records, detected) => {
      // A record with the bytes of an earlier one is a copy of it, and is not searched.
      const events = records.map((record, id) => ({ ...record, id }));
      const opened = await caseWithRecords(events, source);
      try {
        const rules = detected.map((detection, index) =>
          stringify({ title: `rule ${index}`, id: `r${index}`, logsource, detection }),
        );
        const state = await opened.run(rules);
        expect(state.rules.rejected).toEqual([]);
        for (const [index, detection] of detected.entries()) {
          const found = new Set(await opened.hits(`r${index}`));
          for (const [seq, record] of events.entries()) {
            expect(found.has(seq), `${rules[index] ?? ""}${JSON.stringify(record)}`).toBe(fits(detection, record));
          }
        }
      } finally {
        await opened.close();
      }
    }),
    { numRuns: 5, endOnFailure: true },
  );
}

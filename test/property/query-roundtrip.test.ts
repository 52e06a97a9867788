import fc from "fast-check";
import { test } from "vitest";

import { present } from "../../core/model/assert.ts";
import { Problem } from "../../core/model/problem.ts";
import { formatFieldPath } from "../../core/sources/field-path.ts";
import { QUERY_FIELDS, fieldNamed } from "../../core/timeline/fields.ts";
import { allOf, anyOf, type Query } from "../../core/timeline/query.ts";
import { formatQuery } from "../../core/timeline/query-format.ts";
import { parseQuery } from "../../core/timeline/query-parse.ts";

const word = fc.stringMatching(/^[a-z0-9_.@/*]{1,12}$/).filter((text) => text !== "*" && !text.includes(".."));
const pattern = fc.oneof(
  fc.record({ text: word, literal: fc.constant(false) }),
  fc.record({ text: fc.string({ minLength: 1, maxLength: 20 }), literal: fc.constant(true) }),
);
const field = fc.constantFrom(...QUERY_FIELDS);
/** A member of the records, whatever its name: in quotes where it is no plain one. */
const memberField = fc
  .array(fc.oneof(fc.string({ minLength: 1, maxLength: 8 }), fc.nat(99)), { minLength: 1, maxLength: 3 })
  .filter(([first]) => typeof first === "string")
  .map((path) => present(fieldNamed(`record.${formatFieldPath(path)}`), "a path that was printed is one"));
const textField = fc.oneof(fc.constantFrom(...QUERY_FIELDS.filter(({ kind }) => kind === "text")), memberField);
const moment = fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n });
const rangeField = fc.constantFrom(...QUERY_FIELDS.filter(({ kind }) => kind === "time" || kind === "number"));
const count = fc.bigInt({ min: 0n, max: 10n ** 15n - 1n });

const term: fc.Arbitrary<Query> = fc.oneof(
  pattern.map((value): Query => ({ kind: "words", pattern: value })),
  fc
    .record({ kind: fc.constant("text" as const), field: textField, pattern })
    // A block of addresses, not a text.
    .filter((value) => value.field.name !== "address" || value.pattern.literal || !value.pattern.text.includes("/")),
  fc.record({
    kind: fc.constant("regex" as const),
    field: fc.option(textField),
    source: fc.constantFrom("^a", '"', "a\\\\b", "[a-z]+(x|y)?"),
  }),
  fc.record({
    kind: fc.constant("network" as const),
    field: fc.constantFrom(...QUERY_FIELDS.filter(({ name }) => name === "address")),
    block: fc.constantFrom("192.0.2.0/24", "2001:db8::/32"),
  }),
  fc.record({ kind: fc.constantFrom("present" as const, "absent" as const), field }),
  rangeField.chain((ranged) => {
    const bound = ranged.kind === "time" ? moment : count;
    const kind = fc.constant("range" as const);
    return fc.oneof(
      fc.record({ kind, field: fc.constant(ranged), from: bound, to: fc.constant(null) }),
      fc.record({ kind, field: fc.constant(ranged), from: fc.constant(null), to: bound }),
      fc.record({ kind, field: fc.constant(ranged), from: bound, to: bound.map((value) => value + 1n) }),
    );
  }),
);

const { query } = fc.letrec<{ query: Query; and: Query; or: Query; not: Query }>((tie) => ({
  query: fc.oneof({ maxDepth: 4, withCrossShrink: true }, term, tie("and"), tie("or"), tie("not")),
  and: fc.array(tie("query"), { minLength: 2, maxLength: 4 }).map(allOf),
  or: fc.array(tie("query"), { minLength: 2, maxLength: 4 }).map(anyOf),
  not: tie("query").map((operand): Query => ({ kind: "not", operand })),
}));

test("the formatted text of any query parses to the same query", () => {
  fc.assert(
    fc.property(query, (original) => {
      const text = formatQuery(original);
      fc.pre(text.length <= 10_000);
      // Compared as text with bigints spelled out: fields are the same objects of one table.
      const shown = (value: Query): string =>
        JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part));
      return sameText(shown(parseQuery(text)), shown(original)) && formatQuery(parseQuery(text)) === text;
    }),
    { numRuns: 500 },
  );
});

test("any text either parses or is refused with a place inside it", () => {
  const piece = fc.constantFrom(
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    '"',
    "\\",
    "-",
    "*",
    ":",
    "..",
    ">=",
    "time:",
    "address:",
    "~",
    "/24",
    "seq:",
    " ",
  );
  const text = fc.oneof(
    fc.string({ maxLength: 60, unit: "binary" }),
    fc.array(fc.oneof(piece, word), { maxLength: 30 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (input) => {
      try {
        parseQuery(input);
        return true;
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "query-syntax") throw error;
        const offset = error.details.offset ?? -1;
        return offset >= 0 && offset <= input.length;
      }
    }),
    { numRuns: 3_000 },
  );
});

function sameText(left: string, right: string): boolean {
  if (left !== right) throw new Error(`${left}\n${right}`);
  return true;
}

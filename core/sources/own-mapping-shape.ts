/** What may stand in a mapping that an examiner writes (own-mapping.ts). */
import { z } from "zod";

import { quote } from "../model/problem.ts";
import { columnName } from "./column-name.ts";
import { parseFieldPath } from "./field-path.ts";
import { type Framing } from "./framing.ts";
import { SOURCES } from "./registry.ts";
import {
  TEXT_COLUMNS,
  type FieldPath,
  type OutcomeRule,
  type TextColumn,
  type TimeFormat,
  type ValueRule,
} from "./source.ts";

/** The column of an event by the name that queries use, too: `userAgent` for `user_agent`. */
export const COLUMN_NAMES = new Map<string, TextColumn>(TEXT_COLUMNS.map((column) => [columnName(column), column]));

const fieldPath = z.string().transform((text, context): FieldPath => {
  const path = parseFieldPath(text);
  if (path) return path;
  context.addIssue({
    code: "custom",
    message: `expected a path such as actor.name or targets[0].id, got ${quote(text)}`,
  });
  return z.NEVER;
});
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([z.array(item).min(1), item.transform((one) => [one])]);
const word = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const timeFormat = z.union([
  z.enum(["rfc3339", "utc", "epoch-s", "epoch-ms", "epoch-us", "epoch-ns"]),
  z.strictObject({ pattern: z.string().min(1).max(200) }),
]);
const ANY_TIME: readonly TimeFormat[] = ["rfc3339", "utc", "epoch-ns", "epoch-us", "epoch-ms", "epoch-s"];
const timeRule = z.strictObject({
  from: oneOrMore(fieldPath),
  formats: oneOrMore(timeFormat).default([...ANY_TIME]),
});

const valueRule = z.union([
  fieldPath.transform((path): ValueRule => ({ path })),
  z
    .strictObject({
      path: fieldPath,
      startsWith: z.string().optional(),
      gives: z.string().optional(),
      words: z.record(z.string(), word).optional(),
    })
    .transform((rule): ValueRule => withoutUndefined(rule)),
  z
    .strictObject({ join: z.array(fieldPath).min(1), with: z.string(), all: z.boolean().optional() })
    .transform((rule): ValueRule => withoutUndefined(rule)),
  z.strictObject({ constant: z.string().min(1) }),
]);

const outcomeRule = z
  .strictObject({
    path: fieldPath,
    oneOf: oneOrMore(word).optional(),
    noneOf: oneOrMore(word).optional(),
    atLeast: z.number().optional(),
    outcome: z.enum(["success", "failure", "denied"]),
  })
  .transform((rule): OutcomeRule => withoutUndefined(rule));

const records = z.union([
  z.enum(["lines", "document"]).transform((kind): Framing => ({ kind })),
  z.strictObject({ array: z.union([z.literal(""), fieldPath]) }).transform(({ array }): Framing => ({
    kind: "array",
    path: typeof array === "string" ? [] : array.map(String),
  })),
  z
    .strictObject({ table: z.string().length(1), form: z.enum(["csv", "lake", "zeek"]).default("csv") })
    .transform(({ table, form }): Framing => ({ kind: "table", delimiter: table, form })),
]);

/** A mapping as YAML gives it. */
export const mappingFile = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "expected lower-case letters, digits and hyphens")
    .max(60)
    .refine((name) => !SOURCES.some((source) => source.name === name), "a source that ships has this name"),
  title: z.string().min(1).max(120).optional(),
  records: records.optional(),
  time: timeRule,
  recordedAt: timeRule.optional(),
  columns: z.strictObject(columnsShape()),
  outcome: z.array(outcomeRule).default([]),
  embedded: z.array(fieldPath).optional(),
  own: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/), fieldPath).default({}),
});

/** Every column, each with one rule or several. */
function columnsShape() {
  const rules = oneOrMore(valueRule).optional();
  return Object.fromEntries([...COLUMN_NAMES.keys()].map((name) => [name, rules]));
}

/** Exact optional properties: a part that was not written is not there. */
function withoutUndefined<T extends object>(rule: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  // Only members that are undefined are left out, which is what the type says.
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}

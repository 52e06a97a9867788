/**
 * A mapping that an examiner writes, as YAML with the parts that a shipped source has (docs/sources.md):
 *
 *     name: acme-gateway
 *     records: { array: response.items }
 *     time: { from: [meta.time], formats: [rfc3339] }
 *     columns:
 *       principal: [user.email, user.id]
 *       action: operation
 *     outcome:
 *       - { path: status, atLeast: 400, outcome: failure }
 */
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";

import { quote } from "../model/problem.ts";
import { columnName } from "./column-name.ts";
import { parseFieldPath } from "./field-path.ts";
import { type Framing } from "./framing.ts";
import { SOURCES } from "./registry.ts";
import {
  TEXT_COLUMNS,
  type FieldPath,
  type Mapping,
  type OutcomeRule,
  type Source,
  type TextColumn,
  type TimeFormat,
  type TimeRule,
  type ValueRule,
} from "./source.ts";

/** A mapping that can be used. */
export interface OwnMapping {
  readonly source: Source;
  /** How the records lie in a file; undefined: as the file shows. */
  readonly framing: Framing | undefined;
}

/** What is wrong with a mapping, and where; lines and columns from 1. */
export interface MappingFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type OwnMappingResult =
  | { readonly mapping: OwnMapping; readonly faults?: undefined }
  | { readonly mapping?: undefined; readonly faults: readonly MappingFault[] };

/** A mapping is text that a person wrote. */
const MAX_MAPPING_LENGTH = 256 * 1024;
/** Faults of a text that is no mapping at all could be many. */
const MAX_FAULTS = 50;

/** Reads a mapping. Never throws: what cannot be used is told, all of it, with its place. */
export function parseOwnMapping(text: string): OwnMappingResult {
  if (text.length > MAX_MAPPING_LENGTH) {
    const message = `expected a mapping of at most ${MAX_MAPPING_LENGTH} characters, got ${text.length}`;
    return { faults: [{ line: 1, column: 1, message }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeOf = (offset: number): Pick<MappingFault, "line" | "column"> => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    return { faults: document.errors.map(({ pos, message }) => ({ ...placeOf(pos[0]), message: firstLine(message) })) };
  }
  let value: unknown;
  try {
    // At most 100 aliases: more could make a small text expand without end.
    value = document.toJS();
  } catch (error) {
    return {
      faults: [{ line: 1, column: 1, message: firstLine(error instanceof Error ? error.message : String(error)) }],
    };
  }
  const result = mappingFile.safeParse(value);
  if (result.success) return { mapping: ownMapping(result.data) };
  const faults = result.error.issues.slice(0, MAX_FAULTS).map((issue) => ({
    ...placeOf(offsetOf(document, issue)),
    message: describe(issue, value),
  }));
  return { faults: faults.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** The column of an event by the name that queries use, too: `userAgent` for `user_agent`. */
const COLUMN_NAMES = new Map<string, TextColumn>(TEXT_COLUMNS.map((column) => [columnName(column), column]));

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

const mappingFile = z.strictObject({
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

function ownMapping(file: z.output<typeof mappingFile>): OwnMapping {
  const texts: Partial<Record<TextColumn, readonly ValueRule[]>> = {};
  for (const [name, rules] of Object.entries(file.columns)) {
    const column = COLUMN_NAMES.get(name);
    if (column && rules) texts[column] = rules;
  }
  const mapping: Mapping = {
    time: file.time satisfies TimeRule,
    texts,
    outcomes: file.outcome,
    ...(file.recordedAt && { recordedAt: file.recordedAt }),
    ...(file.embedded && { embedded: file.embedded }),
  };
  const source: Source = {
    name: file.name,
    title: file.title ?? file.name,
    shapes: [],
    arrays: [],
    aside: [],
    unmappedIsProblem: true,
    mapping,
    own: file.own,
    testedOn: "real records",
  };
  return { source, framing: file.records };
}

/** Exact optional properties: a part that was not written is not there. */
function withoutUndefined<T extends object>(rule: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  // Only members that are undefined are left out, which is what the type says.
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}

/** Where the key or value of an issue begins, or the nearest thing around it that is there. */
function offsetOf(document: Document.Parsed, given: z.core.$ZodIssue): number {
  const issue = nearest(given);
  const path = issue === given ? given.path : [...given.path, ...issue.path];
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isMap(node) && issue.code === "unrecognized_keys") {
      const key = node.items.find((item) => isScalar(item.key) && item.key.value === issue.keys[0])?.key;
      if (isNode(key) && key.range) return key.range[0];
    }
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range[0] ?? 0;
}

/** Of a value that fits none of several forms: what is wrong with the form that it comes nearest to. */
function nearest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flat().map(nearest);
  return inner.find(({ code }) => code === "custom" || code === "unrecognized_keys") ?? issue;
}

/** An issue in our own words. */
function describe(given: z.core.$ZodIssue, value: unknown): string {
  const issue = nearest(given);
  switch (issue.code) {
    case "custom":
    case "invalid_format":
      return issue.message;
    case "unrecognized_keys":
      return issue.path.at(-1) === "columns"
        ? `expected columns of ${[...COLUMN_NAMES.keys()].join(", ")}, got ${issue.keys.map(quote).join(", ")}`
        : `expected no ${issue.keys.map(quote).join(", ")} here`;
    case "invalid_union":
      return `expected another form of ${nameOf(issue.path)} (docs/sources.md)`;
    case "invalid_type":
      return `expected ${nameOf(issue.path)} to be ${issue.expected}, got ${typeOf(valueIn(value, issue.path))}`;
    case "invalid_value":
      return `expected one of ${issue.values.map(String).join(", ")}, got ${quote(String(valueIn(value, issue.path)))}`;
    default:
      return `${nameOf(issue.path)}: ${issue.message}`;
  }
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the mapping" : quote(path.map(String).join("."));
}

function typeOf(value: unknown): string {
  return value === undefined || value === null ? "nothing" : Array.isArray(value) ? "a list" : typeof value;
}

function valueIn(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const step of path) {
    // Only looked at to be described in a message.
    found = typeof found === "object" && found !== null ? (found as Record<PropertyKey, unknown>)[step] : undefined;
  }
  return found;
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? message;
}

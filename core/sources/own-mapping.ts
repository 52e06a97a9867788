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
import { type z } from "zod";

import { quote } from "../model/problem.ts";
import { type Framing } from "./framing.ts";
import { COLUMN_NAMES, mappingFile } from "./own-mapping-shape.ts";
import { type Mapping, type Source, type TextColumn, type TimeRule, type ValueRule } from "./source.ts";

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
  const faults = result.error.issues
    .flatMap(oneKeyEach)
    .slice(0, MAX_FAULTS)
    .map((issue) => ({
      ...placeOf(offsetOf(document, issue)),
      message: describe(issue, value),
    }));
  return { faults: faults.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** Keys that are not known are told one by one, each in its own place. */
function oneKeyEach(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : [issue];
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

/** Where the key or value of an issue begins, or the nearest thing around it that is there. */
function offsetOf(document: Document.Parsed, given: z.core.$ZodIssue): number {
  const issue = nearest(given);
  const path = issue === given ? given.path : [...given.path, ...issue.path];
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isMap(node) && issue.code === "unrecognized_keys") {
      const key = node.items.find((item) => isScalar(item.key) && item.key.value === issue.keys[0])?.key;
      if (isNode(key) && key.range) return key.range[0];
    }
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
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

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
    .flatMap(ofNearestForm)
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
function offsetOf(document: Document.Parsed, issue: z.core.$ZodIssue): number {
  const key = keyOf(document, issue);
  if (isNode(key) && key.range) return key.range[0];
  for (let length = issue.path.length; length >= 0; length--) {
    const node: unknown = document.getIn(issue.path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

/** The key that an issue is about, when it is about a key. */
function keyOf(document: Document.Parsed, issue: z.core.$ZodIssue): unknown {
  const { code, path } = issue;
  if (code !== "unrecognized_keys" && code !== "invalid_key") return undefined;
  const [map, name] = code === "invalid_key" ? [path.slice(0, -1), path.at(-1)] : [path, issue.keys[0]];
  const node: unknown = document.getIn(map, true);
  // Every key of the value is text; in YAML it may be a number.
  return isMap(node)
    ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(name))?.key
    : undefined;
}

/** Of a value that fits none of several forms: what is wrong with it in the form that it comes nearest to. */
function ofNearestForm(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const forms = issue.errors.map((form) => form.flatMap(ofNearestForm));
  const [nearest] = forms.toSorted((a, b) => distanceOf(a) - distanceOf(b));
  if (!nearest || distanceOf(nearest) >= OTHER_TYPE) return [issue];
  return nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** More than any number of faults: a value of another type is not meant to have that form. */
const OTHER_TYPE = 1_000_000;
/** A key that a form does not have speaks more against it than a value that is wrong. */
const OTHER_KEY = 100;

function distanceOf(form: readonly z.core.$ZodIssue[]): number {
  return form.reduce((sum, issue) => {
    if (issue.code === "unrecognized_keys") return sum + OTHER_KEY * issue.keys.length;
    return sum + (issue.path.length === 0 && issue.code.startsWith("invalid_") ? OTHER_TYPE : 1);
  }, 0);
}

/** An issue in our own words. */
function describe(issue: z.core.$ZodIssue, value: unknown): string {
  const name = nameOf(issue.path);
  const found = valueIn(value, issue.path);
  switch (issue.code) {
    case "custom":
    case "invalid_format":
      return issue.message;
    case "unrecognized_keys":
      return issue.path.at(-1) === "columns"
        ? `expected columns of ${[...COLUMN_NAMES.keys()].join(", ")}, got ${issue.keys.map(quote).join(", ")}`
        : `expected no ${issue.keys.map(quote).join(", ")} here`;
    case "invalid_key":
      return `expected a name of letters and digits that begins with a letter, got ${quote(String(issue.path.at(-1)))}`;
    case "invalid_union":
      return found === undefined
        ? `expected ${name}, got nothing`
        : `expected another form of ${name} (docs/sources.md)`;
    case "invalid_type":
      return `expected ${name} to be ${issue.expected}, got ${typeOf(found)}`;
    case "invalid_value":
      return `expected one of ${issue.values.map(String).join(", ")}, got ${quote(String(found))}`;
    default:
      return `${name}: ${issue.message}`;
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

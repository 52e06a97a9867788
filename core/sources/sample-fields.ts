import { stringify } from "yaml";

import { type JsonValue } from "../encoding/strict-json.ts";
import { columnName } from "./column-name.ts";
import { formatFieldPath, pathsOfRule } from "./field-path.ts";
import { type Framing } from "./framing.ts";
import { genericMapping } from "./generic-mapping.ts";
import { TEXT_COLUMNS, type FieldPath } from "./source.ts";
import { valueAt } from "./value-at.ts";

/** A member that sampled records have, for a person who maps them. */
export interface SampleField {
  /** As a mapping writes it. */
  readonly path: string;
  /** Sampled records that have it. */
  readonly count: number;
  /** The first value, cut. */
  readonly example: string;
}

/** More fields than a person reads through. */
const MAX_FIELDS = 500;
const MAX_DEPTH = 12;
const EXAMPLE_LENGTH = 120;

/** The members of a sample, in the order in which they first occur; of a list the first item stands for all. */
export function sampleFields(sample: readonly JsonValue[]): readonly SampleField[] {
  const fields = new Map<string, { count: number; readonly example: string }>();
  for (const record of sample) {
    for (const [path, value] of leaves(record, [])) {
      const name = formatFieldPath(path);
      const known = fields.get(name);
      if (known) known.count += 1;
      else if (fields.size < MAX_FIELDS) fields.set(name, { count: 1, example: cut(value) });
    }
  }
  return [...fields].map(([path, { count, example }]) => ({ path, count, example }));
}

/** A mapping to begin with: what the members of a sample suggest by their names, and of times by how they are written. */
export function draftMapping(label: string, framing: Framing, sample: readonly JsonValue[]): string {
  const has = (path: FieldPath): boolean =>
    sample.some((record) => {
      const value = valueAt(record, path);
      return value !== undefined && value !== null && typeof value !== "object";
    });
  const paths = (candidates: readonly FieldPath[]): readonly string[] => candidates.filter(has).map(formatFieldPath);
  const columns = TEXT_COLUMNS.flatMap((column): readonly (readonly [string, readonly string[]])[] => {
    const found = paths((genericMapping.texts[column] ?? []).flatMap(pathsOfRule));
    return found.length === 0 ? [] : [[columnName(column), found]];
  });
  const named = paths(genericMapping.time.from);
  const times =
    named.length > 0
      ? named
      : sampleFields(sample)
          .filter(looksLikeTime)
          .map(({ path }) => path);
  return stringify({
    name: nameFrom(label),
    title: label,
    ...recordsOf(framing),
    time: { from: times.length > 0 ? times : ["time"] },
    columns: columns.length > 0 ? Object.fromEntries(columns) : { action: ["action"] },
  });
}

const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d/;

function looksLikeTime({ example }: SampleField): boolean {
  return DATE_TIME.test(example);
}

function* leaves(value: JsonValue, path: FieldPath): Generator<readonly [FieldPath, JsonValue]> {
  if (typeof value !== "object" || value === null || path.length >= MAX_DEPTH) {
    if (path.length > 0) yield [path, value];
  } else if (Array.isArray(value)) {
    const [first] = value as readonly JsonValue[];
    if (first !== undefined) yield* leaves(first, [...path, 0]);
  } else {
    for (const [name, member] of Object.entries(value as Readonly<Record<string, JsonValue>>)) {
      yield* leaves(member, [...path, name]);
    }
  }
}

function cut(value: JsonValue): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > EXAMPLE_LENGTH ? `${text.slice(0, EXAMPLE_LENGTH)}…` : text;
}

function nameFrom(label: string): string {
  const name = label
    .toLowerCase()
    .replace(/(\.[a-z0-9]+)+$/, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return `${name === "" ? "log" : name}-by-hand`.slice(0, 60);
}

function recordsOf(framing: Framing): object {
  switch (framing.kind) {
    case "array":
      return { records: { array: formatFieldPath(framing.path) } };
    case "document":
      return { records: "document" };
    case "table":
      return { records: { table: framing.delimiter, form: framing.form } };
    default:
      return { records: "lines" };
  }
}

import { columnName } from "./column-name.ts";
import { formatFieldPath, pathsOfRule } from "./field-path.ts";
import { SOURCES } from "./registry.ts";
import { TEXT_COLUMNS, type FieldPath, type Source, type ValueRule } from "./source.ts";

/** A source as people and scripts are told about it (`assay sources --json`). */
export interface SourceDescription {
  readonly name: string;
  readonly title: string;
  /** Members that its records are recognised by, one list per shape. */
  readonly recognisedBy: readonly (readonly string[])[];
  /** How its files are read besides one record a line: `[…]`, `{"Records":[…]}`. */
  readonly arrays: readonly string[];
  /** Which members feed which column, in the order they are tried. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** What else its records tell, by a name of ours. */
  readonly own: Readonly<Record<string, string>>;
  readonly testedOn: Source["testedOn"];
}

/** Every source that ships. */
export function describeSources(): readonly SourceDescription[] {
  return SOURCES.map(describeSource);
}

function describeSource({ name, title, shapes, arrays, mapping, own, testedOn }: Source): SourceDescription {
  const texts = TEXT_COLUMNS.flatMap((column): readonly (readonly [string, readonly string[]])[] => {
    const rules = mapping.texts[column] ?? [];
    return rules.length === 0 ? [] : [[columnName(column), rules.map(describeRule)]];
  });
  return {
    name,
    title,
    recognisedBy: shapes.map((shape) => shape.map(({ path }) => formatFieldPath(path))),
    arrays: arrays.map(describeArray),
    columns: {
      time: mapping.time.from.map(formatFieldPath),
      ...(mapping.recordedAt && { recordedAt: mapping.recordedAt.from.map(formatFieldPath) }),
      ...Object.fromEntries(texts),
      outcome: [...new Set(mapping.outcomes.map(({ path }) => formatFieldPath(path)))],
    },
    own: Object.fromEntries(Object.entries(own).map(([key, path]) => [key, formatFieldPath(path)])),
    testedOn,
  };
}

function describeRule(rule: ValueRule): string {
  if ("constant" in rule) return JSON.stringify(rule.constant);
  return pathsOfRule(rule).map(formatFieldPath).join(" + ");
}

function describeArray(path: FieldPath): string {
  return path.reduceRight<string>((inner, name) => `{${JSON.stringify(name)}:${inner}}`, "[…]");
}

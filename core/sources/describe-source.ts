import { columnName } from "./column-name.ts";
import { formatFieldPath, pathsOfRule } from "./field-path.ts";
import { SOURCES } from "./registry.ts";
import {
  TEXT_COLUMNS,
  type FieldPath,
  type Mapping,
  type OutcomeRule,
  type Source,
  type TimeRule,
  type ValueRule,
} from "./source.ts";

/** A source as people and scripts are told about it (`assay sources --json`). */
export interface SourceDescription {
  readonly name: string;
  readonly title: string;
  /** Members that its records are recognised by, one list per shape. */
  readonly recognisedBy: readonly (readonly string[])[];
  /** How its files are read besides one record a line: `[…]`, `{"Records":[…]}`. */
  readonly arrays: readonly string[];
  /** Which members a column is read from, in the order they are looked at. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** What feeds which column, in the order it is tried, in words: members, texts of ours in quotes, and when. */
  readonly rules: Readonly<Record<string, readonly string[]>>;
  /** What else its records tell, by a name of ours. */
  readonly own: Readonly<Record<string, string>>;
  readonly testedOn: Source["testedOn"];
}

/** Every source that ships. */
export function describeSources(): readonly SourceDescription[] {
  return SOURCES.map(describeSource);
}

function describeSource({ name, title, shapes, arrays, mapping, own, testedOn }: Source): SourceDescription {
  const columns = columnsOf(mapping);
  return {
    name,
    title,
    recognisedBy: shapes.map((shape) => shape.map(({ path }) => formatFieldPath(path))),
    arrays: arrays.map(describeArray),
    columns: Object.fromEntries(columns.map(({ column, paths }) => [column, [...new Set(paths.map(formatFieldPath))]])),
    rules: Object.fromEntries(columns.map(({ column, rules }) => [column, rules])),
    own: Object.fromEntries(Object.entries(own).map(([key, path]) => [key, formatFieldPath(path)])),
    testedOn,
  };
}

interface DescribedColumn {
  readonly column: string;
  readonly paths: readonly FieldPath[];
  readonly rules: readonly string[];
}

/** The columns that a mapping feeds. */
function columnsOf({ time, recordedAt, texts, outcomes }: Mapping): readonly DescribedColumn[] {
  const ofTime = (column: string, { from }: TimeRule): DescribedColumn => {
    return { column, paths: from, rules: from.map(formatFieldPath) };
  };
  const columns: readonly DescribedColumn[] = [
    ofTime("time", time),
    ...(recordedAt ? [ofTime("recordedAt", recordedAt)] : []),
    ...TEXT_COLUMNS.map((column): DescribedColumn => {
      const rules = texts[column] ?? [];
      return { column: columnName(column), paths: rules.flatMap(pathsOfRule), rules: rules.map(describeRule) };
    }),
    { column: "outcome", paths: outcomes.map(({ path }) => path), rules: outcomes.map(describeOutcome) },
  ];
  return columns.filter(({ rules }) => rules.length > 0);
}

function describeRule(rule: ValueRule): string {
  if ("constant" in rule) return JSON.stringify(rule.constant);
  if ("join" in rule) return rule.join.map(formatFieldPath).join(" + ");
  const { path, startsWith, when, gives, words = {} } = rule;
  const name = formatFieldPath(path);
  const spoken = Object.entries(words).map(([from, to]) => `${from} as ${to}`);
  const value = spoken.length === 0 ? name : `${name}, ${spoken.join(", ")}`;
  const conditions = [
    ...(gives !== undefined && startsWith === undefined ? [name] : []),
    ...(startsWith === undefined ? [] : [`${name} begins with ${startsWith}`]),
    ...(when ? [describeChoice(when)] : []),
  ];
  const given = gives === undefined ? value : JSON.stringify(gives);
  return conditions.length === 0 ? given : `${given} if ${conditions.join(" and ")}`;
}

function describeOutcome({ path, oneOf, noneOf, atLeast, outcome }: OutcomeRule): string {
  const name = formatFieldPath(path);
  const conditions = [
    ...(oneOf ? [describeChoice({ path, oneOf })] : []),
    ...(noneOf ? [`${name} is not ${noneOf.join(" or ")}`] : []),
    ...(atLeast === undefined ? [] : [`${name} is at least ${atLeast}`]),
  ];
  return `${outcome} if ${conditions.length === 0 ? name : conditions.join(" and ")}`;
}

function describeChoice({ path, oneOf }: { readonly path: FieldPath; readonly oneOf: readonly string[] }): string {
  return `${formatFieldPath(path)} is ${oneOf.join(" or ")}`;
}

function describeArray(path: FieldPath): string {
  return path.reduceRight<string>((inner, name) => `{${JSON.stringify(name)}:${inner}}`, "[…]");
}

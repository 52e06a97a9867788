import {
  type FieldPath,
  type Mapping,
  type OutcomeRule,
  type TextColumn,
  type TimeFormat,
  type TimeRule,
  type ValueRule,
} from "../sources/source.ts";
import { fieldReader, type FieldReader } from "./field-reader.ts";
import { joinSql, literal, sql, type Sql } from "./sql.ts";

/** A mapping as SQL: the relation that reads the records, and one expression over it per column of `event`. */
export interface CompiledMapping {
  /** The relation over NDJSON files that every expression below is read from. */
  readonly from: FieldReader["from"];
  readonly time: Sql;
  readonly timeRecorded: Sql;
  readonly recordedAt: Sql;
  readonly outcome: Sql;
  readonly texts: Readonly<Record<TextColumn, Sql>>;
  /** True for a row in which nothing was found: a line that is no JSON object, or one without any mapped member. */
  readonly isEmpty: Sql;
  /** `_log` of the record, NULL where it has none. */
  readonly logMember: Sql;
}

export const TEXT_COLUMNS: readonly TextColumn[] = [
  "principal",
  "principal_kind",
  "credential",
  "session",
  "action",
  "service",
  "resource",
  "error",
  "address",
  "user_agent",
  "account",
  "region",
  "request_id",
  "event_id",
  "request_digest",
  "response_digest",
];

const LOG_MEMBER: FieldPath = ["_log"];

/** Compiles a mapping. The result holds names of the mapping only, quoted, never anything from evidence. */
export function compileMapping(mapping: Mapping): CompiledMapping {
  const reader = fieldReader({ texts: pathsOf(mapping) });
  const value = reader.text;
  const texts = Object.fromEntries(
    TEXT_COLUMNS.map((column) => [column, textSql(mapping.texts[column] ?? [], value)]),
  ) as Record<TextColumn, Sql>; // every name of TEXT_COLUMNS is a key
  return {
    from: reader.from,
    time: timeSql(mapping.time, value),
    timeRecorded: coalesceSql(mapping.time.from.map(value)),
    recordedAt: mapping.recordedAt ? timeSql(mapping.recordedAt, value) : sql`NULL::BIGINT`,
    outcome: outcomeSql(mapping.outcomes, value),
    texts,
    isEmpty: reader.isEmpty,
    logMember: value(LOG_MEMBER),
  };
}

function pathsOf(mapping: Mapping): readonly FieldPath[] {
  return [
    LOG_MEMBER,
    ...mapping.time.from,
    ...(mapping.recordedAt?.from ?? []),
    ...Object.values(mapping.texts).flatMap((rules) => rules.map((rule) => rule.path)),
    ...mapping.outcomes.map((rule) => rule.path),
  ];
}

function textSql(rules: readonly ValueRule[], value: (path: FieldPath) => Sql): Sql {
  return coalesceSql(
    rules.map(({ path, startsWith }) =>
      startsWith === undefined
        ? value(path)
        : sql`CASE WHEN starts_with(${value(path)}, ${literal(startsWith)}) THEN ${value(path)} END`,
    ),
  );
}

function coalesceSql(values: readonly Sql[]): Sql {
  if (values.length === 0) return sql`NULL::VARCHAR`;
  const [only] = values;
  return values.length === 1 && only ? only : sql`coalesce(${joinSql(values, sql`, `)})`;
}

/** 1990-01-01 and 2100-01-01, nanoseconds: a time outside is a problem of the record, not a moment on the timeline. */
export const TIME_RANGE = { from: 631_152_000_000_000_000n, to: 4_102_444_800_000_000_000n } as const;

const RFC3339 = "\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)";
const NUMBER = "-?\\d{1,22}(\\.\\d{1,9})?";
const NANOSECONDS: Readonly<Record<Exclude<TimeFormat, "rfc3339">, string>> = {
  "epoch-s": "1000000000",
  "epoch-ms": "1000000",
  "epoch-ns": "1",
};

/** Nanoseconds of the first value that is there, by the first format that reads it as a moment in the range. */
function timeSql(rule: TimeRule, value: (path: FieldPath) => Sql): Sql {
  const recorded = coalesceSql(rule.from.map(value));
  return coalesceSql(
    rule.formats.map((format) => {
      const nanoseconds =
        format === "rfc3339"
          ? sql`CASE WHEN regexp_full_match(${recorded}, ${literal(RFC3339)})
                THEN epoch_ns(TRY_CAST(${recorded} AS TIMESTAMP_NS)) END`
          : sql`CASE WHEN regexp_full_match(${recorded}, ${literal(NUMBER)})
                THEN TRY_CAST(TRY_CAST(${recorded} AS DECIMAL(38, 9)) * ${integerSql(NANOSECONDS[format])} AS BIGINT) END`;
      return inRangeSql(nanoseconds);
    }),
  );
}

function inRangeSql(nanoseconds: Sql): Sql {
  return sql`CASE WHEN ${nanoseconds} BETWEEN ${integerSql(TIME_RANGE.from.toString())}
             AND ${integerSql((TIME_RANGE.to - 1n).toString())} THEN ${nanoseconds} END`;
}

/** A whole-number constant of ours, which the planner can fold. */
function integerSql(digits: string): Sql {
  return sql`CAST(${literal(digits)} AS BIGINT)`;
}

function outcomeSql(rules: readonly OutcomeRule[], value: (path: FieldPath) => Sql): Sql {
  if (rules.length === 0) return sql`NULL::VARCHAR`;
  const cases = rules.map(({ path, oneOf, outcome }) => {
    const condition = oneOf
      ? sql`${value(path)} IN (${joinSql(oneOf.map(literal), sql`, `)})`
      : sql`${value(path)} IS NOT NULL`;
    return sql`WHEN ${condition} THEN ${literal(outcome)}`;
  });
  return sql`CASE ${joinSql(cases, sql` `)} END`;
}

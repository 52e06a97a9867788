import { mappingPaths } from "../sources/mapping-paths.ts";
import {
  TEXT_COLUMNS,
  type EpochFormat,
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
  readonly traits: Sql;
  readonly givesNested: FieldReader["givesNested"];
  /** True for a row in which nothing was found: a line that is no JSON object, or one without any mapped member. */
  readonly isEmpty: Sql;
  /** `_log` of the record, NULL where it has none. */
  readonly logMember: Sql;
}

const LOG_MEMBER: FieldPath = ["_log"];

/** Compiles a mapping. The result holds names of the mapping only, quoted, never anything from evidence. */
export function compileMapping(mapping: Mapping): CompiledMapping {
  const reader = fieldReader({ texts: [LOG_MEMBER, ...mappingPaths(mapping)], embedded: mapping.embedded ?? [] });
  const value = reader.text;
  const texts = Object.fromEntries(
    TEXT_COLUMNS.map((column) => [column, textSql(mapping.texts[column] ?? [], reader)]),
  ) as Record<TextColumn, Sql>; // every name of TEXT_COLUMNS is a key
  return {
    from: reader.from,
    time: timeSql(mapping.time, value),
    timeRecorded: coalesceSql(mapping.time.from.map(value)),
    recordedAt: mapping.recordedAt ? timeSql(mapping.recordedAt, value) : sql`NULL::BIGINT`,
    outcome: outcomeSql(mapping.outcomes, value),
    texts,
    traits: mapping.traits ? sql`[${joinSql(mapping.traits.map(value), sql`, `)}]` : sql`NULL::VARCHAR[]`,
    givesNested: reader.givesNested,
    isEmpty: reader.isEmpty,
    logMember: value(LOG_MEMBER),
  };
}

function textSql(rules: readonly ValueRule[], reader: FieldReader): Sql {
  return coalesceSql(rules.map((rule) => ruleSql(rule, reader)));
}

function ruleSql(rule: ValueRule, { text, isEmpty }: FieldReader): Sql {
  if ("constant" in rule) return sql`CASE WHEN NOT ${isEmpty} THEN ${literal(rule.constant)} END`;
  if ("join" in rule) return joinedSql(rule.join.map(text), rule.with, rule.all === true);
  const value = text(rule.path);
  const given = rule.gives === undefined ? wordSql(value, rule.words) : literal(rule.gives);
  const conditions = [
    ...(rule.startsWith === undefined ? [] : [sql`starts_with(${value}, ${literal(rule.startsWith)})`]),
    ...(rule.startsWith === undefined && rule.gives !== undefined ? [sql`${value} IS NOT NULL`] : []),
    ...(rule.when ? [isOneOfSql(text(rule.when.path), rule.when.oneOf)] : []),
  ];
  return conditions.length === 0 ? given : sql`CASE WHEN ${joinSql(conditions, sql` AND `)} THEN ${given} END`;
}

function wordSql(value: Sql, words: Readonly<Record<string, string>> | undefined): Sql {
  if (words === undefined) return value;
  const cases = Object.entries(words).map(([from, to]) => sql`WHEN ${literal(from)} THEN ${literal(to)}`);
  return sql`CASE ${value} ${joinSql(cases, sql` `)} ELSE ${value} END`;
}

function joinedSql(values: readonly Sql[], separator: string, all: boolean): Sql {
  const joined = sql`nullif(concat_ws(${literal(separator)}, ${joinSql(values, sql`, `)}), '')`;
  if (!all) return joined;
  const conditions = values.map((value) => sql`${value} IS NOT NULL`);
  return sql`CASE WHEN ${joinSql(conditions, sql` AND `)} THEN ${joined} END`;
}

function coalesceSql(values: readonly Sql[]): Sql {
  if (values.length === 0) return sql`NULL::VARCHAR`;
  const [only] = values;
  return values.length === 1 && only ? only : sql`coalesce(${joinSql(values, sql`, `)})`;
}

/** 1990-01-01 and 2100-01-01, nanoseconds: a time outside is a problem of the record, not a moment on the timeline. */
export const TIME_RANGE = { from: 631_152_000_000_000_000n, to: 4_102_444_800_000_000_000n } as const;

const DATE_TIME = "\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?";
const DATE_TIME_FORMS = { rfc3339: `${DATE_TIME}([Zz]|[+-]\\d\\d:\\d\\d)`, utc: DATE_TIME } as const;
/** Decimals behind a number of units, as many as make a nanosecond of a second. */
const DECIMALS = 9;
const NUMBER = `\\d{1,19}(\\.\\d{1,${DECIMALS}})?`;
const NANOSECONDS: Readonly<Record<EpochFormat, bigint>> = {
  "epoch-s": 1_000_000_000n,
  "epoch-ms": 1_000_000n,
  "epoch-us": 1_000n,
  "epoch-ns": 1n,
};

/** Nanoseconds of the first value that is there, by the first format that reads it as a moment in the range. */
function timeSql(rule: TimeRule, value: (path: FieldPath) => Sql): Sql {
  const recorded = coalesceSql(rule.from.map(value));
  return coalesceSql(rule.formats.map((format) => momentSql(recorded, format)));
}

function momentSql(recorded: Sql, format: TimeFormat): Sql {
  if (typeof format === "object")
    return inRangeSql(sql`epoch_ns(try_strptime(${recorded}, ${literal(format.pattern)}))`);
  if (format === "rfc3339" || format === "utc") {
    return inRangeSql(sql`CASE WHEN regexp_full_match(${recorded}, ${literal(DATE_TIME_FORMS[format])})
      THEN epoch_ns(TRY_CAST(${recorded} AS TIMESTAMP_NS)) END`);
  }
  return epochSql(recorded, NANOSECONDS[format]);
}

function inRangeSql(nanoseconds: Sql): Sql {
  return sql`CASE WHEN ${betweenSql(nanoseconds, TIME_RANGE.from, TIME_RANGE.to)} THEN ${nanoseconds} END`;
}

/**
 * Whole units and decimals apart, of numbers in the range alone, so that nothing overflows. As a decimal of 38 digits, which
 * would hold both, a value costs 26 to 40 microseconds (DuckDB 1.5.6), and this one.
 */
function epochSql(recorded: Sql, nanoseconds: bigint): Sql {
  const units = sql`TRY_CAST(split_part(${recorded}, '.', 1) AS BIGINT)`;
  const decimals = sql`CAST(rpad(split_part(${recorded}, '.', 2), ${integerSql(BigInt(DECIMALS))}::INTEGER, '0') AS BIGINT)`;
  const isInRange = betweenSql(units, TIME_RANGE.from / nanoseconds, TIME_RANGE.to / nanoseconds);
  return sql`CASE WHEN regexp_full_match(${recorded}, ${literal(NUMBER)}) AND ${isInRange}
    THEN ${units} * ${integerSql(nanoseconds)} + ${decimals} // ${integerSql(10n ** BigInt(DECIMALS) / nanoseconds)} END`;
}

function betweenSql(value: Sql, from: bigint, to: bigint): Sql {
  return sql`${value} BETWEEN ${integerSql(from)} AND ${integerSql(to - 1n)}`;
}

/** A whole-number constant of ours, which the planner can fold. */
function integerSql(value: bigint): Sql {
  return sql`CAST(${literal(value.toString())} AS BIGINT)`;
}

function outcomeSql(rules: readonly OutcomeRule[], value: (path: FieldPath) => Sql): Sql {
  if (rules.length === 0) return sql`NULL::VARCHAR`;
  const cases = rules.map((rule) => {
    const text = value(rule.path);
    const conditions = [
      ...(rule.oneOf ? [isOneOfSql(text, rule.oneOf)] : []),
      ...(rule.noneOf ? [sql`NOT ${isOneOfSql(text, rule.noneOf)}`] : []),
      ...(rule.atLeast === undefined
        ? []
        : [sql`TRY_CAST(${text} AS DOUBLE) >= ${literal(String(rule.atLeast))}::DOUBLE`]),
    ];
    const condition = conditions.length === 0 ? sql`${text} IS NOT NULL` : joinSql(conditions, sql` AND `);
    return sql`WHEN ${condition} THEN ${literal(rule.outcome)}`;
  });
  return sql`CASE ${joinSql(cases, sql` `)} END`;
}

/** DuckDB makes a join of a long `IN`, and a join keeps no order of rows. */
function isOneOfSql(value: Sql, texts: readonly string[]): Sql {
  return sql`list_contains([${joinSql(texts.map(literal), sql`, `)}], ${value})`;
}

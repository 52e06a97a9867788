import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { type SqlSession } from "../casefile/database.ts";
import { integerOf } from "../casefile/row.ts";
import { present } from "../model/assert.ts";
import { type RecordField } from "../sources/record-field.ts";
import { type FieldColumns, type Relation } from "./expression-sql.ts";

/** A member of records that rules look at: its path, and how many of them do. The empty path is the record as text. */
export interface WantedField {
  readonly path: readonly string[];
  readonly uses: number;
  /** Whether some rule asks if the member is there at all. */
  readonly presence: boolean;
}

/** A relation of events (`seq`, `source`, `key`) that rules are run over. */
export interface Searchable {
  readonly name: Sql;
  readonly relation: Relation;
  /** The same, of which only the columns of the key are known. */
  readonly keyRelation: Relation;
  /** Columns that `key` is a hash of: `source`, and those that have few values. */
  readonly keyColumns: readonly Sql[];
}

/** The values that rules look at, read out of records. */
export interface RecordTable extends Searchable {
  /** Paths of which no event has a value. */
  readonly empty: ReadonlySet<string>;
}

/** The columns of one path: t<number> its value as text, l<number> members of an array, p<number> whether it is there. */
export interface ReadField {
  readonly number: number;
  readonly path: readonly string[];
  readonly presence: boolean;
  readonly isKey: boolean;
  /** Events that have a value, and that have an array. */
  readonly texts: number;
  readonly lists: number;
}

/** What paths are called, in relations and in the case. */
export function keyOf(path: readonly string[]): string {
  return JSON.stringify(path);
}

export function textColumn(number: number): Sql {
  return identifier(`t${number}`);
}

function listColumn(number: number): Sql {
  return identifier(`l${number}`);
}

function presenceColumn(number: number): Sql {
  return identifier(`p${number}`);
}

/** A table of fields that were read, as conditions see it. */
export function describeTable(name: Sql, fields: readonly ReadField[]): RecordTable {
  const byPath = new Map(fields.map((field) => [keyOf(field.path), field]));
  const columns = (path: string, isKnown: (field: ReadField) => boolean): FieldColumns | undefined => {
    const field = byPath.get(path);
    if (!field || !isKnown(field)) return undefined;
    return {
      text: textColumn(field.number),
      list: field.lists > 0 ? listColumn(field.number) : null,
      presence: field.presence ? presenceColumn(field.number) : null,
    };
  };
  const isKey = (field: ReadField): boolean => field.isKey && field.lists === 0;
  const record = byPath.get("[]");
  return {
    name,
    relation: { columns: (path) => columns(path, () => true), record: record && textColumn(record.number) },
    keyRelation: {
      columns: (path) => {
        const known = columns(path, isKey);
        return known && { ...known, presence: null };
      },
      record: undefined,
    },
    keyColumns: [sql`source`, ...fields.filter(isKey).map(({ number }) => textColumn(number))],
    empty: new Set(fields.filter(({ texts, lists }) => texts === 0 && lists === 0).map(({ path }) => keyOf(path))),
  };
}

/** What is to be read of records for these fields, and the columns that it becomes. */
export function readingOf(fields: readonly WantedField[]): {
  readonly read: readonly RecordField[];
  readonly columns: Sql;
} {
  const tops = [...new Set(fields.flatMap(({ path: [top] }) => (top === undefined ? [] : [top])))];
  const needsRecord = fields.some(({ path, presence }) => path.length === 0 || presence);
  const read = [
    ...tops.map((top, index) => ({ name: `m${index}`, path: [top], as: "json" as const })),
    ...(needsRecord ? [{ name: "record", path: [], as: "json" as const }] : []),
  ];
  const member = (path: readonly string[]): Sql =>
    // A record is read as it is written; extracted, its texts are escaped in one way, as those of members are.
    path[0] === undefined ? sql`json_extract(record, '$')` : identifier(`m${tops.indexOf(path[0])}`);
  const columns = fields.flatMap(({ path, presence }, number) => [
    sql`${textSql(member(path), path.slice(1))} AS ${textColumn(number)}`,
    sql`${listSql(member(path), path.slice(1))} AS ${listColumn(number)}`,
    ...(presence ? [sql`${presenceSql(path)} AS ${presenceColumn(number)}`] : []),
  ]);
  return { read, columns: joinSql(columns, sql`, `) };
}

/** The fields of a table with how many of its events have them. */
export async function countFields(
  session: Pick<SqlSession, "query">,
  table: Sql,
  fields: readonly WantedField[],
  keys: readonly number[],
): Promise<readonly ReadField[]> {
  const counts = fields.map(
    (_, number) =>
      sql`count(${textColumn(number)}) AS ${identifier(`texts${number}`)}, count(${listColumn(number)}) AS ${identifier(`lists${number}`)}`,
  );
  const [counted] = await session.query(sql`SELECT ${joinSql(counts, sql`, `)} FROM ${table}`);
  const row = present(counted, "an aggregate has one row");
  return fields.map(({ path, presence }, number) => ({
    number,
    path,
    presence,
    isKey: keys.includes(number),
    texts: integerOf(row, `texts${number}`),
    lists: integerOf(row, `lists${number}`),
  }));
}

function extractSql(json: Sql, path: readonly string[]): Sql {
  return path.length === 0 ? json : sql`json_extract(${json}, ${literal(jsonPath(path))})`;
}

function jsonPath(path: readonly string[]): string {
  return `$${path.map((name) => `."${name.replace(/["\\]/g, "\\$&")}"`).join("")}`;
}

/** A scalar as text, an object as JSON text; NULL for null, an array, and nothing. */
function textSql(member: Sql, rest: readonly string[]): Sql {
  const value = extractSql(member, rest);
  return sql`CASE json_type(${value}) WHEN 'OBJECT' THEN CAST(${value} AS VARCHAR) WHEN 'ARRAY' THEN NULL
             WHEN 'NULL' THEN NULL ELSE ${value}->>'$' END`;
}

/**
 * The values below arrays: of the array that the path ends at, and of each member of an array on its way. Members that are
 * null are no values. NULL where no array is met.
 */
function listSql(member: Sql, rest: readonly string[]): Sql {
  const straight = extractSql(member, rest);
  // The names of the path are in the text of the member if the path leads anywhere, and most records do not have them.
  const mayLead = sql`(json_type(${straight}) = 'ARRAY' OR (${straight} IS NULL AND contains(CAST(${member} AS VARCHAR), '[')
    AND contains(CAST(${member} AS VARCHAR), ${literal(JSON.stringify(rest.at(-1) ?? ""))})))`;
  let values = sql`[${member}]`;
  for (const name of rest) {
    const step = literal(jsonPath([name]));
    const steps = literal(`$[*].${JSON.stringify(name)}`);
    values = sql`flatten(list_transform(${values}, lambda j: CASE json_type(j) WHEN 'ARRAY' THEN json_extract(j, ${steps})
      ELSE [json_extract(j, ${step})] END))`;
  }
  const members = sql`flatten(list_transform(${values}, lambda j: CASE json_type(j) WHEN 'ARRAY' THEN json_extract(j, '$[*]')
    ELSE [j] END))`;
  const texts = sql`list_transform(list_filter(${members}, lambda j: j IS NOT NULL AND json_type(j) <> 'NULL'),
    lambda j: CASE WHEN json_type(j) IN ('OBJECT', 'ARRAY') THEN CAST(j AS VARCHAR) ELSE j->>'$' END)`;
  return rest.length === 0
    ? sql`CASE WHEN json_type(${member}) = 'ARRAY' THEN ${texts} END`
    : sql`CASE WHEN ${mayLead} THEN ${texts} END`;
}

/** Whether the record has the member, be its value null or an empty text; below arrays, whether any member of them has. */
function presenceSql(path: readonly string[]): Sql {
  let holders = sql`[record]`;
  for (const name of path) {
    const step = literal(jsonPath([name]));
    holders = sql`flatten(list_transform(${holders}, lambda j: CASE json_type(j) WHEN 'ARRAY'
      THEN list_transform(list_filter(json_extract(j, '$[*]'), lambda k: json_exists(k, ${step})), lambda k: json_extract(k, ${step}))
      WHEN 'OBJECT' THEN CASE WHEN json_exists(j, ${step}) THEN [json_extract(j, ${step})] ELSE [] END ELSE [] END))`;
  }
  return sql`coalesce(len(${holders}) > 0, false)`;
}

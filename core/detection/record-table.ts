import { type CaseFile } from "../casefile/case-file.ts";
import { type SqlSession } from "../casefile/database.ts";
import { withRecordFields } from "../casefile/record-fields.ts";
import { integerOf, textOf } from "../casefile/row.ts";
import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type FieldColumns, type Relation } from "./expression-sql.ts";

/** A member of records that rules look at: its path, and how many of them do. The empty path is the record as text. */
export interface WantedField {
  readonly path: readonly string[];
  readonly uses: number;
  /** Whether some rule asks if the member is there at all. */
  readonly presence: boolean;
}

/** The values that rules look at, of one exhibit's events, read out of its records once and kept in the case. */
export interface RecordTable {
  readonly name: Sql;
  readonly relation: Relation;
  /** The same, of which only the columns of the key are known. */
  readonly keyRelation: Relation;
  /** Columns that `key` is a hash of: `source`, and those that have few values. */
  readonly keyColumns: readonly Sql[];
  /** Paths of which no event has a value. */
  readonly empty: ReadonlySet<string>;
}

/** One path of a table, as the case remembers it. */
interface KeptField {
  readonly number: number;
  readonly path: readonly string[];
  readonly presence: boolean;
  readonly isKey: boolean;
  readonly texts: number;
  readonly lists: number;
}

/**
 * The table of an exhibit with at least these fields; made, or made anew with what it had and these, when it is not there.
 * It reads every record once, at about the speed of an import, so it is kept. Throws as `withRecordFields`.
 */
export async function recordTable(
  caseFile: CaseFile,
  exhibit: string,
  wanted: readonly WantedField[],
  signal: AbortSignal | undefined,
): Promise<RecordTable> {
  const kept = await readKept(caseFile, exhibit);
  const known = new Map(kept.map((field) => [keyOf(field.path), field]));
  const covered = wanted.every(({ path, presence }) => {
    const field = known.get(keyOf(path));
    return field !== undefined && (field.presence || !presence);
  });
  if (covered && kept.length > 0) return describeTable(exhibit, kept);
  const all = new Map(
    kept.map(({ path, presence }): [string, WantedField] => [keyOf(path), { path, presence, uses: 0 }]),
  );
  for (const field of wanted) {
    const before = all.get(keyOf(field.path));
    all.set(keyOf(field.path), { ...field, presence: field.presence || (before?.presence ?? false) });
  }
  await buildTable(caseFile, exhibit, [...all.values()], signal);
  return describeTable(exhibit, await readKept(caseFile, exhibit));
}

/** The table of an exhibit as it is kept. */
export async function keptRecordTable(session: Pick<SqlSession, "query">, exhibit: string): Promise<RecordTable> {
  return describeTable(exhibit, await readKept(session, exhibit));
}

function keyOf(path: readonly string[]): string {
  return JSON.stringify(path);
}

function tableName(exhibit: string): Sql {
  return identifier(`detection_record_${exhibit.slice(2)}`);
}

async function readKept(session: Pick<SqlSession, "query">, exhibit: string): Promise<readonly KeptField[]> {
  const rows = await session.query(
    sql`SELECT number, path, presence, is_key, texts, lists FROM detection_field WHERE exhibit = ${exhibit} ORDER BY number`,
  );
  return rows.map((row) => ({
    number: integerOf(row, "number"),
    // Written by buildTable.
    path: JSON.parse(textOf(row, "path")) as readonly string[],
    presence: row["presence"] === true,
    isKey: row["is_key"] === true,
    texts: integerOf(row, "texts"),
    lists: integerOf(row, "lists"),
  }));
}

function describeTable(exhibit: string, kept: readonly KeptField[]): RecordTable {
  const byPath = new Map(kept.map((field) => [keyOf(field.path), field]));
  const columns = (path: string, isKnown: (field: KeptField) => boolean): FieldColumns | undefined => {
    const field = byPath.get(path);
    if (!field || !isKnown(field)) return undefined;
    return {
      text: textColumn(field.number),
      list: field.lists > 0 ? listColumn(field.number) : null,
      presence: field.presence ? presenceColumn(field.number) : null,
    };
  };
  const isKey = (field: KeptField): boolean => field.isKey && field.lists === 0;
  const record = byPath.get("[]");
  return {
    name: tableName(exhibit),
    relation: { columns: (path) => columns(path, () => true), record: record && textColumn(record.number) },
    keyRelation: {
      columns: (path) => {
        const known = columns(path, isKey);
        return known && { ...known, presence: null };
      },
      record: undefined,
    },
    keyColumns: [sql`source`, ...kept.filter(isKey).map(({ number }) => textColumn(number))],
    empty: new Set(kept.filter(({ texts, lists }) => texts === 0 && lists === 0).map(({ path }) => keyOf(path))),
  };
}

function textColumn(number: number): Sql {
  return identifier(`t${number}`);
}

function listColumn(number: number): Sql {
  return identifier(`l${number}`);
}

function presenceColumn(number: number): Sql {
  return identifier(`p${number}`);
}

async function buildTable(
  caseFile: CaseFile,
  exhibit: string,
  fields: readonly WantedField[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const tops = [...new Set(fields.flatMap(({ path: [top] }) => (top === undefined ? [] : [top])))];
  const needsRecord = fields.some(({ path, presence }) => path.length === 0 || presence);
  const read = [
    ...tops.map((top, index) => ({ name: `m${index}`, path: [top], as: "json" as const })),
    ...(needsRecord ? [{ name: "record", path: [], as: "json" as const }] : []),
  ];
  const member = (path: readonly string[]): Sql =>
    identifier(path[0] === undefined ? "record" : `m${tops.indexOf(path[0])}`);
  const columns = joinSql(
    fields.flatMap(({ path, presence }, number) => [
      sql`${textSql(member(path), path.slice(1))} AS ${textColumn(number)}`,
      sql`${listSql(member(path), path.slice(1))} AS ${listColumn(number)}`,
      ...(presence ? [sql`${presenceSql(path)} AS ${presenceColumn(number)}`] : []),
    ]),
    sql`, `,
  );
  await withRecordFields(caseFile, exhibit, read, async (records) => {
    throwIfCancelled(signal);
    const keys = await chooseKeys(caseFile, sql`(SELECT ${columns} FROM ${records} LIMIT ${SAMPLE_ROWS})`, fields);
    const table = tableName(exhibit);
    await caseFile.transaction(
      async (session) => {
        await session.run(sql`DROP TABLE IF EXISTS ${table}`);
        await session.run(sql`DELETE FROM detection_field WHERE exhibit = ${exhibit}`);
        const key = joinSql([sql`source`, ...keys.map(textColumn)], sql`, `);
        await session.run(
          sql`CREATE TABLE ${table} AS SELECT hash(${key}) AS key, * FROM
              (SELECT seq, source, ${columns} FROM ${records} JOIN ${searchedEvents(exhibit)} USING (seq))`,
          { signal },
        );
        const counts = fields.map(
          (_, number) =>
            sql`count(${textColumn(number)}) AS ${identifier(`texts${number}`)}, count(${listColumn(number)}) AS ${identifier(`lists${number}`)}`,
        );
        const [counted] = await session.query(sql`SELECT ${joinSql(counts, sql`, `)} FROM ${table}`);
        const row = present(counted, "an aggregate has one row");
        for (const [number, { path, presence }] of fields.entries()) {
          await session.run(sql`INSERT INTO detection_field VALUES (${exhibit}, ${number}, ${keyOf(path)}, ${presence},
            ${keys.includes(number)}, ${integerOf(row, `texts${number}`)}, ${integerOf(row, `lists${number}`)})`);
        }
      },
      { announce: false },
    );
  });
}

/** Events that rules look at: no records of the log itself, none that could not be read, each record once. */
function searchedEvents(exhibit: string): Sql {
  return sql`(SELECT seq, source FROM event WHERE exhibit = ${Number(exhibit.slice(2))} AND kind = 'event'
              AND seq NOT IN (SELECT seq FROM record_copy))`;
}

const SAMPLE_ROWS = 20_000;
/** A column with more values than this would make the dictionary of keys as long as the events. */
const MAX_VALUES_OF_COLUMN = 400;
const MAX_KEYS = 8_000;

/**
 * The fields whose values are few, most used first, as long as their combinations stay few: rules that look at nothing
 * else are decided once per combination instead of once per event. Measured on a sample; only speed depends on it.
 */
async function chooseKeys(caseFile: CaseFile, sample: Sql, fields: readonly WantedField[]): Promise<readonly number[]> {
  const byUse = fields
    .map(({ uses, path }, number) => ({ uses, number, path }))
    .filter(({ uses, path }) => uses > 0 && path.length > 0)
    .toSorted((a, b) => b.uses - a.uses || a.number - b.number);
  if (byUse.length === 0) return [];
  const name = identifier("detection_sample");
  await caseFile.run(sql`CREATE OR REPLACE TEMP TABLE ${name} AS SELECT * FROM ${sample}`);
  try {
    const distinct = async (columns: readonly (readonly number[])[]): Promise<readonly number[]> => {
      const counts = columns.map(
        (numbers, at) =>
          sql`count(DISTINCT hash(${joinSql(numbers.map(textColumn), sql`, `)})) AS ${identifier(`d${at}`)}`,
      );
      const [row] = await caseFile.query(sql`SELECT ${joinSql(counts, sql`, `)} FROM ${name}`);
      return columns.map((_, at) => integerOf(present(row, "an aggregate has one row"), `d${at}`));
    };
    const alone = await distinct(byUse.map(({ number }) => [number]));
    const few = byUse.filter((_, at) => (alone[at] ?? 0) > 1 && (alone[at] ?? 0) <= MAX_VALUES_OF_COLUMN);
    if (few.length === 0) return [];
    const prefixes = await distinct(few.map((_, at) => few.slice(0, at + 1).map(({ number }) => number)));
    const kept = prefixes.filter((count) => count <= MAX_KEYS).length;
    return few.slice(0, kept).map(({ number }) => number);
  } finally {
    await caseFile.run(sql`DROP TABLE IF EXISTS ${name}`);
  }
}

function extractSql(json: Sql, path: readonly string[]): Sql {
  return path.length === 0 ? json : sql`json_extract(${json}, ${literal(jsonPath(path))})`;
}

function jsonPath(path: readonly string[]): string {
  return `$${path.map((name) => `."${name.replaceAll('"', '\\"')}"`).join("")}`;
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

/**
 * Tables that are made out of the events of a case, so that at ten million events an answer takes no sort and no reading of
 * everything. Everything works without them, only slower. They are made in the background, one after the other; each is there
 * as a whole or not at all, and is made again when evidence arrives or another version of DuckDB opens the case, because
 * DuckDB's own hash is stored.
 */
import { type CaseFile } from "../casefile/case-file.ts";
import { type SqlSession } from "../casefile/database.ts";
import { integerOf, textOf } from "../casefile/row.ts";
import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type IndexProgress } from "../model/timeline.ts";
import { QUERY_FIELDS, type QueryField } from "./fields.ts";
import { storedEvents } from "./relation.ts";

/**
 * `time_order` has seq and time of all events in order of time, undated last; `shown_order` those without log records and
 * copies. `event_id_key` has a hash of every event id, sorted. `field_value` counts every value of the fields that have few,
 * and `value_pair` how often two values are those of one event, for fields that are counted and have very few.
 */
export type CaseIndexTable = "time_order" | "shown_order" | "event_id_key" | "field_value" | "value_pair";

/** Which of the tables answer for the evidence that is in the case now. */
export type CaseIndex = ReadonlySet<CaseIndexTable>;

/** Of fields with more values than this no list is kept: it would be as long as the events. */
const VALUES_LIMIT = 1_000_000;

/** Of each two fields with at most so many values, the pairs of values are counted. */
const PAIRED_VALUES_LIMIT = 100;

const EVENTS = storedEvents(new Map());
/** What the timeline hides unless it is asked. */
const IS_SHOWN = sql`kind <> 'log' AND seq NOT IN (SELECT seq FROM record_copy)`;

/** Fields whose values may be listed: texts of the record itself that are searched or counted. */
export const LISTED_FIELDS: readonly QueryField[] = QUERY_FIELDS.filter(
  ({ related, resolved, kind, facet, freeText }) =>
    related === null && !resolved && kind === "text" && (facet || freeText),
);

const TABLES: readonly {
  readonly name: CaseIndexTable;
  readonly make: (session: SqlSession, signal: AbortSignal) => Promise<void>;
}[] = [
  { name: "shown_order", make: (session, signal) => makeOrder(session, "shown_order", IS_SHOWN, signal) },
  { name: "time_order", make: (session, signal) => makeOrder(session, "time_order", sql`TRUE`, signal) },
  { name: "event_id_key", make: makeEventIdKeys },
  { name: "field_value", make: makeFieldValues },
  // Of the fields that the table before lists.
  { name: "value_pair", make: makeValuePairs },
];

/** Reads which tables are there and up to date. */
export async function readCaseIndex(caseFile: CaseFile): Promise<CaseIndex> {
  const [found] = await caseFile.query(sql`SELECT count(*) AS tables FROM duckdb_tables()
    WHERE table_name = 'case_index' AND database_name = current_database()`);
  if (integerOf(present(found, "an aggregate has one row"), "tables") === 0) return new Set();
  const rows = await caseFile.query(
    sql`SELECT name FROM case_index WHERE evidence = ${evidenceOf(caseFile)} AND engine = version()`,
  );
  const names = new Set(rows.map((row) => textOf(row, "name")));
  return new Set(TABLES.map(({ name }) => name).filter((name) => names.has(name)));
}

/** Makes the tables that are missing. Stops, with what is done kept, when the case is closed: throws `cancelled` then. */
export async function makeCaseIndex(
  caseFile: CaseFile,
  onProgress: (progress: IndexProgress) => void = () => undefined,
): Promise<void> {
  const evidence = evidenceOf(caseFile);
  const there = await readCaseIndex(caseFile);
  const missing = TABLES.filter(({ name }) => !there.has(name));
  for (const [done, { name, make }] of missing.entries()) {
    onProgress({ done, of: missing.length });
    await caseFile.background(async (session, signal) => {
      await session.run(sql`CREATE TABLE IF NOT EXISTS case_index (name VARCHAR, evidence VARCHAR, engine VARCHAR)`);
      await session.run(sql`DELETE FROM case_index WHERE name = ${name}`);
      await make(session, signal);
      await session.run(sql`INSERT INTO case_index VALUES (${name}, ${evidence}, version())`);
    });
  }
}

/** What the tables depend on: which records there are. What is judged of them, and what the analyst says, changes nothing. */
function evidenceOf(caseFile: CaseFile): string {
  return JSON.stringify(caseFile.exhibits.map(({ id, firstSeq, records }) => [id, firstSeq, records]));
}

async function makeOrder(session: SqlSession, name: string, condition: Sql, signal: AbortSignal): Promise<void> {
  await session.run(
    sql`CREATE OR REPLACE TABLE ${identifier(name)} AS
      SELECT seq, time FROM ${EVENTS} WHERE ${condition} ORDER BY time NULLS LAST, seq`,
    { signal },
  );
}

/** Half of the hash: those few events that share it are compared by their ids. */
export function eventIdKey(id: Sql): Sql {
  return sql`CAST(hash(lower(${id})) >> 32 AS UINTEGER)`;
}

async function makeEventIdKeys(session: SqlSession, signal: AbortSignal): Promise<void> {
  await session.run(
    sql`CREATE OR REPLACE TABLE event_id_key AS
      SELECT ${eventIdKey(sql`event_id`)} AS key, seq FROM ${EVENTS} WHERE event_id IS NOT NULL ORDER BY key, seq`,
    { signal },
  );
}

async function makeFieldValues(session: SqlSession, signal: AbortSignal): Promise<void> {
  const estimates = LISTED_FIELDS.map(
    ({ column }) => sql`approx_count_distinct(${identifier(column)}) AS ${identifier(column)}`,
  );
  const [estimated] = await session.query(sql`SELECT ${joinSql(estimates, sql`, `)} FROM ${EVENTS}`, { signal });
  const counted = present(estimated, "an aggregate has one row");
  await session.run(
    sql`CREATE OR REPLACE TABLE field_value (field VARCHAR, value VARCHAR, events BIGINT, shown BIGINT)`,
  );
  for (const { name, column } of LISTED_FIELDS) {
    if (integerOf(counted, column) > VALUES_LIMIT) continue;
    await session.run(
      sql`INSERT INTO field_value SELECT ${name}, value, count(*), count(*) FILTER (${IS_SHOWN}) FROM (
            SELECT ${identifier(column)} AS value, kind, seq FROM ${EVENTS}) GROUP BY value`,
      { signal },
    );
  }
}

async function makeValuePairs(session: SqlSession, signal: AbortSignal): Promise<void> {
  const rows = await session.query(
    sql`SELECT field FROM field_value GROUP BY field HAVING count(*) <= ${PAIRED_VALUES_LIMIT}`,
    { signal },
  );
  const names = new Set(rows.map((row) => textOf(row, "field")));
  const fields = LISTED_FIELDS.filter(({ name, facet }) => facet && names.has(name));
  await session.run(
    sql`CREATE OR REPLACE TABLE value_pair (field VARCHAR, value VARCHAR, counted VARCHAR, counted_value VARCHAR,
        events BIGINT, shown BIGINT)`,
  );
  for (const [at, { name, column }] of fields.entries()) {
    await session.run(
      sql`INSERT INTO value_pair SELECT field, value, field, value, events, shown FROM field_value WHERE field = ${name}`,
      { signal },
    );
    for (const other of fields.slice(at + 1)) {
      await session.run(
        sql`INSERT INTO value_pair WITH pair AS (
              SELECT ${identifier(column)} AS one, ${identifier(other.column)} AS other, count(*) AS events,
                count(*) FILTER (${IS_SHOWN}) AS shown
              FROM ${EVENTS} GROUP BY ALL)
            SELECT ${name}, one, ${other.name}, other, events, shown FROM pair
            UNION ALL SELECT ${other.name}, other, ${name}, one, events, shown FROM pair`,
        { signal },
      );
    }
  }
}

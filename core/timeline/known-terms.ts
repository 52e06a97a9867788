import { type SqlSession } from "../casefile/database.ts";
import { integerOf, textOf, type Row, type SqlValue } from "../casefile/row.ts";
import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { assert } from "../model/assert.ts";
import { eventIdKey, LISTED_FIELDS, type CaseIndex } from "./case-index.ts";
import { type QueryField } from "./fields.ts";
import { type Query, type ValueTerm } from "./query.ts";
import { conditionOn, type KnownTerms } from "./query-sql.ts";

/** A longer list of values is no quicker than looking into every event. */
const LIST_LIMIT = 200;

const EVENT_ID = "eventId";

/**
 * Looks the terms of a query up in the index of the case: a text becomes the few values that match it, an event id the few
 * events that may have it. Throws as DuckDB does for a pattern that it does not take.
 */
export async function readKnownTerms(
  session: SqlSession,
  query: Query,
  index: CaseIndex,
  signal?: AbortSignal,
): Promise<KnownTerms> {
  const known = new Map<ValueTerm, ReadonlyMap<QueryField, Sql>>();
  for (const term of valueTerms(query)) {
    const found = new Map<QueryField, Sql>();
    if (index.has("field_value")) await findValues(session, term, found, signal);
    if (index.has("event_id_key")) await findEventId(session, term, found, signal);
    known.set(term, found);
  }
  return known;
}

function valueTerms(query: Query): readonly ValueTerm[] {
  switch (query.kind) {
    case "and":
    case "or":
      return query.operands.flatMap(valueTerms);
    case "not":
      return valueTerms(query.operand);
    case "words":
    case "text":
    case "regex":
    case "network":
      return [query];
    default:
      return [];
  }
}

/** The listed fields of a term become lists of their values that match. */
async function findValues(
  session: SqlSession,
  term: ValueTerm,
  found: Map<QueryField, Sql>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const asked = "field" in term && term.field ? [term.field] : LISTED_FIELDS.filter(({ freeText }) => freeText);
  const fields = asked.filter((field) => LISTED_FIELDS.includes(field));
  if (fields.length === 0) return;
  const names = joinSql(
    fields.map(({ name }) => sql`${name}`),
    sql`, `,
  );
  const rows = await session.query(
    sql`SELECT field, count(*) FILTER (matches) AS matching, (list(value) FILTER (matches))[:${LIST_LIMIT}] AS list
        FROM (SELECT field, value, ${conditionOn(sql`value`, term)} AS matches FROM field_value WHERE field IN (${names}))
        GROUP BY field`,
    { signal },
  );
  // A field without a row has more values than are listed.
  const byName = new Map(rows.map((row) => [textOf(row, "field"), row]));
  for (const field of fields) {
    const row = byName.get(field.name);
    if (row && integerOf(row, "matching") <= LIST_LIMIT) found.set(field, oneOf(identifier(field.column), row));
  }
}

function oneOf(column: Sql, row: Row): Sql {
  const values = listOf(row["list"] ?? null);
  if (values.length === 0) return sql`FALSE`;
  return sql`${column} IN (${joinSql(
    values.map((value) => sql`${value}`),
    sql`, `,
  )})`;
}

function listOf(value: SqlValue): readonly string[] {
  if (value === null) return [];
  assert(Array.isArray(value), "a list of values is a list");
  return value.filter((item): item is string => typeof item === "string");
}

async function findEventId(
  session: SqlSession,
  term: ValueTerm,
  found: Map<QueryField, Sql>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (term.kind !== "text" || term.field.name !== EVENT_ID) return;
  const { pattern } = term;
  if (!pattern.literal && pattern.text.includes("*")) return;
  const rows = await session.query(
    sql`SELECT seq FROM event_id_key WHERE key = ${eventIdKey(sql`${pattern.text}`)} ORDER BY seq LIMIT ${LIST_LIMIT + 1}`,
    { signal },
  );
  if (rows.length > LIST_LIMIT) return;
  const seqs = rows.map((row) => integerOf(row, "seq"));
  if (seqs.length === 0) {
    found.set(term.field, sql`FALSE`);
    return;
  }
  const list = joinSql(
    seqs.map((seq) => sql`${seq}`),
    sql`, `,
  );
  // The bounds let DuckDB skip row groups, which a list alone does not.
  const candidates = sql`seq IN (${list}) AND seq >= ${Math.min(...seqs)} AND seq <= ${Math.max(...seqs)}`;
  found.set(term.field, sql`(${candidates} AND ${conditionOn(identifier(term.field.column), term)})`);
}

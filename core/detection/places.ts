import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type FieldColumns, type Relation } from "./expression-sql.ts";
import { eventColumn, type EventColumn, type Place, type Route } from "./field-map.ts";
import { keyOf } from "./record-columns.ts";

/**
 * The events that rules for any source look at, with a text column for each of their fields. DuckDB writes what follows `%n`
 * into its last digits, so nothing does.
 */
export const SEARCHED_EVENTS: Sql = sql`(SELECT e.*, strftime(make_timestamp_ns(e.time), '%Y-%m-%dT%H:%M:%S.%n') || 'Z' AS time_text
  FROM event e JOIN exhibit x ON x.id = e.exhibit AND x.state = 'complete'
  WHERE e.kind = 'event' AND e.seq NOT IN (SELECT seq FROM record_copy))`;

/** Events of one exhibit that rules look at: no records of the log itself, none that could not be read, each record once. */
export function searchedEvents(exhibit: string): Sql {
  return sql`(SELECT * FROM event WHERE exhibit = ${Number(exhibit.slice(2))} AND kind = 'event'
              AND seq NOT IN (SELECT seq FROM record_copy))`;
}

/** The columns of events, by the names of {@link eventColumn}. */
export const EVENT_RELATION: Relation = { columns: eventColumns, record: undefined };

function eventColumns(field: string): FieldColumns {
  const column: EventColumn = present(eventColumn(field), "a rule with a field that is no column is rejected");
  const text = identifier(column === "time" ? "time_text" : column);
  return { text, list: null, presence: sql`(${text} IS NOT NULL)` };
}

/** The relation of a record table, seen through the field names of a rule. */
export function throughRoute(relation: Relation, { placesOf }: Extract<Route, { readonly kind: "records" }>): Relation {
  return {
    columns: (field) => {
      const places = placesOf(field).map((place) => inWords(relation.columns(keyOf(place.path)), place));
      const [first, ...others] = places;
      return others.length === 0 ? first : firstWithValue(places);
    },
    record: relation.record,
  };
}

function inWords(columns: FieldColumns | undefined, { words, otherwise }: Place): FieldColumns | undefined {
  if (!columns || !words) return columns;
  if (columns.isShared) return undefined;
  const cases = Object.entries(words).map(([from, to]) => sql`WHEN ${columns.text} = ${from} THEN ${to}`);
  const rest = otherwise === undefined ? columns.text : otherwise === null ? sql`NULL` : sql`${otherwise}`;
  const known = joinSql([...cases, sql`WHEN ${columns.text} IS NOT NULL THEN ${rest}`], sql` `);
  return { ...columns, text: sql`CASE ${known} END` };
}

/**
 * Several places as one: all that the first has with a value. Where a place is unknown, so is everything behind it, for it
 * comes before.
 */
function firstWithValue(places: readonly (FieldColumns | undefined)[]): FieldColumns | undefined {
  const end = places.findIndex((columns) => columns === undefined);
  const told = places.slice(0, end < 0 ? undefined : end).filter((columns) => columns !== undefined);
  const [first] = told;
  if (!first || first.isShared) return undefined;
  if (first.known) return first;
  const valueSql = (of: (columns: FieldColumns) => Sql): Sql =>
    sql`CASE ${joinSql(
      told.map((columns) => sql`WHEN ${hasValue(columns)} THEN ${of(columns)}`),
      sql` `,
    )} END`;
  const hasList = told.some(({ list }) => list !== null);
  const presence = told.flatMap((columns) => (columns.presence ? [columns.presence] : []));
  const value = {
    text: valueSql(({ text }) => text),
    list: hasList ? valueSql(({ list }) => list ?? sql`NULL::VARCHAR[]`) : null,
    presence: presence.length === places.length ? sql`(${joinSql(presence, sql` OR `)})` : null,
  };
  return told.length === places.length ? value : { ...value, known: sql`(${joinSql(told.map(hasValue), sql` OR `)})` };
}

function hasValue({ text, list }: FieldColumns): Sql {
  return list ? sql`(${text} IS NOT NULL OR coalesce(len(${list}), 0) > 0)` : sql`${text} IS NOT NULL`;
}

import { identifier, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type FieldColumns, type Relation } from "./expression-sql.ts";
import { eventColumn, type EventColumn, type Route } from "./field-map.ts";

/** The events that rules for any source look at, with a text column for each of their fields. */
export const SEARCHED_EVENTS: Sql = sql`(SELECT e.*, strftime(make_timestamp_ns(e.time), '%Y-%m-%dT%H:%M:%S.%nZ') AS time_text
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
export function throughRoute(relation: Relation, { pathOf }: Extract<Route, { readonly kind: "records" }>): Relation {
  return { columns: (field) => relation.columns(JSON.stringify(pathOf(field))), record: relation.record };
}

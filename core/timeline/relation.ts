import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { type QueryField } from "./fields.ts";
import { type Query } from "./query.ts";

/** What is added to the recorded times of an exhibit, by its number, in nanoseconds. */
export type Offsets = ReadonlyMap<number, bigint>;

/** Events of finished imports without what the view resolves: measured three times faster to scan than the view. */
export function storedEvents(offsets: Offsets): Sql {
  const complete = sql`FROM event e JOIN exhibit x ON x.id = e.exhibit AND x.state = 'complete'`;
  return offsets.size === 0
    ? sql`(SELECT e.* ${complete})`
    : sql`(SELECT e.* REPLACE (${shiftedTime(sql`e.time`, sql`e.exhibit`, offsets)} AS time) ${complete})`;
}

function resolvedEvents(offsets: Offsets): Sql {
  if (offsets.size === 0) return sql`timeline_event`;
  return sql`(SELECT * REPLACE (${shiftedTime(sql`time`, sql`exhibit`, offsets)} AS time) FROM timeline_event)`;
}

/** A recorded time as the clock offsets show it. */
function shiftedTime(time: Sql, exhibit: Sql, offsets: Offsets): Sql {
  const cases = [...offsets].map(([number, nanoseconds]) => sql`WHEN ${number} THEN ${nanoseconds}`);
  return sql`${time} + CASE ${exhibit} ${joinSql(cases, sql` `)} ELSE 0 END`;
}

/** What to read a field from: a relation with `seq` and the field's column. */
export function relationOfField(field: QueryField): Sql {
  if (field.related !== null) return identifier(field.related);
  return field.resolved ? sql`timeline_event` : storedEvents(new Map());
}

/** What to read the events of a query from: the view only when something asked for is a field that only the view has. */
export function relationOfQuery(query: Query, also: QueryField | null, offsets: Offsets): Sql {
  const resolved = also?.resolved === true || fieldsOf(query).some((field) => field.resolved);
  return resolved ? resolvedEvents(offsets) : storedEvents(offsets);
}

/** Whether the answer changes with what is known of events besides their records. */
export function namesRelatedField(query: Query): boolean {
  return fieldsOf(query).some((field) => field.related !== null);
}

/** Every field that a query names, as often as it does. */
export function fieldsOf(query: Query): readonly QueryField[] {
  switch (query.kind) {
    case "and":
    case "or":
      return query.operands.flatMap(fieldsOf);
    case "not":
      return fieldsOf(query.operand);
    case "all":
    case "words":
      return [];
    case "regex":
      return query.field ? [query.field] : [];
    default:
      return [query.field];
  }
}

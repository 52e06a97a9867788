import { identifier, sql, type Sql } from "../casefile/sql.ts";
import { Problem, quote } from "../model/problem.ts";
import { fieldNamed, type QueryField } from "./fields.ts";
import { type TimelineQuestion } from "./timeline-question.ts";

/** A field of the record whose values order a result; equal ones stand in order of time. */
export interface Sort {
  readonly field: QueryField;
  readonly descending: boolean;
}

/** The order that a question names; null is the order of time. Throws `no-such-field` (usage). */
export function sortOf({ sort }: Pick<TimelineQuestion, "sort">): Sort | null {
  if (!sort) return null;
  const field = fieldNamed(sort.field);
  if (field && field.related === null) return { field, descending: sort.descending };
  throw new Problem("usage", "no-such-field", `sorting: expected a field of the record, got ${quote(sort.field)}`);
}

/** What stands after ORDER BY. */
export function orderSql(sort: Sort | null): Sql {
  const last = sql`time NULLS LAST, seq`;
  if (!sort) return last;
  const column = identifier(sort.field.column);
  return sort.descending ? sql`${column} DESC NULLS LAST, ${last}` : sql`${column} NULLS LAST, ${last}`;
}

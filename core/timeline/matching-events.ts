import { identifier, sql, type Sql } from "../casefile/sql.ts";
import { type QueryField } from "./fields.ts";
import { namesRelatedField, relationOfQuery } from "./relation.ts";
import { type SavedResult } from "./saved-result.ts";

/** Up to so many events are looked for by their positions; more are found again by their condition, which is quicker. */
const FEW_EVENTS = 200_000;

/**
 * The matching events of a result with a field of theirs, as `FROM` and `WHERE` of a statement; clock offsets are added to
 * `time`. They are always those of the saved result: records do not change, and where the query asks what does, the saved
 * positions decide.
 */
export function matchingEvents({ set, table, query, condition, offsets }: SavedResult, field: QueryField): Sql {
  const everything = set.matching === set.total;
  const among = everything ? sql`TRUE` : sql`seq IN (SELECT seq FROM ${table})`;
  if (field.related !== null) return sql`FROM ${identifier(field.related)} WHERE ${among}`;
  if (everything || set.matching <= FEW_EVENTS || namesRelatedField(query)) {
    return sql`FROM ${relationOfQuery({ kind: "all" }, field, offsets)} WHERE ${among}`;
  }
  return sql`FROM ${relationOfQuery(query, field, offsets)} WHERE ${condition}`;
}

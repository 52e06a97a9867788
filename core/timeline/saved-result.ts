import { type Sql } from "../casefile/sql.ts";
import { type ResultSet } from "../model/timeline.ts";
import { type CaseIndexTable } from "./case-index.ts";
import { type Folding } from "./folding.ts";
import { type Query } from "./query.ts";
import { type Offsets } from "./relation.ts";

/** A table of the index that holds events in order of time. */
export type OrderTable = Extract<CaseIndexTable, "time_order" | "shown_order">;

/**
 * A result set that is still kept: its table holds `position` (dense from `firstPosition`, by default in order of time,
 * undated last), `seq` and `time` (with the clock offsets that stood when it was asked for).
 */
export interface SavedResult {
  readonly set: ResultSet;
  readonly table: Sql;
  readonly firstPosition: number;
  readonly folding: Folding;
  readonly offsets: Offsets;
  /** The query, and the condition on its relation that holds for the matching events. */
  readonly query: Query;
  readonly condition: Sql;
  /** The table of the case's index that the result is a part of; null when it has a table of its own. */
  readonly order: OrderTable | null;
}

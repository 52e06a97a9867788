import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { type CorrelationRule } from "./rule.ts";

/** The columns of a correlation's groups, `g0`, `g1` and so on: its values of group-by, in their order. */
export type Groups = readonly Sql[];

/** The columns of a correlation's groups. */
export function groupsOf({ groupBy }: CorrelationRule): Groups {
  return groupBy.map((_, index) => identifier(`g${index}`));
}

/** What windows over groups begin with; nothing where everything is one group. */
export function partitionBy(groups: Groups): Sql {
  return groups.length === 0 ? sql`` : sql`PARTITION BY ${joinSql(groups, sql`, `)}`;
}

/** The columns with a comma after each, of a table where one is given. */
export function listed(groups: Groups, table?: Sql): Sql {
  return joinSql(
    groups.map((group) => (table ? sql`${table}.${group}, ` : sql`${group}, `)),
    sql``,
  );
}

/** Whether rows of two tables are of one group. */
export function sameGroup(groups: Groups, one: Sql, other: Sql): Sql {
  return everySql(groups.map((group) => sql`${one}.${group} = ${other}.${group}`));
}

/** Whether all conditions hold; true for none. */
export function everySql(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`TRUE` : joinSql(conditions, sql` AND `);
}

import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { unreachable } from "../model/assert.ts";
import { everySql, listed, partitionBy, type Groups } from "./groups.ts";
import { type Bound, type CorrelationRule } from "./rule.ts";

/** What a correlation says of its windows. */
type WindowRule = Pick<CorrelationRule, "type" | "timespan" | "bounds" | "fields" | "percentile">;

/**
 * The windows in which a correlation holds, of events with their place in their group (`pos`): `seq` and `time` of the event that
 * each ends at, its group, `first_pos` and `last_pos`, and `measured`, which is NULL for rules in an order. A window ends at an
 * event and holds what happened at most `timespan` before it, ends included.
 */
export function windowsSql(rule: WindowRule, members: number, groups: Groups, events: Sql): Sql {
  if (rule.type === "temporal_ordered") return orderedSql(rule, members, groups, events);
  const window = sql`OVER (${partitionBy(groups)} ORDER BY time RANGE BETWEEN ${literal(rule.timespan.toString())}::BIGINT PRECEDING AND CURRENT ROW)`;
  const { value, from } = measureSql(rule, members, groups, window, events);
  // An event that fits several rules has several rows, and ends one window.
  return sql`SELECT DISTINCT seq, time, ${listed(groups)} first_pos, last_pos, CAST(measured AS DOUBLE) AS measured FROM (
      SELECT seq, time, ${listed(groups)} ${value} AS measured, min(pos) ${window} AS first_pos, max(pos) ${window} AS last_pos
      FROM ${from}) WHERE ${boundsSql(rule, members)}`;
}

const NUMBER = "-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?";

/** What is measured over each window, and the rows it is measured of: an event counts once, whatever rules it fits. */
function measureSql(
  { type, fields, percentile }: WindowRule,
  members: number,
  groups: Groups,
  window: Sql,
  events: Sql,
): { readonly value: Sql; readonly from: Sql } {
  const rows = (column: Sql, condition: Sql): Sql =>
    sql`(SELECT DISTINCT seq, time, pos, ${listed(groups)} ${column} FROM ${events} WHERE ${condition})`;
  const numbers = rows(
    sql`TRY_CAST(v0 AS DOUBLE) AS x`,
    sql`regexp_full_match(v0, ${NUMBER}) AND TRY_CAST(v0 AS DOUBLE) IS NOT NULL`,
  );
  switch (type) {
    case "event_count":
      return { value: sql`count(*) ${window}`, from: rows(sql`0 AS x`, sql`TRUE`) };
    case "value_count": {
      const values = fields.map((_, index) => identifier(`v${index}`));
      const [only] = values;
      const value = values.length === 1 && only ? only : sql`CAST(to_json([${joinSql(values, sql`, `)}]) AS VARCHAR)`;
      const whole = everySql(values.map((column) => sql`${column} IS NOT NULL`));
      return { value: sql`count(DISTINCT x) ${window}`, from: rows(sql`${value} AS x`, whole) };
    }
    case "value_sum":
      return { value: sql`sum(x) ${window}`, from: numbers };
    case "value_avg":
      return { value: sql`avg(x) ${window}`, from: numbers };
    case "value_percentile":
      return {
        value: sql`quantile_cont(x, ${literal(String(percentile ?? 0))}::DOUBLE) ${window}`,
        from: numbers,
      };
    case "temporal": {
      const present = Array.from(
        { length: members },
        (_, index) => sql`CAST(count(*) FILTER (member = ${literal(String(index))}::INTEGER) ${window} > 0 AS INTEGER)`,
      );
      return { value: joinSql(present, sql` + `), from: events };
    }
    case "temporal_ordered":
      return unreachable(type as never);
  }
}

function boundsSql({ type, bounds }: WindowRule, members: number): Sql {
  const all: readonly Bound[] =
    type === "temporal" && bounds.length === 0 ? [{ operator: "gte", value: members }] : bounds;
  return everySql(all.map(({ operator, value }) => sql`measured ${OPERATORS[operator]} CAST(${value} AS DOUBLE)`));
}

const OPERATORS: Readonly<Record<Bound["operator"], Sql>> = {
  eq: sql`=`,
  neq: sql`<>`,
  lt: sql`<`,
  lte: sql`<=`,
  gt: sql`>`,
  gte: sql`>=`,
};

/**
 * Rules that fire one after the other. For each event of the rule at a position, the latest beginning of a sequence up to
 * it: the greatest of those of earlier events of the rule before. Events at one time are in the order of the evidence, and
 * no event follows itself.
 */
function orderedSql(rule: WindowRule, members: number, groups: Groups, events: Sql): Sql {
  const before = sql`OVER (${partitionBy(groups)} ORDER BY pos RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`;
  let from = sql`(SELECT *, CASE WHEN member = 0 THEN pos END AS begin_pos, CASE WHEN member = 0 THEN time END AS begin_time FROM ${events})`;
  for (let position = 1; position < members; position++) {
    const at = sql`member = ${literal(String(position))}::INTEGER`;
    const previous = sql`FILTER (member = ${literal(String(position - 1))}::INTEGER) ${before}`;
    from = sql`(SELECT * REPLACE (
        CASE WHEN ${at} THEN max(begin_pos) ${previous} ELSE begin_pos END AS begin_pos,
        CASE WHEN ${at} THEN max(begin_time) ${previous} ELSE begin_time END AS begin_time) FROM ${from})`;
  }
  return sql`SELECT seq, time, ${listed(groups)} begin_pos AS first_pos, pos AS last_pos, NULL::DOUBLE AS measured
    FROM ${from}
    WHERE member = ${literal(String(members - 1))}::INTEGER
      AND time - begin_time <= ${literal(rule.timespan.toString())}::BIGINT`;
}

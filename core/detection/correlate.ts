import { type SqlSession } from "../casefile/database.ts";
import { emptyTable } from "../casefile/empty-table.ts";
import { integerOf } from "../casefile/row.ts";
import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { present, unreachable } from "../model/assert.ts";
import { type FieldColumns } from "./expression-sql.ts";
import { type Bound, type CorrelationRule, type DetectionRule } from "./rule.ts";
import { fieldFor, type LinkedCorrelation } from "./rule-set.ts";

/** What correlations ask about the rules they build on. */
export interface CorrelationMeans {
  /** The number a rule's matches or alerts are stored with. */
  numberOf(rule: DetectionRule | CorrelationRule): number;
  /** The detection rules at the bottom of a rule. */
  leavesOf(rule: DetectionRule | CorrelationRule): readonly DetectionRule[];
  /** The relations (with `seq`) in which a rule's events are, and a field's values in each. */
  relationsOf(
    rule: DetectionRule,
  ): readonly { readonly relation: Sql; readonly columns: (field: string) => FieldColumns | undefined }[];
}

const OCCURRENCES = identifier("detection_occurrence");
const TRIGGERS = identifier("detection_trigger");
const FOUND = identifier("detection_found");
const HELD = identifier("detection_held");

/** Makes the table of moments at which correlations hold, which the correlations above them read. */
export async function beginCorrelations(session: SqlSession): Promise<void> {
  await session.run(sql`CREATE OR REPLACE TEMP TABLE ${HELD} (rule INTEGER, seq BIGINT)`);
  await emptyTable(session, HELD, sql`0, 0`);
}

/**
 * Stores the alerts of one correlation: one per group and maximal run of overlapping windows, with every event of the run.
 * A window ends at an event and holds what happened at most `timespan` before it, ends included. Events without a time, or
 * without a value of group-by, are in no window.
 *
 * A correlation over a correlation takes for its events those at which the other one holds.
 */
export async function correlate(
  session: SqlSession,
  { rule, members }: LinkedCorrelation,
  means: CorrelationMeans,
  signal?: AbortSignal,
): Promise<void> {
  const groups = rule.groupBy.map((_, index) => identifier(`g${index}`));
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${OCCURRENCES} AS
        SELECT *, dense_rank() OVER (${partition(groups)} ORDER BY time, seq) AS pos
        FROM (SELECT DISTINCT * FROM (${occurrencesSql(rule, members, means)}))
        WHERE time IS NOT NULL AND ${everySql(groups.map((group) => sql`${group} IS NOT NULL`))}`,
    { signal },
  );
  await session.run(sql`CREATE OR REPLACE TEMP TABLE ${TRIGGERS} AS ${triggersSql(rule, members.length, groups)}`, {
    signal,
  });
  const number = means.numberOf(rule);
  await session.run(sql`INSERT INTO ${HELD} SELECT DISTINCT ${number}, seq FROM ${TRIGGERS}`);
  const [row] = await session.query(sql`SELECT coalesce(max(alert), 0) AS last FROM detection_alert`);
  const last = integerOf(present(row, "an aggregate has one row"), "last");
  const runs = identifier("detection_run_found");
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${runs} AS
        SELECT ${last} + row_number() OVER (ORDER BY min(time), min(seq)) AS alert, ${columns(groups)}
          min(first_pos) AS first_pos, max(last_pos) AS last_pos
        FROM (SELECT *, sum(begins) OVER (${partition(groups)} ORDER BY last_pos, seq ROWS UNBOUNDED PRECEDING) AS run
          FROM (SELECT *, CASE WHEN first_pos <= max(last_pos) OVER (${partition(groups)} ORDER BY last_pos, seq
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS begins FROM ${TRIGGERS}))
        GROUP BY ${columns(groups)} run`,
  );
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${FOUND} AS
        SELECT DISTINCT r.alert, ${columns(groups.map((group) => sql`r.${group}`))} o.seq FROM ${runs} r JOIN ${OCCURRENCES} o
        ON o.pos BETWEEN r.first_pos AND r.last_pos AND ${everySql(groups.map((group) => sql`o.${group} = r.${group}`))}`,
    { signal },
  );
  if (members.some(({ kind }) => kind === "correlation")) await takeInAlerts(session, members, means, groups, signal);
  await session.run(sql`INSERT INTO detection_alert_event SELECT DISTINCT alert, seq FROM ${FOUND}`);
  const names = joinSql(
    rule.groupBy.flatMap((name, index) => [sql`${name}`, identifier(`g${index}`)]),
    sql`, `,
  );
  const group = rule.groupBy.length === 0 ? sql`'{}'` : sql`any_value(json_object(${names}))`;
  await session.run(
    sql`INSERT INTO detection_alert SELECT alert, ${number}, ${group}, min(e.time), max(e.time)
        FROM ${FOUND} JOIN event e USING (seq) GROUP BY alert`,
    { signal },
  );
  for (const table of [OCCURRENCES, TRIGGERS, FOUND, runs]) await session.run(sql`DROP TABLE ${table}`);
}

/**
 * Adds to what was found the events of the alerts below it, and folds alerts of one group that then overlap: they rest on
 * the same run below.
 */
async function takeInAlerts(
  session: SqlSession,
  members: LinkedCorrelation["members"],
  means: CorrelationMeans,
  groups: readonly Sql[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const below = members.filter(({ kind }) => kind === "correlation").map((member) => sql`${means.numberOf(member)}`);
  await session.run(
    sql`INSERT INTO ${FOUND} SELECT DISTINCT f.alert, ${columns(groups.map((group) => sql`f.${group}`))} events.seq
        FROM (SELECT DISTINCT f.alert, ${columns(groups.map((group) => sql`f.${group}`))} own.alert AS below FROM ${FOUND} f
          JOIN detection_alert_event own ON own.seq = f.seq
          JOIN detection_alert a ON a.alert = own.alert AND a.rule IN (${joinSql(below, sql`, `)})) f
        JOIN detection_alert_event events ON events.alert = f.below`,
    { signal },
  );
  await session.run(
    sql`UPDATE ${FOUND} AS f SET alert = folded.kept FROM (
          SELECT alert, min(alert) OVER (PARTITION BY ${columns(groups)} run) AS kept FROM (
            SELECT *, sum(begins) OVER (${partition(groups)} ORDER BY first, alert ROWS UNBOUNDED PRECEDING) AS run FROM (
              SELECT *, CASE WHEN first <= max(last) OVER (${partition(groups)} ORDER BY first, alert
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS begins
              FROM (SELECT alert, ${columns(groups)} min(e.time) AS first, max(e.time) AS last
                    FROM ${FOUND} JOIN event e USING (seq) GROUP BY ${columns(groups)} alert)))) folded
        WHERE folded.alert = f.alert`,
    { signal },
  );
}

function partition(groups: readonly Sql[]): Sql {
  return groups.length === 0 ? sql`` : sql`PARTITION BY ${joinSql(groups, sql`, `)}`;
}

/** Columns with a comma after each. */
function columns(groups: readonly Sql[]): Sql {
  return joinSql(
    groups.map((group) => sql`${group}, `),
    sql``,
  );
}

function everySql(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`TRUE` : joinSql(conditions, sql` AND `);
}

/** `member` (position in the rule), `seq`, `time`, `g0`… and `v0`…: events of the rules it refers to, with what it asks of them. */
function occurrencesSql(rule: CorrelationRule, members: LinkedCorrelation["members"], means: CorrelationMeans): Sql {
  const parts = members.flatMap((member, position) =>
    means.leavesOf(member).flatMap((leaf) =>
      means.relationsOf(leaf).map(({ relation, columns: columnsOf }) => {
        const valueOf = (name: string): Sql => {
          const found = columnsOf(fieldFor(rule, member, name));
          if (!found) return sql`NULL::VARCHAR`;
          return found.list ? sql`coalesce(${found.text}, CAST(to_json(${found.list}) AS VARCHAR))` : found.text;
        };
        const wanted = [
          ...rule.groupBy.map((name, index) => sql`${valueOf(name)} AS ${identifier(`g${index}`)}`),
          ...rule.fields.map((name, index) => sql`${valueOf(name)} AS ${identifier(`v${index}`)}`),
        ];
        const held =
          member.kind === "correlation"
            ? sql`AND m.seq IN (SELECT seq FROM ${HELD} WHERE rule = ${means.numberOf(member)})`
            : sql``;
        return sql`SELECT ${literal(String(position))}::INTEGER AS member, m.seq AS seq, m.time AS time
            ${joinSql(
              wanted.map((column) => sql`, ${column}`),
              sql``,
            )}
          FROM (SELECT m.seq, e.time FROM detection_match m JOIN event e USING (seq)
                WHERE m.rule = ${means.numberOf(leaf)} ${held}) m
          JOIN ${relation} r ON r.seq = m.seq`;
      }),
    ),
  );
  if (parts.length === 0) return emptyOccurrences(rule);
  return joinSql(parts, sql` UNION ALL `);
}

/** What a correlation has whose rules look at logs that are not in the case. */
function emptyOccurrences(rule: CorrelationRule): Sql {
  const names = [...rule.groupBy.map((_, index) => `g${index}`), ...rule.fields.map((_, index) => `v${index}`)];
  const empty = names.map((name) => sql`, NULL::VARCHAR AS ${identifier(name)}`);
  return sql`SELECT 0 AS member, NULL::BIGINT AS seq, NULL::BIGINT AS time ${joinSql(empty, sql``)} WHERE false`;
}

const NUMBER = "-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?";

/** Rows at which the correlation holds: `seq`, `time`, groups, and positions of the first and last event of the window. */
function triggersSql(rule: CorrelationRule, members: number, groups: readonly Sql[]): Sql {
  if (rule.type === "temporal_ordered") return orderedSql(rule, members, groups);
  const window = sql`OVER (${partition(groups)} ORDER BY time RANGE BETWEEN ${literal(rule.timespan.toString())}::BIGINT PRECEDING AND CURRENT ROW)`;
  const { value, from } = measureSql(rule, members, groups, window);
  return sql`SELECT seq, time, ${columns(groups)} first_pos, last_pos FROM (
      SELECT seq, time, ${columns(groups)} ${value} AS measured, min(pos) ${window} AS first_pos, max(pos) ${window} AS last_pos
      FROM ${from}) WHERE ${boundsSql(rule, members)}`;
}

/** What is measured over each window, and the rows it is measured of: an event counts once, whatever rules it fits. */
function measureSql(
  { type, fields, percentile }: CorrelationRule,
  members: number,
  groups: readonly Sql[],
  window: Sql,
): { readonly value: Sql; readonly from: Sql } {
  const rows = (column: Sql, condition: Sql): Sql =>
    sql`(SELECT DISTINCT seq, time, pos, ${columns(groups)} ${column} FROM ${OCCURRENCES} WHERE ${condition})`;
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
      return { value: joinSql(present, sql` + `), from: OCCURRENCES };
    }
    case "temporal_ordered":
      return unreachable(type as never);
  }
}

function boundsSql({ type, bounds }: CorrelationRule, members: number): Sql {
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
function orderedSql(rule: CorrelationRule, members: number, groups: readonly Sql[]): Sql {
  const before = sql`OVER (${partition(groups)} ORDER BY pos RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`;
  let from = sql`(SELECT *, CASE WHEN member = 0 THEN pos END AS begin_pos, CASE WHEN member = 0 THEN time END AS begin_time FROM ${OCCURRENCES})`;
  for (let position = 1; position < members; position++) {
    const at = sql`member = ${literal(String(position))}::INTEGER`;
    const previous = sql`FILTER (member = ${literal(String(position - 1))}::INTEGER) ${before}`;
    from = sql`(SELECT * REPLACE (
        CASE WHEN ${at} THEN max(begin_pos) ${previous} ELSE begin_pos END AS begin_pos,
        CASE WHEN ${at} THEN max(begin_time) ${previous} ELSE begin_time END AS begin_time) FROM ${from})`;
  }
  return sql`SELECT seq, time, ${columns(groups)} begin_pos AS first_pos, pos AS last_pos FROM ${from}
    WHERE member = ${literal(String(members - 1))}::INTEGER
      AND time - begin_time <= ${literal(rule.timespan.toString())}::BIGINT`;
}

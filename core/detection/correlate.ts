import { type SqlSession } from "../casefile/database.ts";
import { emptyTable } from "../casefile/empty-table.ts";
import { integerOf } from "../casefile/row.ts";
import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { everySql, groupsOf, listed, partitionBy, sameGroup, type Groups } from "./groups.ts";
import { HELD, occurrencesSql, type CorrelationMeans } from "./occurrences.ts";
import { type CorrelationRule } from "./rule.ts";
import { type LinkedCorrelation } from "./link-correlations.ts";
import { windowsSql } from "./windows.ts";

const OCCURRENCES = identifier("detection_occurrence");
const WINDOWS = identifier("detection_window");
const RUNS = identifier("detection_run_found");
const FOUND = identifier("detection_found");

/** Makes the table of moments at which correlations hold, which the correlations above them read. */
export async function beginCorrelations(session: SqlSession): Promise<void> {
  await session.run(sql`CREATE OR REPLACE TEMP TABLE ${HELD} (rule INTEGER, seq BIGINT)`);
  await emptyTable(session, HELD, sql`0, 0`);
}

/**
 * Stores the alerts of one correlation: one per group and maximal run of overlapping windows, with every event of the run and
 * with the first of its windows. Events without a time, or without a value of group-by, are in no window.
 *
 * A correlation over a correlation takes for its events those at which the other one holds.
 */
export async function correlate(
  session: SqlSession,
  correlation: LinkedCorrelation,
  means: CorrelationMeans,
  signal?: AbortSignal,
): Promise<void> {
  const { rule, members } = correlation;
  const groups = groupsOf(rule);
  const number = means.numberOf(rule);
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${OCCURRENCES} AS
        SELECT *, dense_rank() OVER (${partitionBy(groups)} ORDER BY time, seq) AS pos
        FROM (SELECT DISTINCT * FROM (${occurrencesSql(correlation, means)}))
        WHERE time IS NOT NULL AND ${everySql(groups.map((group) => sql`${group} IS NOT NULL`))}`,
    { signal },
  );
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${WINDOWS} AS ${windowsSql(rule, members.length, groups, OCCURRENCES)}`,
    { signal },
  );
  await session.run(sql`INSERT INTO ${HELD} SELECT DISTINCT ${number}, seq FROM ${WINDOWS}`);
  await mergeWindows(session, groups);
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${FOUND} AS
        SELECT DISTINCT r.alert, ${listed(groups, sql`r`)} o.seq FROM ${RUNS} r
        JOIN ${OCCURRENCES} o ON o.pos BETWEEN r.first_pos AND r.last_pos AND ${sameGroup(groups, sql`o`, sql`r`)}`,
    { signal },
  );
  if (members.some(({ kind }) => kind === "correlation")) await takeInAlerts(session, members, means, groups, signal);
  await storeAlerts(session, rule, number, groups, signal);
  if (rule.type.startsWith("temporal")) await storeStages(session, correlation, groups);
  for (const table of [OCCURRENCES, WINDOWS, FOUND, RUNS]) await session.run(sql`DROP TABLE ${table}`);
}

/** Puts windows that share events together, under the number of the alert that each run becomes. */
async function mergeWindows(session: SqlSession, groups: Groups): Promise<void> {
  const [row] = await session.query(sql`SELECT coalesce(max(alert), 0) AS last FROM detection_alert`);
  const last = integerOf(present(row, "an aggregate has one row"), "last");
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${RUNS} AS
        SELECT ${last} + row_number() OVER (ORDER BY min(time), min(seq)) AS alert, ${listed(groups)}
          min(first_pos) AS first_pos, max(last_pos) AS last_pos, arg_min(first_pos, last_pos) AS met_first,
          min(last_pos) AS met_last, arg_min(measured, last_pos) AS measured
        FROM (SELECT *, sum(begins) OVER (${partitionBy(groups)} ORDER BY last_pos, seq ROWS UNBOUNDED PRECEDING) AS run
          FROM (SELECT *, CASE WHEN first_pos <= max(last_pos) OVER (${partitionBy(groups)} ORDER BY last_pos, seq
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS begins FROM ${WINDOWS}))
        GROUP BY ${listed(groups)} run`,
  );
}

/**
 * Adds to what was found the events of the alerts below it, and folds alerts of one group that then overlap: they rest on
 * the same run below.
 */
async function takeInAlerts(
  session: SqlSession,
  members: LinkedCorrelation["members"],
  means: CorrelationMeans,
  groups: Groups,
  signal: AbortSignal | undefined,
): Promise<void> {
  const below = members.filter(({ kind }) => kind === "correlation").map((member) => sql`${means.numberOf(member)}`);
  await session.run(
    sql`INSERT INTO ${FOUND} SELECT DISTINCT f.alert, ${listed(groups, sql`f`)} events.seq
        FROM (SELECT DISTINCT f.alert, ${listed(groups, sql`f`)} own.alert AS below FROM ${FOUND} f
          JOIN detection_alert_event own ON own.seq = f.seq
          JOIN detection_alert a ON a.alert = own.alert AND a.rule IN (${joinSql(below, sql`, `)})) f
        JOIN detection_alert_event events ON events.alert = f.below`,
    { signal },
  );
  await session.run(
    sql`UPDATE ${FOUND} AS f SET alert = folded.kept FROM (
          SELECT alert, min(alert) OVER (PARTITION BY ${listed(groups)} run) AS kept FROM (
            SELECT *, sum(begins) OVER (${partitionBy(groups)} ORDER BY first, alert ROWS UNBOUNDED PRECEDING) AS run FROM (
              SELECT *, CASE WHEN first <= max(last) OVER (${partitionBy(groups)} ORDER BY first, alert
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS begins
              FROM (SELECT alert, ${listed(groups)} min(e.time) AS first, max(e.time) AS last
                    FROM ${FOUND} JOIN event e USING (seq) GROUP BY ${listed(groups)} alert)))) folded
        WHERE folded.alert = f.alert`,
    { signal },
  );
}

async function storeAlerts(
  session: SqlSession,
  { groupBy }: CorrelationRule,
  number: number,
  groups: Groups,
  signal: AbortSignal | undefined,
): Promise<void> {
  await session.run(sql`INSERT INTO detection_alert_event SELECT DISTINCT alert, seq FROM ${FOUND}`);
  const names = groupBy.flatMap((name, index) => [sql`${name}`, groups[index] ?? sql`NULL`]);
  const group = names.length === 0 ? sql`'{}'` : sql`json_object(${joinSql(names, sql`, `)})`;
  const seqAt = (position: Sql): Sql =>
    sql`(SELECT any_value(o.seq) FROM ${OCCURRENCES} o WHERE o.pos = ${position} AND ${sameGroup(groups, sql`o`, sql`r`)})`;
  await session.run(
    sql`INSERT INTO detection_alert
        SELECT alert, ${number}, ${group}, span.first, span.last, ${seqAt(sql`r.met_first`)}, ${seqAt(sql`r.met_last`)}, r.measured
        FROM ${RUNS} r JOIN (SELECT alert, min(e.time) AS first, max(e.time) AS last
                             FROM ${FOUND} JOIN event e USING (seq) GROUP BY alert) span USING (alert)`,
    { signal },
  );
}

/** Stores, of each rule of the correlation, its last event in the first window; in an order, its last before that of the next. */
async function storeStages(session: SqlSession, { rule, members }: LinkedCorrelation, groups: Groups): Promise<void> {
  const isOrdered = rule.type === "temporal_ordered";
  const stages = identifier("detection_stage");
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${stages} (alert INTEGER, member INTEGER, seq BIGINT, pos BIGINT)`,
  );
  for (let position = members.length - 1; position >= 0; position--) {
    const member = literal(String(position));
    const next = isOrdered
      ? sql`(SELECT s.pos - 1 FROM ${stages} s WHERE s.alert = r.alert AND s.member = ${member}::INTEGER + 1)`
      : sql`NULL`;
    await session.run(
      sql`INSERT INTO ${stages} SELECT r.alert, ${member}::INTEGER, arg_max(o.seq, o.pos), max(o.pos)
          FROM (SELECT *, coalesce(${next}, met_last) AS bound FROM ${RUNS} r WHERE alert IN (SELECT alert FROM ${FOUND})) r
          JOIN ${OCCURRENCES} o ON o.member = ${member}::INTEGER AND o.pos BETWEEN r.met_first AND r.bound
            AND ${sameGroup(groups, sql`o`, sql`r`)}
          GROUP BY r.alert`,
    );
  }
  await session.run(sql`INSERT INTO detection_alert_stage SELECT alert, member, seq FROM ${stages}`);
  await session.run(sql`DROP TABLE ${stages}`);
}

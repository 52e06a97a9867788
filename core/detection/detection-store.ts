import { type SqlSession } from "../casefile/database.ts";
import { emptyTable } from "../casefile/empty-table.ts";
import { bigintOrNull, integerOf, jsonOf, textOf, type Row } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { type CorrelationAlert, type DetectionState, type RuleHits, type RulesSummary } from "../model/detection.ts";
import { formatInstant, instant } from "../model/time.ts";
import { firedRule } from "./stored-rules.ts";
import { techniqueMatrix } from "./technique-matrix.ts";

/** Deletes what the run before found. Mutes and settings stay. */
export async function clearRun(session: SqlSession): Promise<void> {
  await session.run(sql`DELETE FROM detection_run`);
  await session.run(sql`DELETE FROM detection_rule`);
  await session.run(sql`DELETE FROM detection_member`);
  await emptyTable(session, sql`detection_match`, sql`0, 0`);
  await emptyTable(session, sql`detection_alert`, sql`0, 0, '{}', 0, 0, 0, 0, NULL`);
  await emptyTable(session, sql`detection_alert_event`, sql`0, 0`);
  await emptyTable(session, sql`detection_alert_stage`, sql`0, 0, 0`);
}

/**
 * What the last run of the rules found, with rule id, version, hash, author and licence of everything that fired: results
 * of a tool, for the report and the window. Null when rules have not been run. Events are read by {@link readHitEvents}
 * and {@link readAlertEvents}.
 *
 * @param alertsOfRule - at most so many alerts of each correlation, its first; all of them by default.
 */
export async function readDetections(
  session: Pick<SqlSession, "query"> & { readonly events: number },
  alertsOfRule = Number.MAX_SAFE_INTEGER,
): Promise<DetectionState | null> {
  const [run] = await session.query(sql`SELECT * FROM detection_run`);
  if (!run) return null;
  const hits = await session.query(sql`
    SELECT r.rule AS number, r.*, coalesce(m.reason, '') AS muted, h.count, h.first, h.last FROM detection_rule r
    JOIN (SELECT d.rule, count(*) AS count, min(e.time) AS first, max(e.time) AS last
          FROM detection_match d JOIN event e USING (seq) GROUP BY d.rule) h ON h.rule = r.rule
    LEFT JOIN muted_rule m ON m.rule = r.id WHERE r.shown ORDER BY r.rule`);
  const alerts = await session.query(sql`
    SELECT a.alert, a."group", a.first, a.last, r.*, coalesce(m.reason, '') AS muted, h.count FROM detection_alert a
    JOIN detection_rule r ON r.rule = a.rule AND r.shown
    JOIN (SELECT alert, count(*) AS count FROM detection_alert_event GROUP BY alert) h ON h.alert = a.alert
    LEFT JOIN muted_rule m ON m.rule = r.id
    QUALIFY row_number() OVER (PARTITION BY a.rule ORDER BY a.first, a.alert) <= ${alertsOfRule} ORDER BY a.first, a.alert`);
  const alerting = await session.query(sql`
    SELECT r.*, coalesce(m.reason, '') AS muted, h.alerts, h.count FROM detection_rule r
    JOIN (SELECT a.rule, count(DISTINCT x.alert) AS alerts, count(*) AS count FROM detection_alert a
          JOIN detection_alert_event x USING (alert) GROUP BY a.rule) h ON h.rule = r.rule
    LEFT JOIN muted_rule m ON m.rule = r.id WHERE r.shown ORDER BY r.rule`);
  const fired = hits.map((row): RuleHits => ({
    ...firedRule(row),
    count: integerOf(row, "count"),
    firstSeen: timeOf(row, "first"),
    lastSeen: timeOf(row, "last"),
  }));
  const correlations = alerts.map((row): CorrelationAlert => ({
    ...firedRule(row),
    alert: integerOf(row, "alert"),
    // Written by correlate as an object of texts.
    group: jsonOf(row, "group") as Readonly<Record<string, string>>,
    count: integerOf(row, "count"),
    firstSeen: timeOf(row, "first") ?? "",
    lastSeen: timeOf(row, "last") ?? "",
  }));
  const tags = await session.query(sql`SELECT json_extract(info, '$.said.tags') AS tags FROM detection_rule`);
  return {
    rules: summaryOf(run),
    ranAt: textOf(run, "ran_at"),
    milliseconds: integerOf(run, "milliseconds"),
    current: integerOf(run, "events") === session.events,
    hits: fired,
    correlations,
    unlisted: alerting
      .filter((row) => integerOf(row, "alerts") > alertsOfRule)
      .map((row) => ({
        rule: textOf(row, "id"),
        title: textOf(row, "title"),
        alerts: integerOf(row, "alerts") - alertsOfRule,
      })),
    // Written by writeRules as a list of texts.
    matrix: techniqueMatrix(
      tags.map((row) => jsonOf(row, "tags") as readonly string[]),
      [...fired, ...alerting.map((row) => ({ ...firedRule(row), count: integerOf(row, "count") }))],
    ),
  };
}

function summaryOf(run: Row): RulesSummary {
  return {
    loaded: integerOf(run, "loaded"),
    compiled: integerOf(run, "compiled"),
    unrouted: integerOf(run, "unrouted"),
    // Written by runRules.
    rejected: jsonOf(run, "rejected") as RulesSummary["rejected"],
    unmappedFields: jsonOf(run, "unmapped_fields") as RulesSummary["unmappedFields"],
  };
}

function timeOf(row: Row, column: string): string | null {
  const time = bigintOrNull(row, column);
  return time === null ? null : formatInstant(instant(time));
}

import { type SqlSession } from "../casefile/database.ts";
import { bigintOrNull, integerOf, textOf } from "../casefile/row.ts";
import { sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type AlertPrincipal, type DetectionFlag } from "../model/detection.ts";
import { append } from "../model/grouped.ts";

type Reader = Pick<SqlSession, "query">;

/** Some of a list of events: at most `count` from `start` on; all of them by default. */
export interface EventPage {
  readonly start: number;
  readonly count: number;
}

const ALL: EventPage = { start: 0, count: Number.MAX_SAFE_INTEGER };

/** Events that fit a rule, in order of time; empty for a rule that did not fire. */
export function readHitEvents(session: Reader, rule: string, page = ALL): Promise<readonly number[]> {
  const hits = sql`(SELECT seq FROM detection_match m JOIN detection_rule r USING (rule) WHERE r.id = ${rule})`;
  return readInTime(session, hits, page);
}

/** Events of an alert, in order of time. */
export function readAlertEvents(session: Reader, alert: number, page = ALL): Promise<readonly number[]> {
  return readInTime(session, sql`(SELECT seq FROM detection_alert_event WHERE alert = ${alert})`, page);
}

/** Events of every alert of the last run, by its number; in order of time. */
export async function readEventsByAlert(session: Reader): Promise<ReadonlyMap<number, readonly number[]>> {
  const rows = await session.query(
    sql`SELECT x.alert, seq FROM detection_alert_event x JOIN event USING (seq) ORDER BY x.alert, time NULLS LAST, seq`,
  );
  const events = new Map<number, number[]>();
  for (const row of rows) append(events, integerOf(row, "alert"), integerOf(row, "seq"));
  return events;
}

/** Events at one time stand in the order of the evidence; those without a time come last. */
async function readInTime(session: Reader, events: Sql, { start, count }: EventPage): Promise<readonly number[]> {
  const rows = await session.query(
    sql`SELECT seq FROM ${events} JOIN event USING (seq) ORDER BY time NULLS LAST, seq LIMIT ${count} OFFSET ${start}`,
  );
  return rows.map((row) => integerOf(row, "seq"));
}

/** An alert of more principals than this is found under the first of them. */
const MAX_PRINCIPALS = 20;

/** Whose events fired each rule and are in each alert, at most 20 for one. */
export async function readAlertPrincipals(session: Reader): Promise<readonly AlertPrincipal[]> {
  const rows = await session.query(sql`
    SELECT key, principal FROM (
      SELECT DISTINCT 'rule:' || r.id AS key, coalesce(e.principal, 'no principal recorded') AS principal
      FROM detection_match m JOIN detection_rule r ON r.rule = m.rule AND r.shown JOIN event e USING (seq)
      UNION
      SELECT DISTINCT 'alert:' || x.alert, coalesce(e.principal, 'no principal recorded')
      FROM detection_alert_event x JOIN event e USING (seq))
    QUALIFY row_number() OVER (PARTITION BY key ORDER BY principal) <= ${MAX_PRINCIPALS} ORDER BY principal, key`);
  return rows.map((row) => ({ key: textOf(row, "key"), principal: textOf(row, "principal") }));
}

/** Flags of one rule on the strip; a rule with more hits than this is looked at in its list. */
const MAX_FLAGS_OF_RULE = 50;
const MAX_FLAGS = 1_000;

/**
 * Moments for the time strip: where each alert begins, and the first hits of each rule that alerts on its own, muted and
 * informational ones aside; in order of time.
 */
export async function readDetectionFlags(session: Reader): Promise<readonly DetectionFlag[]> {
  const rows = await session.query(sql`
    SELECT seq, time, level, title FROM (
      SELECT m.seq AS seq, e.time AS time, r.rule AS rule FROM detection_match m JOIN event e USING (seq)
      JOIN detection_rule r ON r.rule = m.rule AND r.kind = 'detection'
      QUALIFY row_number() OVER (PARTITION BY m.rule ORDER BY e.time, m.seq) <= ${MAX_FLAGS_OF_RULE}
      UNION ALL
      SELECT min(x.seq), a.first, a.rule FROM detection_alert a JOIN detection_alert_event x USING (alert)
      JOIN event e ON e.seq = x.seq AND e.time = a.first GROUP BY a.alert, a.first, a.rule)
    JOIN detection_rule r USING (rule)
    WHERE r.shown AND r.level <> 'informational' AND r.id NOT IN (SELECT rule FROM muted_rule) AND time IS NOT NULL
    ORDER BY time, seq LIMIT ${MAX_FLAGS}`);
  return rows.map((row) => ({
    seq: integerOf(row, "seq"),
    time: present(bigintOrNull(row, "time"), "undated events are left out"),
    level: textOf(row, "level"),
    title: textOf(row, "title"),
  }));
}

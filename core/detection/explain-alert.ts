import { type SqlSession } from "../casefile/database.ts";
import { bigintOrNull, integerOf, integerOrNull, numberOf, textOf, type Row } from "../casefile/row.ts";
import { joinSql, sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type AlertExplanation, type AlertPart, type DatedEvent, type FittedRule } from "../model/detection.ts";
import { Problem } from "../model/problem.ts";
import { formatInstant, instant } from "../model/time.ts";
import { askedBy, measuredBy } from "./correlation-words.ts";
import { readRules } from "./read-rules.ts";
import { type CorrelationRule } from "./rule.ts";

type Reader = Pick<SqlSession, "query">;

/** Why an alert of the last run fired. Throws `no-such-alert` (usage). */
export async function explainAlert(session: Reader, alert: number): Promise<AlertExplanation> {
  const [row] = await session.query(sql`
    SELECT r.info ->> '$.said.text' AS text, measured, window_first AS first, f.time AS first_time, window_last AS last, l.time AS last_time
    FROM detection_alert a JOIN detection_rule r USING (rule)
    JOIN event f ON f.seq = window_first JOIN event l ON l.seq = window_last WHERE alert = ${alert}`);
  if (!row) {
    throw new Problem("usage", "no-such-alert", `explaining an alert: expected one of the last run, got ${alert}`);
  }
  const rule = correlationIn(textOf(row, "text"));
  return {
    asked: askedBy(rule),
    met: measuredBy(rule, row["measured"] === null ? null : numberOf(row, "measured")),
    first: datedEvent(row, "first"),
    last: datedEvent(row, "last"),
    ordered: rule.type === "temporal_ordered",
    parts: await readParts(session, alert),
  };
}

function correlationIn(text: string): CorrelationRule {
  const rule = readRules([{ file: "", text }]).rules.find(({ kind }) => kind === "correlation");
  return present(rule?.kind === "correlation" ? rule : undefined, "a correlation that ran can be read again");
}

function datedEvent(row: Row, name: string): DatedEvent {
  const time = present(bigintOrNull(row, `${name}_time`), "events of windows have a time");
  return { seq: integerOf(row, name), time: formatInstant(instant(time)) };
}

async function readParts(session: Reader, alert: number): Promise<readonly AlertPart[]> {
  const rows = await session.query(sql`
    WITH part AS (
      SELECT m.position, m.rule FROM detection_alert a JOIN detection_member m ON m.correlation = a.rule WHERE a.alert = ${alert}
    ), own AS (SELECT seq FROM detection_alert_event WHERE alert = ${alert}),
    fitting AS (
      SELECT p.rule, x.seq FROM part p JOIN detection_match x ON x.rule = p.rule JOIN own ON own.seq = x.seq
      UNION
      SELECT p.rule, x.seq FROM part p JOIN detection_alert b ON b.rule = p.rule
      JOIN detection_alert_event x ON x.alert = b.alert JOIN own ON own.seq = x.seq
    )
    SELECT r.id, r.title, r.kind, coalesce(f.events, 0) AS events, s.seq AS stage, e.time AS stage_time
    FROM part p JOIN detection_rule r ON r.rule = p.rule
    LEFT JOIN (SELECT rule, count(*) AS events FROM fitting GROUP BY rule) f ON f.rule = p.rule
    LEFT JOIN detection_alert_stage s ON s.alert = ${alert} AND s.position = p.position
    LEFT JOIN event e ON e.seq = s.seq ORDER BY p.position`);
  return rows.map((row) => ({
    rule: textOf(row, "id"),
    title: textOf(row, "title"),
    kind: textOf(row, "kind") === "detection" ? "detection" : "correlation",
    events: integerOf(row, "events"),
    stage: integerOrNull(row, "stage") === null ? null : datedEvent(row, "stage"),
  }));
}

/** Which of the rules at the bottom of an alert fit these events of it, by event and in the order of the rules. */
export async function readFittedRules(
  session: Reader,
  alert: number,
  seqs: readonly number[],
): Promise<readonly FittedRule[]> {
  const list = joinSql(
    seqs.map((seq) => sql`${seq}`),
    sql`, `,
  );
  const rows = await session.query(sql`
    WITH RECURSIVE below AS (
      SELECT m.rule FROM detection_alert a JOIN detection_member m ON m.correlation = a.rule WHERE a.alert = ${alert}
      UNION
      SELECT m.rule FROM below JOIN detection_member m ON m.correlation = below.rule
    )
    SELECT m.seq, r.id, r.title FROM detection_match m
    JOIN below ON below.rule = m.rule JOIN detection_rule r ON r.rule = m.rule
    WHERE m.seq IN (${list}) ORDER BY m.seq, r.rule`);
  return rows.map((row) => ({ seq: integerOf(row, "seq"), rule: textOf(row, "id"), title: textOf(row, "title") }));
}

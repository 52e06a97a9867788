import { type CaseSession } from "../casefile/case-session.ts";
import { performAct } from "../casefile/analyst-acts.ts";
import { type SqlSession } from "../casefile/database.ts";
import { emptyTable } from "../casefile/empty-table.ts";
import { bigintOrNull, integerOf, jsonOf, textOf, textOrNull, type Row } from "../casefile/row.ts";
import { joinSql, sql } from "../casefile/sql.ts";
import {
  type AlertPrincipal,
  type CorrelationAlert,
  type DetectionFlag,
  type DetectionState,
  type FiredRule,
  type RuleHits,
  type RulesSummary,
} from "../model/detection.ts";
import { present } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { formatInstant, instant } from "../model/time.ts";
import { type RuleFile } from "./read-rules.ts";
import { techniqueMatrix } from "./technique-matrix.ts";
import { type FilterReading } from "./rule-set.ts";
import { type RuleInfo } from "./rule.ts";

type Reader = Pick<SqlSession, "query">;

/** A rule as it is stored with its matches. */
export interface StoredRule {
  readonly number: number;
  readonly info: RuleInfo;
  readonly kind: "detection" | "correlation";
  readonly shown: boolean;
  readonly applied: AppliedToRule;
}

/** What a rule was read with, so that it can be read again to explain what it found. */
export interface AppliedToRule {
  readonly filters: readonly (RuleFile & { readonly title: string })[];
  readonly filterReading: FilterReading;
  /** Values of the placeholders that the rule and its filters name. */
  readonly placeholders: Readonly<Record<string, readonly string[]>>;
}

/** Writes the rules of a run. Precondition: those of the run before are deleted. */
export async function writeRules(session: SqlSession, rules: readonly StoredRule[]): Promise<void> {
  if (rules.length === 0) return;
  const rows = rules.map(({ number, info, kind, shown, applied }) => {
    const { id, title, level, hash, file, line, author, license, version, status, tags, description, text } = info;
    const { falsePositives, references } = info;
    const stored = {
      file,
      line,
      author,
      license,
      version,
      status,
      tags,
      description,
      text,
      falsePositives,
      references,
      applied,
    };
    return sql`(${number}, ${id}, ${kind}, ${title}, ${level}, ${JSON.stringify(stored)}, ${hash}, ${shown})`;
  });
  await session.run(sql`INSERT INTO detection_rule VALUES ${joinSql(rows, sql`, `)}`);
}

/** Deletes what the run before found. Mutes and settings stay. */
export async function clearRun(session: SqlSession): Promise<void> {
  await session.run(sql`DELETE FROM detection_run`);
  await session.run(sql`DELETE FROM detection_rule`);
  await emptyTable(session, sql`detection_match`, sql`0, 0`);
  await emptyTable(session, sql`detection_alert`, sql`0, 0, '{}', 0, 0`);
  await emptyTable(session, sql`detection_alert_event`, sql`0, 0`);
}

/**
 * What the last run of the rules found, with rule id, version, hash, author and licence of everything that fired: results
 * of a tool, for the report and the window. Null when rules have not been run. Events are read by {@link readHitEvents}
 * and {@link readAlertEvents}.
 */
export async function readDetections(session: Reader & { readonly events: number }): Promise<DetectionState | null> {
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
    LEFT JOIN muted_rule m ON m.rule = r.id ORDER BY a.first, a.alert`);
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
  const tags = await session.query(sql`SELECT json_extract(info, '$.tags') AS tags FROM detection_rule`);
  return {
    rules: summaryOf(run),
    ranAt: textOf(run, "ran_at"),
    milliseconds: integerOf(run, "milliseconds"),
    current: integerOf(run, "events") === session.events,
    hits: fired,
    correlations,
    // Written by writeRules as a list of texts.
    matrix: techniqueMatrix(
      tags.map((row) => jsonOf(row, "tags") as readonly string[]),
      [...fired, ...correlations],
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

type StoredInfo = Omit<FiredRule, "rule" | "title" | "level" | "hash" | "muted"> & { readonly applied: AppliedToRule };

/** The text of a detection rule of the last run, and what it was read with. Throws `no-such-rule` (usage). */
export async function readStoredRule(session: Reader, id: string): Promise<StoredInfo> {
  const [row] = await session.query(sql`SELECT info FROM detection_rule WHERE id = ${id} AND kind = 'detection'`);
  if (row) return jsonOf(row, "info") as StoredInfo; // written by writeRules
  throw new Problem("usage", "no-such-rule", `explaining a match: expected a rule that was run, got ${quote(id)}`);
}

function firedRule(row: Row): FiredRule {
  // Written by writeRules.
  const info = jsonOf(row, "info") as StoredInfo;
  return {
    version: info.version,
    author: info.author,
    license: info.license,
    status: info.status,
    tags: info.tags,
    description: info.description,
    falsePositives: info.falsePositives,
    references: info.references,
    file: info.file,
    line: info.line,
    text: info.text,
    rule: textOf(row, "id"),
    title: textOf(row, "title"),
    level: textOf(row, "level"),
    hash: textOf(row, "hash"),
    muted: textOrNull(row, "muted") ?? "",
  };
}

function timeOf(row: Row, column: string): string | null {
  const time = bigintOrNull(row, column);
  return time === null ? null : formatInstant(instant(time));
}

/** Events that fit a rule, in evidence order, at most `limit` from `start` on. Empty for a rule that did not fire. */
export async function readHitEvents(
  session: Reader,
  rule: string,
  start = 0,
  limit?: number,
): Promise<readonly number[]> {
  const rows = await session.query(
    sql`SELECT seq FROM detection_match m JOIN detection_rule r USING (rule) WHERE r.id = ${rule} ORDER BY seq
        LIMIT ${limit ?? Number.MAX_SAFE_INTEGER} OFFSET ${start}`,
  );
  return rows.map((row) => integerOf(row, "seq"));
}

/** Events of an alert, in evidence order, at most `limit` from `start` on. */
export async function readAlertEvents(
  session: Reader,
  alert: number,
  start = 0,
  limit?: number,
): Promise<readonly number[]> {
  const rows = await session.query(
    sql`SELECT seq FROM detection_alert_event WHERE alert = ${alert} ORDER BY seq
        LIMIT ${limit ?? Number.MAX_SAFE_INTEGER} OFFSET ${start}`,
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
      GROUP BY a.alert, a.first, a.rule)
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

/** Mutes a rule, or hears of it again with an empty reason. Can be undone. Throws `no-such-rule` (usage). */
export async function muteRule(
  session: Pick<CaseSession, "caseFile" | "custody">,
  rule: string,
  reason: string,
): Promise<void> {
  const [row] = await session.caseFile.query(sql`SELECT title FROM detection_rule WHERE id = ${rule}`);
  if (!row) throw new Problem("usage", "no-such-rule", `muting a rule: expected one that was run, got ${quote(rule)}`);
  const trimmed = reason.trim();
  const label = `${trimmed === "" ? "Unmute" : "Mute"} ${textOf(row, "title")}`;
  const action = trimmed === "" ? "rule.unmuted" : "rule.muted";
  const object = { id: rule, label: textOf(row, "title") };
  await performAct(session, label, { action, object, params: { reason: trimmed } }, async (transaction, act) => {
    await transaction.run(sql`INSERT INTO detection_mute VALUES (${act}, ${rule}, ${trimmed})`);
  });
}

/** Whether rules run after every import. */
export async function detectsOnImport(session: Reader): Promise<boolean> {
  const [row] = await session.query(sql`SELECT value FROM detection_setting WHERE key = 'on-import'`);
  return row?.["value"] === true;
}

/** Switches running after every import on or off. */
export async function setDetectsOnImport(
  { caseFile, custody }: Pick<CaseSession, "caseFile" | "custody">,
  on: boolean,
): Promise<void> {
  await caseFile.transaction(async (session) => {
    await custody.append({ action: "case.detection-set", params: { onImport: on } });
    await session.run(sql`INSERT INTO detection_setting VALUES ('on-import', ${on})
      ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
  });
}

import { performAct } from "../casefile/analyst-acts.ts";
import { type CaseSession } from "../casefile/case-session.ts";
import { type SqlSession } from "../casefile/database.ts";
import { textOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { Problem, quote } from "../model/problem.ts";

type Writer = Pick<CaseSession, "caseFile" | "custody">;

/** Mutes a rule, or hears of it again with an empty reason. Can be undone. Throws `no-such-rule` (usage). */
export async function muteRule(session: Writer, rule: string, reason: string): Promise<void> {
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
export async function detectsOnImport(session: Pick<SqlSession, "query">): Promise<boolean> {
  const [row] = await session.query(sql`SELECT value FROM detection_setting WHERE key = 'on-import'`);
  return row?.["value"] === true;
}

/** Switches running after every import on or off. */
export async function setDetectsOnImport({ caseFile, custody }: Writer, on: boolean): Promise<void> {
  await caseFile.transaction(async (session) => {
    await custody.append({ action: "case.detection-set", params: { onImport: on } });
    await session.run(sql`INSERT INTO detection_setting VALUES ('on-import', ${on})
      ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
  });
}

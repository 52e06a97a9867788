import { performAct } from "../casefile/analyst-acts.ts";
import { type CaseFile } from "../casefile/case-file.ts";
import { type CustodyAct } from "../casefile/custody-journal.ts";
import { textOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { type SavedView } from "../model/triage.ts";
import { type TriageSession } from "./marks.ts";

/** Saved views by name. */
export async function readSavedViews(caseFile: CaseFile): Promise<readonly SavedView[]> {
  const rows = await caseFile.query(sql`SELECT name, content FROM saved_view ORDER BY name`);
  return rows.map((row) => ({ name: textOf(row, "name"), content: String(JSON.parse(textOf(row, "content"))) }));
}

/** Keeps a view under a name, in place of one that had it. */
export async function saveView(session: TriageSession, { name, content }: SavedView): Promise<void> {
  const entry: CustodyAct = { action: "view.saved", params: { name, content } };
  await performAct(session, `save view ${name}`, entry, (rows, act) =>
    rows.run(sql`INSERT INTO triage_view VALUES (${act}, ${name}, ${JSON.stringify(content)})`),
  );
}

/** Takes a view away. */
export async function removeView(session: TriageSession, name: string): Promise<void> {
  await performAct(session, `remove view ${name}`, { action: "view.removed", params: { name } }, (rows, act) =>
    rows.run(sql`INSERT INTO triage_view VALUES (${act}, ${name}, NULL)`),
  );
}

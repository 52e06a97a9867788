import { performAct } from "../casefile/analyst-acts.ts";
import { type CaseSession } from "../casefile/case-session.ts";
import { type CustodyAct } from "../casefile/custody-journal.ts";
import { type SqlSession } from "../casefile/database.ts";
import { textOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { type RuleFile } from "./read-rules.ts";

/** The rule files that the analyst keeps in the case, by name. */
export async function readOwnRules(session: Pick<SqlSession, "query">): Promise<readonly RuleFile[]> {
  const rows = await session.query(sql`SELECT name, text FROM own_rule ORDER BY name`);
  return rows.map((row) => ({ file: textOf(row, "name"), text: textOf(row, "text") }));
}

/** Keeps rule files in the case, each in place of one of its name; an empty text takes it away. Can be undone. */
export async function saveOwnRules(
  session: Pick<CaseSession, "caseFile" | "custody">,
  files: readonly RuleFile[],
): Promise<void> {
  const [first] = files;
  if (!first) return;
  const label = files.length === 1 ? `Keep rules ${first.file}` : `Keep ${files.length} rule files`;
  const entry: CustodyAct = { action: "rules.kept", params: { files: files.length, first: first.file } };
  await performAct(session, label, entry, async (transaction, act) => {
    for (const { file, text } of files) {
      await transaction.run(sql`INSERT INTO detection_own_rule VALUES (${act}, ${file}, ${text})`);
    }
  });
}

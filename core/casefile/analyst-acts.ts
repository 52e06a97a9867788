import { type CaseSession } from "./case-session.ts";
import { type CustodyAct } from "./custody-journal.ts";
import { type SqlSession } from "./database.ts";
import { integerOf, textOf } from "./row.ts";
import { sql } from "./sql.ts";
import { present } from "../model/assert.ts";
import { Problem } from "../model/problem.ts";
import { type ActHistory } from "../model/triage.ts";

/** The case and its journal: an act of the analyst changes both or neither. */
type ActSession = Pick<CaseSession, "caseFile" | "custody">;

/**
 * Performs an act that can be undone without limit. `write` inserts rows that carry the act's number in a column `act`
 * and changes none; what reads them counts those whose act is in the view `standing_act`. The entry `entry` goes to the
 * custody journal before the rows are written. Acts that were undone can then no longer be done again.
 */
export function performAct<T>(
  { caseFile, custody }: ActSession,
  label: string,
  entry: CustodyAct,
  write: (session: SqlSession, act: number) => Promise<T>,
): Promise<T> {
  return caseFile.transaction(async (session) => {
    const [row] = await session.query(sql`SELECT coalesce(max(id), 0) + 1 AS act FROM analyst_act`);
    const act = integerOf(present(row, "an aggregate has one row"), "act");
    const { at } = await custody.append({ ...entry, params: { ...entry.params, act } });
    await session.run(sql`UPDATE analyst_act SET state = 'dropped' WHERE state = 'undone'`);
    await session.run(sql`INSERT INTO analyst_act VALUES (${act}, ${at}, ${entry.action}, ${label}, 'standing')`);
    return write(session, act);
  });
}

/** Takes the last standing act back. Throws `nothing-to-undo` (usage). */
export function undoAct(session: ActSession): Promise<ActHistory> {
  return turn(session, {
    which: sql`SELECT id, action, label FROM analyst_act WHERE state = 'standing' ORDER BY id DESC LIMIT 1`,
    to: "undone",
    entry: "act.undone",
    none: new Problem("usage", "nothing-to-undo", "undoing: there is no act of the analyst that stands"),
  });
}

/** Does the act again that was undone last. Throws `nothing-to-redo` (usage). */
export function redoAct(session: ActSession): Promise<ActHistory> {
  return turn(session, {
    which: sql`SELECT id, action, label FROM analyst_act WHERE state = 'undone' ORDER BY id LIMIT 1`,
    to: "standing",
    entry: "act.redone",
    none: new Problem("usage", "nothing-to-redo", "redoing: no act was undone since the last one"),
  });
}

/** What undo and redo would do. */
export async function readActHistory(session: Pick<SqlSession, "query">): Promise<ActHistory> {
  const rows = await session.query(
    sql`SELECT arg_max(label, id) FILTER (state = 'standing') AS undo, arg_min(label, id) FILTER (state = 'undone') AS redo
        FROM analyst_act`,
  );
  const [row] = rows;
  const label = (value: unknown): string | null => (typeof value === "string" ? value : null);
  return { undo: label(row?.["undo"]), redo: label(row?.["redo"]) };
}

interface Turn {
  readonly which: ReturnType<typeof sql>;
  readonly to: "undone" | "standing";
  readonly entry: "act.undone" | "act.redone";
  readonly none: Problem;
}

function turn({ caseFile, custody }: ActSession, { which, to, entry, none }: Turn): Promise<ActHistory> {
  return caseFile.transaction(async (session) => {
    const [row] = await session.query(which);
    if (!row) throw none;
    const act = integerOf(row, "id");
    await custody.append({
      action: entry,
      params: { act, action: textOf(row, "action"), label: textOf(row, "label") },
    });
    await session.run(sql`UPDATE analyst_act SET state = ${to} WHERE id = ${act}`);
    return readActHistory(session);
  });
}

import { performAct } from "../casefile/analyst-acts.ts";
import { type CaseFile } from "../casefile/case-file.ts";
import { type CustodyAct } from "../casefile/custody-journal.ts";
import { type SqlSession } from "../casefile/database.ts";
import { bigintOrNull, integerOf, textOf, type Row } from "../casefile/row.ts";
import { sql, type Sql } from "../casefile/sql.ts";
import { assert, present } from "../model/assert.ts";
import { Problem } from "../model/problem.ts";
import { ACTIVITY_CONFIDENCES, type Activity, type ActivityDraft } from "../model/triage.ts";
import { assertEvents, eventList, type TriageSession } from "./marks.ts";
import { eventsOfEntry } from "./targets.ts";

/** Folds events into a new activity. An event of another one moves to it. Throws `no-such-event` (usage). */
export async function makeActivity(
  session: TriageSession,
  seqs: readonly number[],
  draft: ActivityDraft,
): Promise<Activity> {
  assertEvents(session, seqs);
  const entry: CustodyAct = { action: "activity.made", params: { ...contentOf(draft), ...eventsOfEntry(seqs) } };
  return performAct(session, `make activity ${draft.name}`, entry, async (rows, act) => {
    await writeActivity(rows, act, act, draft);
    await rows.run(sql`INSERT INTO triage_activity_event SELECT ${act}, seq FROM ${eventList(seqs)}`);
    return present(await readActivity(rows, act), "an activity that was written can be read");
  });
}

/** Gives an activity another name, technique, confidence or note. Throws `no-such-activity` (usage). */
export function changeActivity(session: TriageSession, id: number, draft: ActivityDraft): Promise<Activity> {
  const entry: CustodyAct = { action: "activity.changed", params: { activity: id, ...contentOf(draft) } };
  return performAct(session, `change activity ${draft.name}`, entry, async (rows, act) => {
    await standingActivity(rows, id);
    await writeActivity(rows, act, id, draft);
    return present(await readActivity(rows, id), "an activity that was written can be read");
  });
}

/** Lets the events of an activity stand for themselves again. Throws `no-such-activity` (usage). */
export function dissolveActivity(session: TriageSession, id: number): Promise<void> {
  const entry: CustodyAct = { action: "activity.dissolved", params: { activity: id } };
  return performAct(session, "dissolve an activity", entry, async (rows, act) => {
    const { technique, confidence, note } = await standingActivity(rows, id);
    await writeActivity(rows, act, id, { name: "", technique, confidence, note });
  });
}

/** The activities of a case in the order of making. */
export async function readActivities(caseFile: CaseFile): Promise<readonly Activity[]> {
  return (await caseFile.query(activitiesSql(sql`TRUE`))).map(toActivity);
}

async function readActivity(session: SqlSession, id: number): Promise<Activity | undefined> {
  const [row] = await session.query(activitiesSql(sql`a.id = ${id}`));
  return row && toActivity(row);
}

/** The events of an activity in order of time. */
export async function readActivityEvents(caseFile: CaseFile, id: number): Promise<readonly number[]> {
  const rows = await caseFile.query(
    sql`SELECT seq FROM event WHERE seq IN (SELECT seq FROM event_activity WHERE activity = ${id})
        ORDER BY time NULLS LAST, seq`,
  );
  return rows.map((row) => integerOf(row, "seq"));
}

async function standingActivity(session: SqlSession, id: number): Promise<Activity> {
  const found = await readActivity(session, id);
  if (found) return found;
  throw new Problem("usage", "no-such-activity", `expected an activity of this case, got ${id}`);
}

function activitiesSql(condition: Sql): Sql {
  return sql`SELECT a.id, a.label, a.name, a.technique, a.confidence, a.note, count(e.seq) AS events,
      arg_min(e.seq, (e.time IS NULL, e.time, e.seq)) AS first_seq, min(e.time) AS first, max(e.time) AS last
    FROM activity a JOIN event_activity m ON m.activity = a.id JOIN event e ON e.seq = m.seq
    WHERE ${condition} GROUP BY ALL ORDER BY a.id`;
}

function toActivity(row: Row): Activity {
  const confidence = ACTIVITY_CONFIDENCES.find((word) => word === textOf(row, "confidence"));
  assert(confidence !== undefined, "column confidence should hold a word of ours");
  return {
    id: integerOf(row, "id"),
    label: textOf(row, "label"),
    name: textOf(row, "name"),
    technique: textOf(row, "technique"),
    confidence,
    note: textOf(row, "note"),
    events: integerOf(row, "events"),
    firstSeq: integerOf(row, "first_seq"),
    first: bigintOrNull(row, "first"),
    last: bigintOrNull(row, "last"),
  };
}

async function writeActivity(session: SqlSession, act: number, id: number, draft: ActivityDraft): Promise<void> {
  const { name, technique, confidence, note } = draft;
  await session.run(
    sql`INSERT INTO triage_activity VALUES (${act}, ${id}, ${name}, ${technique}, ${confidence}, ${note})`,
  );
}

function contentOf({ name, technique, confidence, note }: ActivityDraft) {
  return { name, technique, confidence, note };
}

import { performAct } from "../casefile/analyst-acts.ts";
import { type CaseSession } from "../casefile/case-session.ts";
import { type CustodyAct } from "../casefile/custody-journal.ts";
import { sql, type Sql } from "../casefile/sql.ts";
import { Problem } from "../model/problem.ts";
import { type Mark } from "../model/triage.ts";
import { eventsOfEntry } from "./targets.ts";

/** What a triage act changes: the case and its journal. */
export type TriageSession = Pick<CaseSession, "caseFile" | "custody">;

/** Marks events keep, noise or undecided. @returns how many. Throws `no-such-event` (usage). */
export async function markEvents(session: TriageSession, seqs: readonly number[], mark: Mark): Promise<number> {
  assertEvents(session, seqs);
  const entry: CustodyAct = { action: "triage.marked", params: { mark, ...eventsOfEntry(seqs) } };
  await performAct(session, `mark ${counted(seqs)} ${mark}`, entry, (rows, act) =>
    rows.run(sql`INSERT INTO triage_mark SELECT ${act}, seq, ${mark} FROM ${eventList(seqs)}`),
  );
  return seqs.length;
}

/** Puts a tag on events, or takes it from them. @returns how many. Throws `no-such-event` (usage). */
export async function tagEvents(
  session: TriageSession,
  seqs: readonly number[],
  tag: string,
  on: boolean,
): Promise<number> {
  assertEvents(session, seqs);
  const action = on ? "triage.tagged" : "triage.untagged";
  const label = on ? `tag ${counted(seqs)} ${tag}` : `take tag ${tag} from ${counted(seqs)}`;
  await performAct(session, label, { action, params: { tag, ...eventsOfEntry(seqs) } }, (rows, act) =>
    rows.run(sql`INSERT INTO triage_tag SELECT ${act}, seq, ${tag}, ${on} FROM ${eventList(seqs)}`),
  );
  return seqs.length;
}

/** Gives an event a comment in place of the one it had; an empty text takes it away. Throws `no-such-event` (usage). */
export async function commentEvent(session: TriageSession, seq: number, text: string): Promise<void> {
  assertEvents(session, [seq]);
  const comment = text.trim();
  const action = comment === "" ? "triage.comment-removed" : "triage.commented";
  const label = comment === "" ? `take the comment from event ${seq}` : `comment on event ${seq}`;
  await performAct(session, label, { action, params: { seqs: `${seq}`, text: comment } }, (rows, act) =>
    rows.run(sql`INSERT INTO triage_comment VALUES (${act}, ${seq}, ${comment})`),
  );
}

/** Flags a moment. Throws `no-such-event` (usage). */
export async function setFlag(
  session: TriageSession,
  flag: { readonly time: bigint; readonly seq: number | null; readonly label: string },
): Promise<void> {
  const { time, seq, label } = flag;
  if (seq !== null) assertEvents(session, [seq]);
  const entry: CustodyAct = { action: "triage.flagged", params: { time: time.toString(), seq, label } };
  await performAct(session, `flag ${label}`, entry, (rows, act) =>
    rows.run(sql`INSERT INTO triage_flag VALUES (${act}, ${act}, ${time}, ${seq}, ${label})`),
  );
}

/** Takes a flag away. Throws `no-such-flag` (usage). */
export async function removeFlag(session: TriageSession, id: number): Promise<void> {
  await performAct(
    session,
    "take a flag away",
    { action: "triage.flag-removed", params: { flag: id } },
    async (rows, act) => {
      const removed = await rows.run(
        sql`INSERT INTO triage_flag SELECT ${act}, id, time, seq, '' FROM moment_flag WHERE id = ${id}`,
      );
      if (removed === 0) throw new Problem("usage", "no-such-flag", `expected a flag of this case, got ${id}`);
    },
  );
}

/** The events of a list as a relation with a column `seq`. */
export function eventList(seqs: readonly number[]): Sql {
  return sql`(SELECT DISTINCT unnest(CAST(${JSON.stringify(seqs)} AS BIGINT[])) AS seq)`;
}

/** Throws `no-such-event` (usage) unless every one is an event of a finished import. */
export function assertEvents({ caseFile }: TriageSession, seqs: readonly number[]): void {
  const outside = seqs.find((seq) => seq < 0 || seq >= caseFile.events);
  if (seqs.length > 0 && outside === undefined) return;
  throw new Problem("usage", "no-such-event", `expected events of this case, got ${outside ?? "none"}`);
}

function counted(seqs: readonly number[]): string {
  return seqs.length === 1 ? `event ${seqs[0]}` : `${seqs.length} events`;
}

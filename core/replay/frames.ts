import { performAct } from "../casefile/analyst-acts.ts";
import { type CaseFile } from "../casefile/case-file.ts";
import { type CaseSession } from "../casefile/case-session.ts";
import { type CustodyAct } from "../casefile/custody-journal.ts";
import { integerOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { Problem } from "../model/problem.ts";

/**
 * Puts the frame of a step into the storyboard of the report, or takes it out; the step is named by its first record. An
 * act that can be undone. Throws `no-such-event` (usage).
 */
export async function setFrame(
  session: Pick<CaseSession, "caseFile" | "custody">,
  seq: number,
  present: boolean,
): Promise<void> {
  if (seq < 0 || seq >= session.caseFile.events) {
    throw new Problem("usage", "no-such-event", `expected an event of this case, got ${seq}`);
  }
  const entry: CustodyAct = {
    action: present ? "replay.frame-added" : "replay.frame-removed",
    params: { seqs: `${seq}` },
  };
  const label = present ? `frame of event ${seq} to the report` : `take the frame of event ${seq} from the report`;
  await performAct(session, label, entry, (rows, act) =>
    rows.run(sql`INSERT INTO triage_frame VALUES (${act}, ${seq}, ${present})`),
  );
}

/** The first records of the steps whose frames are in the report. */
export async function readFrames(caseFile: CaseFile): Promise<ReadonlySet<number>> {
  const rows = await caseFile.query(sql`SELECT seq FROM report_frame`);
  return new Set(rows.map((row) => integerOf(row, "seq")));
}

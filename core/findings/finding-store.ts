import { type CaseFile } from "../casefile/case-file.ts";
import { type CustodyJournal } from "../casefile/custody-journal.ts";
import { type SqlSession } from "../casefile/database.ts";
import { integerOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type CustodyValue } from "../model/custody.ts";
import { type Finding, type FindingDraft } from "../model/finding.ts";
import { Problem, quote } from "../model/problem.ts";
import {
  addedItems,
  citedEvents,
  citedItems,
  fixRecords,
  insertCitations,
  numberItems,
  removedItems,
} from "./cited-records.ts";
import { readFinding } from "./finding-table.ts";
import { checkDraft } from "./rules.ts";

/** The case and its journal: findings change only together with an entry in it. */
export interface FindingSession {
  readonly caseFile: CaseFile;
  readonly custody: CustodyJournal;
}

/**
 * Records a new finding. Every cited record is read from its working copy and hashed now; digest, leaf hash and verdict of
 * this moment are kept. Throws `bad-finding`, `no-such-event` (usage), `working-copy-altered` (refused).
 */
export async function addFinding({ caseFile, custody }: FindingSession, draft: FindingDraft): Promise<Finding> {
  const checked = checkDraft(draft);
  const records = await fixRecords(caseFile, citedEvents(checked));
  return caseFile.transaction(async (session) => {
    const [row] = await session.query(sql`SELECT count(*) AS findings FROM finding`);
    const id = formatFindingId(integerOf(present(row, "a count is one row"), "findings") + 1);
    const cited = await numberItems(session, records);
    const entries = await custody.appendAll([
      { action: "finding.created", object: { id }, params: contentOf(checked), result: citedItems(cited) },
      ...addedItems(id, cited),
    ]);
    const createdAt = present(entries[0], "the finding's own entry").at;
    await session.run(sql`INSERT INTO finding VALUES (${id}, ${checked.title}, ${checked.statement}, ${checked.class},
      ${checked.basis}, ${checked.uncertainty}, ${JSON.stringify(checked.propositions)},
      ${JSON.stringify(checked.alternatives)}, ${checked.strength}, ${createdAt}, NULL, NULL,
      ${checked.contradicting.text})`);
    await insertCitations(session, id, cited, checked.events.length);
    return present(await readFinding(session, id), "a finding that was written can be read");
  });
}

/**
 * Gives a finding new content; its former content stays in the journal. Records are read and hashed again, so a citation
 * is of this moment. Throws as {@link addFinding}, `no-such-finding` and `finding-withdrawn` (usage).
 */
export async function updateFinding(
  { caseFile, custody }: FindingSession,
  id: string,
  draft: FindingDraft,
): Promise<Finding> {
  const checked = checkDraft(draft);
  const records = await fixRecords(caseFile, citedEvents(checked));
  return caseFile.transaction(async (session) => {
    const before = await standingFinding(session, id);
    const cited = await numberItems(session, records);
    await custody.appendAll([
      { action: "finding.edited", object: { id }, params: contentOf(checked), result: citedItems(cited) },
      ...addedItems(id, cited),
      ...removedItems(before, cited),
    ]);
    await session.run(sql`UPDATE finding SET title = ${checked.title}, statement = ${checked.statement},
      class = ${checked.class}, basis = ${checked.basis}, uncertainty = ${checked.uncertainty},
      propositions = ${JSON.stringify(checked.propositions)}, alternatives = ${JSON.stringify(checked.alternatives)},
      strength = ${checked.strength}, contradicting = ${checked.contradicting.text} WHERE id = ${id}`);
    await session.run(sql`DELETE FROM finding_citation WHERE finding = ${id}`);
    await insertCitations(session, id, cited, checked.events.length);
    return present(await readFinding(session, id), "a finding that was written can be read");
  });
}

/** Withdraws a finding: it stays, with the reason. Throws `no-such-finding`, `finding-withdrawn`, `bad-finding` (usage). */
export async function withdrawFinding(
  { caseFile, custody }: FindingSession,
  id: string,
  reason: string,
): Promise<Finding> {
  if (reason.trim() === "") {
    throw new Problem("usage", "bad-finding", "withdrawing the finding: expected a reason, got none");
  }
  return caseFile.transaction(async (session) => {
    await standingFinding(session, id);
    const { at } = await custody.append({
      action: "finding.withdrawn",
      object: { id },
      params: { reason: reason.trim() },
    });
    await session.run(
      sql`UPDATE finding SET withdrawn_at = ${at}, withdrawn_reason = ${reason.trim()} WHERE id = ${id}`,
    );
    return present(await readFinding(session, id), "a finding that was written can be read");
  });
}

/** A finding that was not withdrawn. Throws `no-such-finding`, `finding-withdrawn` (usage). */
export async function standingFinding(session: SqlSession, id: string): Promise<Finding> {
  const finding = await readFinding(session, id);
  if (!finding) {
    throw new Problem("usage", "no-such-finding", `expected a finding of this case, got ${quote(id)}`);
  }
  if (finding.withdrawn) {
    throw new Problem("usage", "finding-withdrawn", `${id} was withdrawn at ${finding.withdrawn.at}`);
  }
  return finding;
}

function contentOf(draft: FindingDraft): Readonly<Record<string, CustodyValue>> {
  const { title, statement, basis, uncertainty, propositions, alternatives, strength } = draft;
  const contradicting = { text: draft.contradicting.text, events: draft.contradicting.events };
  return {
    title,
    statement,
    class: draft.class,
    basis,
    uncertainty,
    propositions,
    alternatives,
    strength,
    contradicting,
  };
}

function formatFindingId(number: number): string {
  return `F-${String(number).padStart(4, "0")}`;
}

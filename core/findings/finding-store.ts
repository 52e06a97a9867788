import { createHash } from "node:crypto";

import { type CaseFile } from "../casefile/case-file.ts";
import { type RecordLocation } from "../casefile/record-locator.ts";
import { type CustodyAct, type CustodyJournal } from "../casefile/custody-journal.ts";
import { type SqlSession } from "../casefile/database.ts";
import { integerOf } from "../casefile/row.ts";
import { joinSql, sql } from "../casefile/sql.ts";
import { formatHex } from "../encoding/bytes.ts";
import { present } from "../model/assert.ts";
import { type CustodyValue } from "../model/custody.ts";
import { type Citation, type Finding, type FindingDraft } from "../model/finding.ts";
import { Problem, quote } from "../model/problem.ts";
import { type RowVerdict } from "../model/verdict.ts";
import { formatItem, readFinding, rowVerdictOf } from "./finding-table.ts";
import { checkDraft } from "./rules.ts";

/** The case and its journal: findings change only together with an entry in it. */
export interface FindingSession {
  readonly caseFile: CaseFile;
  readonly custody: CustodyJournal;
}

/** Key in `meta` of the highest exhibit item number given so far; a number is never given twice. */
const LAST_ITEM = "finding-items";

/** Events asked for in one statement. */
const VERDICT_BATCH = 500;

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

/** A record as it was read for citing. */
interface FixedRecord {
  readonly location: RecordLocation;
  readonly sha256: string;
  readonly leafHash: string;
  readonly verdict: RowVerdict;
}

/** A fixed record with its exhibit item. */
interface CitedRecord extends FixedRecord {
  readonly item: number;
  /** Whether the item number was given now. */
  readonly added: boolean;
}

/** Those that carry the statement, then those that speak against it. */
function citedEvents({ events, contradicting }: FindingDraft): readonly number[] {
  return [...events, ...contradicting.events];
}

async function fixRecords(caseFile: CaseFile, events: readonly number[]): Promise<readonly FixedRecord[]> {
  const located: RecordLocation[] = [];
  for (const seq of events) located.push(await caseFile.locate(seq));
  const verdicts = await readVerdicts(caseFile, events);
  const fixed: FixedRecord[] = [];
  for (const location of located) {
    const record = await caseFile.readRecord(location.seq);
    fixed.push({
      location,
      sha256: createHash("sha256").update(record).digest("hex"),
      leafHash: formatHex(location.leafHash),
      verdict: present(verdicts.get(location.seq), "every event of a finished import has a verdict"),
    });
  }
  return fixed;
}

async function readVerdicts(caseFile: CaseFile, events: readonly number[]): Promise<ReadonlyMap<number, RowVerdict>> {
  const verdicts = new Map<number, RowVerdict>();
  for (let start = 0; start < events.length; start += VERDICT_BATCH) {
    const batch = events.slice(start, start + VERDICT_BATCH).map((seq) => sql`${seq}`);
    const rows = await caseFile.query(
      sql`SELECT seq, verdict FROM timeline_event WHERE seq IN (${joinSql(batch, sql`, `)})`,
    );
    for (const row of rows) verdicts.set(integerOf(row, "seq"), rowVerdictOf(row));
  }
  return verdicts;
}

/** An event keeps the number it got when it was first cited; new ones follow the highest number ever given. */
async function numberItems(session: SqlSession, records: readonly FixedRecord[]): Promise<readonly CitedRecord[]> {
  const rows = await session.query(sql`SELECT DISTINCT seq, item FROM finding_citation`);
  const known = new Map(rows.map((row) => [integerOf(row, "seq"), integerOf(row, "item")]));
  const [counter] = await session.query(sql`SELECT value FROM meta WHERE key = ${LAST_ITEM}`);
  let last = counter ? integerOf(counter, "value") : 0;
  const cited = records.map((record) => {
    const item = known.get(record.location.seq);
    if (item !== undefined) return { ...record, item, added: false };
    last += 1;
    return { ...record, item: last, added: true };
  });
  await session.run(sql`INSERT INTO meta VALUES (${LAST_ITEM}, ${last})
    ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
  return cited;
}

/** The first `supporting` of the records carry the statement; the others speak against it. */
async function insertCitations(
  session: SqlSession,
  id: string,
  cited: readonly CitedRecord[],
  supporting: number,
): Promise<void> {
  for (let start = 0; start < cited.length; start += VERDICT_BATCH) {
    const rows = cited.slice(start, start + VERDICT_BATCH).map(
      ({ item, location, sha256, leafHash, verdict }, index) =>
        sql`(${id}, ${start + index}, ${item}, ${location.seq}, ${sha256}, ${leafHash}, ${verdict},
            ${start + index < supporting ? "supporting" : "contradicting"})`,
    );
    await session.run(sql`INSERT INTO finding_citation VALUES ${joinSql(rows, sql`, `)}`);
  }
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

function citedItems(cited: readonly CitedRecord[]): Readonly<Record<string, CustodyValue>> {
  return { items: cited.map(({ item }) => formatItem(item)) };
}

function addedItems(finding: string, cited: readonly CitedRecord[]): readonly CustodyAct[] {
  return cited
    .filter(({ added }) => added)
    .map(({ item, location, sha256, leafHash, verdict }) => ({
      action: "exhibit.added",
      object: {
        id: formatItem(item),
        label: `${location.exhibit}/${location.file}`,
        bytes: location.length,
        sha256,
      },
      params: { finding, seq: location.seq, line: location.line, offset: location.offset },
      result: { leafHash, verdict },
    }));
}

function removedItems(before: Finding, cited: readonly CitedRecord[]): readonly CustodyAct[] {
  const kept = new Set(cited.map(({ item }) => formatItem(item)));
  return [...before.citations, ...before.contradicting.citations]
    .filter(({ exhibitItem }) => !kept.has(exhibitItem))
    .map(({ exhibitItem, sha256 }: Citation) => ({
      action: "exhibit.removed",
      object: { id: exhibitItem, sha256 },
      params: { finding: before.id },
    }));
}

function formatFindingId(number: number): string {
  return `F-${String(number).padStart(4, "0")}`;
}

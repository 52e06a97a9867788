/** The records that a finding cites: fixed as they are read, numbered as exhibit items, and journaled when they come and go. */
import { hash } from "node:crypto";

import { type CaseFile } from "../casefile/case-file.ts";
import { type CustodyAct } from "../casefile/custody-journal.ts";
import { type SqlSession } from "../casefile/database.ts";
import { type RecordLocation } from "../casefile/record-locator.ts";
import { integerOf } from "../casefile/row.ts";
import { joinSql, sql } from "../casefile/sql.ts";
import { formatHex } from "../encoding/bytes.ts";
import { present } from "../model/assert.ts";
import { type CustodyValue } from "../model/custody.ts";
import { type Citation, type Finding, type FindingDraft } from "../model/finding.ts";
import { type RowVerdict } from "../model/verdict.ts";
import { formatItem, rowVerdictOf } from "./finding-table.ts";

/** Key in `meta` of the highest exhibit item number given so far; a number is never given twice. */
const LAST_ITEM = "finding-items";

/** Records that are read, or written to the case, at once. */
const BATCH = 500;

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
export function citedEvents({ events, contradicting }: FindingDraft): readonly number[] {
  return [...events, ...contradicting.events];
}

/**
 * Reads records for citing: digest, leaf hash and verdict of this moment. Throws `no-such-event` (usage),
 * `working-copy-altered` (refused), `working-copy-missing` (machine).
 */
export async function fixRecords(caseFile: CaseFile, events: readonly number[]): Promise<readonly FixedRecord[]> {
  const fixed: FixedRecord[] = [];
  for (let start = 0; start < events.length; start += BATCH) {
    const seqs = events.slice(start, start + BATCH);
    const locations = await caseFile.locateAll(seqs);
    const records = await caseFile.readRecords(seqs);
    const verdicts = await readVerdicts(caseFile, seqs);
    for (const [index, location] of locations.entries()) {
      fixed.push({
        location,
        sha256: hash("sha256", present(records[index], "a record that has a place was read"), "hex"),
        leafHash: formatHex(location.leafHash),
        verdict: present(verdicts.get(location.seq), "every event of a finished import has a verdict"),
      });
    }
  }
  return fixed;
}

async function readVerdicts(caseFile: CaseFile, seqs: readonly number[]): Promise<ReadonlyMap<number, RowVerdict>> {
  const list = joinSql(
    seqs.map((seq) => sql`${seq}`),
    sql`, `,
  );
  const rows = await caseFile.query(sql`SELECT seq, verdict FROM timeline_event WHERE seq IN (${list})`);
  return new Map(rows.map((row) => [integerOf(row, "seq"), rowVerdictOf(row)]));
}

/** An event keeps the number it got when it was first cited; new ones follow the highest number ever given. */
export async function numberItems(
  session: SqlSession,
  records: readonly FixedRecord[],
): Promise<readonly CitedRecord[]> {
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
export async function insertCitations(
  session: SqlSession,
  id: string,
  cited: readonly CitedRecord[],
  supporting: number,
): Promise<void> {
  for (let start = 0; start < cited.length; start += BATCH) {
    const rows = cited.slice(start, start + BATCH).map(
      ({ item, location, sha256, leafHash, verdict }, index) =>
        sql`(${id}, ${start + index}, ${item}, ${location.seq}, ${sha256}, ${leafHash}, ${verdict},
            ${start + index < supporting ? "supporting" : "contradicting"})`,
    );
    await session.run(sql`INSERT INTO finding_citation VALUES ${joinSql(rows, sql`, `)}`);
  }
}

/** The items of a finding, as its entry in the journal has them. */
export function citedItems(cited: readonly CitedRecord[]): Readonly<Record<string, CustodyValue>> {
  return { items: cited.map(({ item }) => formatItem(item)) };
}

/** Entries about records that no finding cited before. */
export function addedItems(finding: string, cited: readonly CitedRecord[]): readonly CustodyAct[] {
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

/** Entries about records that a finding cites no longer. */
export function removedItems(before: Finding, cited: readonly CitedRecord[]): readonly CustodyAct[] {
  const kept = new Set(cited.map(({ item }) => formatItem(item)));
  return [...before.citations, ...before.contradicting.citations]
    .filter(({ exhibitItem }) => !kept.has(exhibitItem))
    .map(({ exhibitItem, sha256 }: Citation) => ({
      action: "exhibit.removed",
      object: { id: exhibitItem, sha256 },
      params: { finding: before.id },
    }));
}

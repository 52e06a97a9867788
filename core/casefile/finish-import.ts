import { chmod } from "node:fs/promises";
import { join } from "node:path";

import { assert, present } from "../model/assert.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { type Recognition } from "../sources/registry.ts";
import { type CaseFile } from "./case-file.ts";
import { exhibitFolder } from "./case-folder.ts";
import { mappingDigest, type MappingText } from "./chosen-source.ts";
import { type CustodyJournal } from "./custody-journal.ts";
import { type SqlSession } from "./database.ts";
import { exhibitLabel } from "./exhibit-table.ts";
import { type OriginalDigest } from "./hash-original.ts";
import { type StagedFile } from "./load-group.ts";
import { integerOf } from "./row.ts";
import { joinSql, sql } from "./sql.ts";
import { markRows, type ProvenRows } from "./row-verdicts.ts";
import { keepSignedLeaves } from "./signed-leaves.ts";

/** The case that evidence goes into, and the journal that says so. */
export interface ImportTarget {
  readonly caseFile: CaseFile;
  readonly custody: CustodyJournal;
}

/** An import whose rows are all in the case. */
export interface LoadedExhibit {
  readonly exhibit: number;
  readonly firstSeq: number;
  readonly records: number;
  readonly files: readonly StagedFile[];
  readonly label: string;
  readonly original: OriginalDigest;
  readonly recognition: Recognition;
  /** What the examiner wrote, when the source is no shipped one. */
  readonly mapping: MappingText | undefined;
  readonly notes: ReadonlyMap<string, number>;
  /** Pairs of a row and the seq of the first record with its bytes, one after the other. */
  readonly copies: Float64Array;
  readonly verification: VerifyResult;
  /** Undefined when the evidence carries no proof. */
  readonly proven: ProvenRows | undefined;
  /** The leaf hashes of the sidecar are those that the log signed, so they need not be kept a second time. */
  readonly recordsAreSigned: boolean;
}

const BATCH = 1_000;

/** Commits verdict, notes, exhibit and custody entry together: from here on the exhibit is part of the case. */
export async function finishImport(target: ImportTarget, loaded: LoadedExhibit): Promise<Exhibit> {
  const { caseFile, custody } = target;
  const { exhibit, verification } = loaded;
  await chmod(join(exhibitFolder(caseFile.folder, exhibit), "records.idx"), 0o444);
  const signedLeaves = loaded.recordsAreSigned ? null : loaded.proven?.signedLeaves;
  if (signedLeaves) await keepSignedLeaves(caseFile.folder, exhibit, signedLeaves);
  await caseFile.transaction(async (session) => {
    await insertCopies(session, loaded.firstSeq, loaded.copies);
    await markRows(session, loaded, loaded.proven);
    await insertNotes(session, loaded);
    const counts = await countRows(session, loaded);
    assert(counts.rows === loaded.records, "an exhibit has one row per record");
    await session.run(sql`UPDATE exhibit SET state = 'complete', sha256 = ${loaded.original.sha256}, proof = ${verification.proof}, records = ${loaded.records},
      undated = ${counts.undated}, problems = ${counts.problems}, verdict = ${verification.verdict},
      verification = ${JSON.stringify(verification)} WHERE id = ${exhibit}`);
    await custody.append({
      action: "exhibit.imported",
      object: {
        id: exhibitLabel(exhibit),
        label: loaded.label,
        bytes: loaded.original.byteLength,
        sha256: loaded.original.sha256,
      },
      params: {
        source: loaded.recognition.source.name,
        score: String(loaded.recognition.score),
        ...(loaded.mapping && { mapping: `sha256:${mappingDigest(loaded.mapping)}` }),
      },
      result: {
        records: loaded.records,
        events: counts.rows,
        undated: counts.undated,
        problems: counts.problems,
        verdict: verification.verdict,
      },
    });
  });
  await caseFile.refreshEvidence();
  return present(
    caseFile.exhibits.find((item) => item.id === exhibitLabel(exhibit)),
    "a finished exhibit is in the case",
  );
}

/** Exhibits follow each other without a hole, so a position over all sidecars is a seq. */
async function insertCopies(session: SqlSession, firstSeq: number, pairs: Float64Array): Promise<void> {
  for (let start = 0; start < pairs.length; start += 2 * BATCH) {
    const rows = [];
    for (let at = start; at < Math.min(pairs.length, start + 2 * BATCH); at += 2) {
      rows.push(sql`(${firstSeq + (pairs[at] ?? 0)}, ${pairs[at + 1] ?? 0})`);
    }
    await session.run(sql`INSERT INTO record_copy VALUES ${joinSql(rows, sql`, `)}`);
  }
}

async function insertNotes(session: SqlSession, loaded: LoadedExhibit): Promise<void> {
  const { exhibit, firstSeq, notes } = loaded;
  const counted = new Map(notes);
  const [row] = await session.query(sql`SELECT
    (SELECT count(*) FROM record_copy c JOIN event e USING (seq) WHERE e.seq >= ${firstSeq} AND e.kind = 'event') AS copies,
    (SELECT count(*) FROM event WHERE seq >= ${firstSeq} AND kind = 'event' AND time IS NULL AND time_recorded IS NULL) AS undated`);
  if (row) {
    counted.set("copy", integerOf(row, "copies"));
    counted.set("undated", integerOf(row, "undated"));
    counted.set("event-id-conflict", await countConflicts(session, loaded));
  }
  for (const [code, count] of counted) {
    if (count > 0) await session.run(sql`INSERT INTO import_note VALUES (${exhibit}, ${code}, ${count})`);
  }
}

/** Ids of so many events are compared at once: their hashes take some 100 MB, those of ten million events would take gigabytes. */
const COMPARED_EVENTS = 2_000_000;

/** How many event ids belong to records with different bytes. Every pass compares the ids of its share of all hashes. */
async function countConflicts(session: SqlSession, { firstSeq, records }: LoadedExhibit): Promise<number> {
  const passes = Math.ceil((firstSeq + records) / COMPARED_EVENTS);
  let conflicts = 0;
  for (let pass = 0; pass < passes; pass += 1) {
    // DuckDB divides a hash by a number with a sign as 128 bits, which takes longer than all the rest.
    const inPass = sql`event_id IS NOT NULL AND hash(source, event_id) % CAST(${passes} AS UBIGINT) = ${pass}`;
    const [row] = await session.query(sql`SELECT count(*) AS conflicts FROM (
      SELECT source, event_id FROM event e ANTI JOIN record_copy c USING (seq)
      WHERE ${inPass} AND hash(source, event_id) IN (
        SELECT hash(source, event_id) FROM event WHERE ${inPass}
        GROUP BY ALL HAVING count(*) > 1 AND max(seq) >= ${firstSeq})
      GROUP BY source, event_id HAVING count(*) > 1 AND max(seq) >= ${firstSeq})`);
    conflicts += row ? integerOf(row, "conflicts") : 0;
  }
  return conflicts;
}

async function countRows(
  session: SqlSession,
  { exhibit, firstSeq }: LoadedExhibit,
): Promise<{ readonly rows: number; readonly undated: number; readonly problems: number }> {
  const [row] = await session.query(sql`SELECT count(*) AS rows,
      count(*) FILTER (kind = 'event' AND time IS NULL) AS undated,
      (SELECT count(*) FROM record_problem WHERE exhibit = ${exhibit}) AS problems
    FROM event WHERE seq >= ${firstSeq}`);
  const counted = present(row, "counting gives a row");
  return {
    rows: integerOf(counted, "rows"),
    undated: integerOf(counted, "undated"),
    problems: integerOf(counted, "problems"),
  };
}

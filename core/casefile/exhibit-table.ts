import { z } from "zod";

import { type Exhibit, type ImportNote, type RecordProblem } from "../model/exhibit.ts";
import { BUNDLE_VERDICTS, type BundleVerdict, type VerifyResult } from "../model/verdict.ts";
import { type SqlSession } from "./database.ts";
import { integerOf, jsonOf, numberOf, textOf, type Row } from "./row.ts";
import { sql } from "./sql.ts";

/** One evidence file of a finished exhibit, as the case keeps it. */
export interface EvidenceFile {
  readonly exhibit: number;
  readonly file: number;
  /** As the exhibit names it. */
  readonly path: string;
  readonly firstRow: number;
  readonly records: number;
  /** Working copy, relative to the case folder, with `/` between parts. */
  readonly stagedPath: string;
  /** Of the decompressed bytes, lower-case hex. */
  readonly sha256: string;
  readonly byteLength: number;
}

const verdictColumn = z.enum(BUNDLE_VERDICTS);

/** Finished exhibits in order of receipt. */
export async function readExhibits(session: SqlSession): Promise<readonly Exhibit[]> {
  const rows = await session.query(sql`SELECT * FROM exhibit WHERE state = 'complete' ORDER BY id`);
  const notes = await readImportNotes(session);
  return rows.map((row) => ({
    id: exhibitLabel(integerOf(row, "id")),
    label: textOf(row, "label"),
    receivedAt: textOf(row, "received_at"),
    byteLength: integerOf(row, "byte_length"),
    sha256: textOf(row, "sha256"),
    source: {
      name: textOf(row, "source_name"),
      score: numberOf(row, "source_score"),
      reason: textOf(row, "source_reason"),
    },
    firstSeq: integerOf(row, "first_seq"),
    records: integerOf(row, "records"),
    events: integerOf(row, "records"),
    undated: integerOf(row, "undated"),
    problems: integerOf(row, "problems"),
    notes: notes.get(integerOf(row, "id")) ?? [],
    verdict: verdictOf(row),
    // Written by ourselves as JSON of exactly this type, in the transaction that finished the import.
    verification: jsonOf(row, "verification") as VerifyResult,
  }));
}

/** Files of finished exhibits, by exhibit and then in evidence order. */
export async function readEvidenceFiles(session: SqlSession): Promise<readonly EvidenceFile[]> {
  const rows = await session.query(
    sql`SELECT f.* FROM evidence_file f JOIN exhibit x ON x.id = f.exhibit AND x.state = 'complete'
        ORDER BY f.exhibit, f.file`,
  );
  return rows.map((row) => ({
    exhibit: integerOf(row, "exhibit"),
    file: integerOf(row, "file"),
    path: textOf(row, "path"),
    firstRow: integerOf(row, "first_row"),
    records: integerOf(row, "records"),
    stagedPath: textOf(row, "staged_path"),
    sha256: textOf(row, "sha256"),
    byteLength: integerOf(row, "byte_length"),
  }));
}

/** Problems of one exhibit's records, in evidence order. */
export async function readRecordProblems(session: SqlSession, exhibit: number): Promise<readonly RecordProblem[]> {
  const rows = await session.query(
    sql`SELECT p.code, f.path, p.line, p."offset", p.message
        FROM record_problem p JOIN evidence_file f ON f.exhibit = p.exhibit AND f.file = p.file
        WHERE p.exhibit = ${exhibit} ORDER BY p.seq`,
  );
  return rows.map((row) => ({
    code: textOf(row, "code"),
    file: textOf(row, "path"),
    line: integerOf(row, "line"),
    offset: integerOf(row, "offset"),
    message: textOf(row, "message"),
  }));
}

/** Notes by exhibit, in the order of their codes. */
async function readImportNotes(session: SqlSession): Promise<ReadonlyMap<number, readonly ImportNote[]>> {
  const rows = await session.query(sql`SELECT exhibit, code, count FROM import_note ORDER BY exhibit, code`);
  const notes = new Map<number, ImportNote[]>();
  for (const row of rows) {
    const exhibit = integerOf(row, "exhibit");
    const note = { code: textOf(row, "code"), count: integerOf(row, "count") };
    notes.set(exhibit, [...(notes.get(exhibit) ?? []), note]);
  }
  return notes;
}

/** "X-1" for 1. */
export function exhibitLabel(id: number): string {
  return `X-${id}`;
}

/** 1 for "X-1"; undefined for anything else. */
export function parseExhibitLabel(label: string): number | undefined {
  return /^X-[1-9]\d{0,8}$/.test(label) ? Number(label.slice(2)) : undefined;
}

function verdictOf(row: Row): BundleVerdict {
  return verdictColumn.parse(textOf(row, "verdict"));
}

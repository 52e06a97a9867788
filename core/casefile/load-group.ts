import { basename } from "node:path";

import { assert } from "../model/assert.ts";
import { type Framing } from "../sources/framing.ts";
import { TEXT_COLUMNS } from "../sources/source.ts";
import { type CompiledMapping } from "./compile-mapping.ts";
import { type SqlSession } from "./database.ts";
import { FILE_COLUMN } from "./field-reader.ts";
import { type FileSource } from "./recognise-files.ts";
import { integerOf, textOf } from "./row.ts";
import { fieldName, identifier, joinSql, renderSql, sql, type Sql } from "./sql.ts";
import { FILE_NUMBER_DIGITS } from "./staged-paths.ts";

/** A staged file that is ready to be loaded. */
export interface StagedFile {
  /** Position in the exhibit. */
  readonly file: number;
  /** As the exhibit names it. */
  readonly path: string;
  /** Absolute path of the working copy, and of what DuckDB reads: the same or the derived NDJSON. */
  readonly stagedPath: string;
  readonly loadPath: string;
  readonly framing: Framing;
  /** Row of its first record in the exhibit. */
  readonly firstRow: number;
  readonly records: number;
  readonly byteLength: number;
  readonly sha256: string;
  /** Rows of the file whose records may name a member twice, from 0. */
  readonly suspects?: readonly number[];
  /** What is worth a note about the file: codes. */
  readonly notes?: readonly string[];
}

/** A staged file that holds records. */
export interface StagedLog extends StagedFile {
  readonly source: FileSource;
}

/** Row behind the last of files in evidence order. */
export function endRowOf(files: readonly StagedFile[]): number {
  const last = files.at(-1);
  return last ? last.firstRow + last.records : 0;
}

/** What the rows of a group have in common. */
export interface LoadTarget {
  readonly exhibit: number;
  /** Seq of the exhibit's first row. */
  readonly firstSeq: number;
  /** Statements, without their files, that are known to insert rows in the order of the evidence. */
  readonly inOrder: Set<string>;
  readonly source: string;
  readonly mapping: CompiledMapping;
  /** Whether `_log` marks records of the log itself, as in a sealed log. */
  readonly sealed: boolean;
}

/** Seq of a row from the transaction that inserts it to the next, which numbers it (docs/decisions/0011). */
export const UNNUMBERED = -1;

/** Inserts the rows of a group of files by one statement, in evidence order and {@link UNNUMBERED}. */
export async function insertGroup(
  session: SqlSession,
  files: readonly StagedFile[],
  target: LoadTarget,
  signal: AbortSignal | undefined,
): Promise<void> {
  const filled = files.filter(({ records }) => records > 0);
  const [first] = filled;
  if (!first) return;
  // The files are the one thing in which statements of a source differ.
  const { text } = renderSql(insertSql([], target));
  if (!target.inOrder.has(text)) await assertInOrder(session, insertSql([first], target));
  target.inOrder.add(text);
  await session.run(insertSql(filled, target), { signal });
}

/**
 * Numbers the rows of a group that were inserted, and checks that every file gave exactly as many as it has records, at
 * their places. Precondition: the groups before it are numbered.
 */
export async function numberGroup(
  session: SqlSession,
  files: readonly StagedFile[],
  { firstSeq }: Pick<LoadTarget, "firstSeq">,
  signal: AbortSignal | undefined,
): Promise<void> {
  const filled = files.filter(({ records }) => records > 0);
  const [first] = filled;
  const last = filled.at(-1);
  if (!first || !last) return;
  const baseSeq = firstSeq + first.firstRow;
  await session.run(numberSql(baseSeq, last.file), { signal });
  const counted = await session.query(
    sql`SELECT file, count(*) AS rows, min(seq) AS first, max(seq) AS last FROM event
        WHERE seq >= ${baseSeq} GROUP BY file ORDER BY file`,
  );
  assert(counted.length === filled.length, "every file of a group gave rows");
  for (const [index, row] of counted.entries()) {
    const file = filled[index];
    const fileSeq = firstSeq + (file?.firstRow ?? 0);
    assert(
      file?.file === integerOf(row, "file") &&
        file.records === integerOf(row, "rows") &&
        fileSeq === integerOf(row, "first") &&
        fileSeq + file.records - 1 === integerOf(row, "last"),
      `file ${integerOf(row, "file")} has one row per record, in order`,
    );
  }
}

/**
 * Only this operator keeps the order of rows that several threads read: a plan with a join in it is without order for DuckDB,
 * and has another. The rows of a large file could then be mixed among themselves, which no count shows.
 */
async function assertInOrder(session: SqlSession, insert: Sql): Promise<void> {
  const [setting] = await session.query(sql`SELECT current_setting('threads') AS threads`);
  const plan = await session.query(sql`EXPLAIN ${insert}`);
  const keepsOrder = plan.some((row) => textOf(row, "explain_value").includes("BATCH_INSERT"));
  assert(
    keepsOrder || (setting && integerOf(setting, "threads") === 1),
    "rows are inserted in the order of the evidence",
  );
}

/** Every thread of DuckDB inserts; a window function that numbers rows as they come would leave it one (docs/decisions/0011). */
function insertSql(files: readonly StagedFile[], target: LoadTarget): Sql {
  const { mapping } = target;
  const logKind = target.sealed ? sql`WHEN ${mapping.logMember} IN ('open', 'seal') THEN 'log'` : sql``;
  return sql`INSERT INTO event (
    seq, exhibit, file, kind, time, time_recorded, recorded_at, source, outcome, traits,
    ${joinSql(TEXT_COLUMNS.map(identifier), sql`, `)})
  SELECT
    CAST(${UNNUMBERED} AS BIGINT),
    ${target.exhibit},
    CAST(left(parse_filename(${fieldName(FILE_COLUMN)}), ${FILE_NUMBER_DIGITS}) AS INTEGER),
    CASE WHEN ${mapping.isEmpty} THEN 'unreadable' ${logKind} ELSE 'event' END,
    ${mapping.time}, ${mapping.timeRecorded}, ${mapping.recordedAt}, ${target.source}, ${mapping.outcome},
    ${mapping.traits},
    ${joinSql(
      TEXT_COLUMNS.map((column) => mapping.texts[column]),
      sql`, `,
    )}
  FROM ${mapping.from(files.map((file) => file.loadPath))}`;
}

/** Rows are kept in the order of files and lines (`preserve_insertion_order`), and their ids ascend without a hole. */
function numberSql(baseSeq: number, lastFile: number): Sql {
  return sql`UPDATE event SET seq = ${baseSeq} + rowid - (SELECT min(rowid) FROM event WHERE seq = ${UNNUMBERED})
    WHERE seq = ${UNNUMBERED} AND file <= ${lastFile}`;
}

/** Path of the working copy as the case keeps it: relative, with `/`. */
export function stagedPathInCase(exhibit: number, stagedPath: string): string {
  return `evidence/${exhibit}/${basename(stagedPath)}`;
}

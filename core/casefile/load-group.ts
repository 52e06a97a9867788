import { basename } from "node:path";

import { assert } from "../model/assert.ts";
import { type Framing } from "../sources/framing.ts";
import { TEXT_COLUMNS } from "../sources/source.ts";
import { type CompiledMapping } from "./compile-mapping.ts";
import { type SqlSession } from "./database.ts";
import { FILE_COLUMN } from "./field-reader.ts";
import { type FileSource } from "./recognise-files.ts";
import { integerOf } from "./row.ts";
import { fieldName, identifier, joinSql, sql, type Sql } from "./sql.ts";
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

/** What the rows of a group have in common. */
export interface LoadTarget {
  readonly exhibit: number;
  /** Seq of the exhibit's first row. */
  readonly firstSeq: number;
  readonly source: string;
  readonly mapping: CompiledMapping;
  /** Whether `_log` marks records of the log itself, as in a sealed log. */
  readonly sealed: boolean;
}

/**
 * Inserts the rows of a group of files by one statement, in evidence order, and checks that every file gave exactly as
 * many rows as it has records, at their places.
 */
export async function loadGroup(
  session: SqlSession,
  files: readonly StagedFile[],
  target: LoadTarget,
  signal: AbortSignal | undefined,
): Promise<void> {
  const filled = files.filter((file) => file.records > 0);
  const [first] = filled;
  if (!first) return;
  const baseSeq = target.firstSeq + first.firstRow;
  await session.run(insertSql(filled, baseSeq, target), { signal });
  const counted = await session.query(
    sql`SELECT file, count(*) AS rows, min(seq) AS first, max(seq) AS last FROM event
        WHERE seq >= ${baseSeq} GROUP BY file ORDER BY file`,
  );
  assert(counted.length === filled.length, "every file of a group gave rows");
  for (const [index, row] of counted.entries()) {
    const file = filled[index];
    const firstSeq = target.firstSeq + (file?.firstRow ?? 0);
    assert(
      file?.file === integerOf(row, "file") &&
        file.records === integerOf(row, "rows") &&
        firstSeq === integerOf(row, "first") &&
        firstSeq + file.records - 1 === integerOf(row, "last"),
      `file ${integerOf(row, "file")} has one row per record, in order`,
    );
  }
}

function insertSql(files: readonly StagedFile[], baseSeq: number, target: LoadTarget): Sql {
  const { mapping } = target;
  const logKind = target.sealed ? sql`WHEN ${mapping.logMember} IN ('open', 'seal') THEN 'log'` : sql``;
  return sql`INSERT INTO event (
    seq, exhibit, file, kind, time, time_recorded, recorded_at, source, outcome,
    ${joinSql(TEXT_COLUMNS.map(identifier), sql`, `)})
  SELECT
    ${baseSeq} + row_number() OVER () - 1,
    ${target.exhibit},
    CAST(left(parse_filename(${fieldName(FILE_COLUMN)}), ${FILE_NUMBER_DIGITS}) AS INTEGER),
    CASE WHEN ${mapping.isEmpty} THEN 'unreadable' ${logKind} ELSE 'event' END,
    ${mapping.time}, ${mapping.timeRecorded}, ${mapping.recordedAt}, ${target.source}, ${mapping.outcome},
    ${joinSql(
      TEXT_COLUMNS.map((column) => mapping.texts[column]),
      sql`, `,
    )}
  FROM ${mapping.from(files.map((file) => file.loadPath))}`;
}

/** Path of the working copy as the case keeps it: relative, with `/`. */
export function stagedPathInCase(exhibit: number, stagedPath: string): string {
  return `evidence/${exhibit}/${basename(stagedPath)}`;
}

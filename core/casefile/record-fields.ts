import { rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { present } from "../model/assert.ts";
import { Problem } from "../model/problem.ts";
import { type Framing } from "../sources/framing.ts";
import { type RecordField } from "../sources/record-field.ts";
import { type CaseFile } from "./case-file.ts";
import { parseExhibitLabel, type EvidenceFile } from "./exhibit-table.ts";
import { fieldReader, type FieldReader } from "./field-reader.ts";
import { Hasher } from "./hasher.ts";
import { integerOf, jsonOf } from "./row.ts";
import { identifier, joinSql, sql, type Sql } from "./sql.ts";

/**
 * Reads members of an exhibit's records that no column of `event` holds, straight from the working copies: `work` gets
 * a relation of `seq` and one column per field, by the field's name; NULL where a record has none. The relation is read
 * anew by every statement that names it, at about the speed of an import, so `work` keeps what it needs more than once in
 * a temporary table. What it cites it reads by {@link CaseFile.readRecord}, which checks the bytes.
 *
 * Precondition: an exhibit of the case that has records. Throws `cancelled`, `working-copy-altered` (refused) when the length of
 * a working copy differs, `working-copy-missing` (machine).
 */
export async function withRecordFields<T>(
  caseFile: CaseFile,
  exhibitId: string,
  fields: readonly RecordField[],
  work: (relation: Sql) => Promise<T>,
): Promise<T> {
  const { reader, columns } = fieldColumns(fields);
  return withLoadable(caseFile, exhibitId, (files, firstSeq) =>
    work(
      relationOf(
        reader,
        columns,
        files.map(({ path }) => path),
        firstSeq,
      ),
    ),
  );
}

/** Files are taken together until they have so many records. */
const BATCH_RECORDS = 200_000;

/**
 * The same for one batch of the exhibit's files after the other, so that what `work` keeps of them does not grow with the
 * exhibit. A file is never parted. `from` is the position in the case of the first record, `to` that after the last.
 */
export async function forRecordFields(
  caseFile: CaseFile,
  exhibitId: string,
  fields: readonly RecordField[],
  work: (relation: Sql, from: number, to: number) => Promise<void>,
): Promise<void> {
  const { reader, columns } = fieldColumns(fields);
  await withLoadable(caseFile, exhibitId, async (files, firstSeq) => {
    let from = firstSeq;
    let to = firstSeq;
    let paths: string[] = [];
    for (const [index, { path, records }] of files.entries()) {
      paths.push(path);
      to += records;
      if (to - from < BATCH_RECORDS && index < files.length - 1) continue;
      await work(relationOf(reader, columns, paths, from), from, to);
      from = to;
      paths = [];
    }
  });
}

function relationOf(reader: FieldReader, columns: Sql, paths: readonly string[], firstSeq: number): Sql {
  return sql`(SELECT ${firstSeq} + row_number() OVER () - 1 AS seq, ${columns} FROM ${reader.from(paths)})`;
}

async function withLoadable<T>(
  caseFile: CaseFile,
  exhibitId: string,
  work: (files: readonly LoadableFile[], firstSeq: number) => Promise<T>,
): Promise<T> {
  const exhibit = present(
    caseFile.exhibits.find(({ id }) => id === exhibitId),
    `${exhibitId} is an exhibit of the case`,
  );
  const { files, derived } = await makeLoadable(caseFile, exhibitId);
  try {
    return await work(files, exhibit.firstSeq);
  } finally {
    for (const path of derived) await rm(path, { force: true });
  }
}

/** How to read NDJSON for these fields, and a column for each of them. */
export function fieldColumns(fields: readonly RecordField[]): { readonly reader: FieldReader; readonly columns: Sql } {
  const reader = fieldReader({
    texts: fields.filter(({ as }) => as === "text").map(({ path }) => path),
    json: fields.filter(({ as }) => as === "json").map(({ path }) => path),
  });
  const columns = fields.map(
    ({ name, path, as }) => sql`${as === "text" ? reader.text(path) : reader.json(path)} AS ${identifier(name)}`,
  );
  return { reader, columns: joinSql(columns, sql`, `) };
}

/** One line of it is one record. */
interface LoadableFile {
  readonly path: string;
  readonly records: number;
}

interface LoadableFiles {
  /** In evidence order. */
  readonly files: readonly LoadableFile[];
  /** Those of them that were made for this. */
  readonly derived: readonly string[];
}

async function makeLoadable(caseFile: CaseFile, exhibitId: string): Promise<LoadableFiles> {
  const number = parseExhibitLabel(exhibitId);
  const files = caseFile.files.filter(({ exhibit, records }) => exhibit === number && records > 0);
  const rows = await caseFile.query(
    sql`SELECT file, framing FROM evidence_framing WHERE exhibit = ${number ?? null} AND derived`,
  );
  // Written by our own import, as JSON of exactly this type.
  const framings = new Map(rows.map((row) => [integerOf(row, "file"), jsonOf(row, "framing") as Framing]));
  const derived: string[] = [];
  const loadable: LoadableFile[] = [];
  const hasher = framings.size > 0 ? new Hasher() : undefined;
  try {
    for (const file of files) {
      const staged = stagedPathOf(caseFile, file);
      await assertWhole(staged, file);
      const framing = framings.get(file.file);
      if (!framing || !hasher) {
        loadable.push({ path: staged, records: file.records });
        continue;
      }
      const derivedPath = staged.replace(/\.log$/, ".fields.ndjson");
      derived.push(derivedPath);
      loadable.push({ path: derivedPath, records: file.records });
      await hasher.ask({ kind: "derive", path: staged, derivedPath, framing });
    }
  } catch (error) {
    for (const path of derived) await rm(path, { force: true });
    throw error;
  } finally {
    await hasher?.close();
  }
  return { files: loadable, derived };
}

/** A line more or less would give every record after it the members of another. */
async function assertWhole(staged: string, { path, byteLength }: EvidenceFile): Promise<void> {
  const found = await stat(staged).catch((cause: unknown) => {
    const message = "reading records: the working copy of a file cannot be read";
    throw new Problem("machine", "working-copy-missing", message, { file: path }, { cause });
  });
  if (found.size === byteLength) return;
  const message = "reading records: a working copy differs from the evidence that was imported";
  const sizes = { expected: `${byteLength} bytes`, found: `${found.size} bytes` };
  throw new Problem("refused", "working-copy-altered", message, { file: path, ...sizes });
}

function stagedPathOf(caseFile: CaseFile, file: EvidenceFile): string {
  return join(caseFile.folder.root, ...file.stagedPath.split("/"));
}

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { present } from "../model/assert.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type Framing } from "../sources/framing.ts";
import { type RecordField } from "../sources/record-field.ts";
import { respell } from "../sources/respell.ts";
import { type FieldPath } from "../sources/source.ts";
import { type CaseFile } from "./case-file.ts";
import { exhibitFolder } from "./case-folder.ts";
import { type SqlSession } from "./database.ts";
import { DerivedFile } from "./derived-file.ts";
import { parseExhibitLabel } from "./exhibit-table.ts";
import { GroupReader, type RecordFile } from "./group-reader.ts";
import { isMappable, NO_RECORD, withoutByteOrderMark } from "./loadable-line.ts";
import { fieldColumns } from "./record-fields.ts";
import { recordShape } from "./record-shape.ts";
import { integerOf, jsonOf } from "./row.ts";
import { sql, type Sql } from "./sql.ts";

/** Records that are copied before others get their turn: some ten milliseconds. */
const TURN = 2_000;

/**
 * Reads members of some of an exhibit's records, as `withRecordFields` does of all of them: each record costs a seek, and
 * the others nothing. `chosen` is a table of `seq`, of which none is given twice; `work` reads the relation in `session`.
 *
 * Precondition: every chosen event is of this exhibit. Throws `cancelled` and what reading the working copies throws.
 */
export async function withChosenRecordFields<T>(
  caseFile: CaseFile,
  session: SqlSession,
  exhibitId: string,
  chosen: Sql,
  fields: readonly RecordField[],
  work: (relation: Sql) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const exhibit = present(parseExhibitLabel(exhibitId), `${exhibitId} is an exhibit`);
  const { seq: seqs = [] } = await session.columns(sql`SELECT seq FROM ${chosen} ORDER BY seq`);
  const { reader, columns } = fieldColumns(fields);
  return withCopiedRecords(
    caseFile,
    exhibit,
    seqs.map(Number),
    (path) =>
      work(
        sql`(SELECT c.seq, r.* EXCLUDE (place) FROM (SELECT row_number() OVER () AS place, ${columns} FROM ${reader.from([path])}) r
           JOIN (SELECT seq, row_number() OVER (ORDER BY seq) AS place FROM ${chosen}) c USING (place))`,
      ),
    { signal },
  );
}

/** Copies so far: several may be read at once. */
let copies = 0;

/** How records are copied. */
interface CopyOptions {
  /** Members are to be spelled as these paths have them, where a record has them in other case. */
  readonly spelling?: readonly FieldPath[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Copies some of an exhibit's records to a file with one a line, in the order given, while `work` reads it through DuckDB.
 * Throws as {@link withChosenRecordFields}.
 */
export async function withCopiedRecords<T>(
  caseFile: CaseFile,
  exhibit: number,
  seqs: readonly number[],
  work: (path: string) => Promise<T>,
  options: CopyOptions = {},
): Promise<T> {
  copies += 1;
  const path = join(exhibitFolder(caseFile.folder, exhibit), `chosen-${copies}.ndjson`);
  try {
    await copyRecords(caseFile, exhibit, seqs, path, options);
    return await work(path);
  } finally {
    await rm(path, { force: true });
  }
}

async function copyRecords(
  caseFile: CaseFile,
  exhibit: number,
  seqs: readonly number[],
  path: string,
  { spelling, signal }: CopyOptions,
): Promise<void> {
  const reader = await openReader(caseFile, exhibit);
  const output = new DerivedFile(path);
  try {
    for (const [index, seq] of seqs.entries()) {
      if (index % TURN === TURN - 1) {
        await setImmediate();
        throwIfCancelled(signal);
      }
      const record = reader.read(seq);
      const bytes = record.bytes && withoutByteOrderMark(record.bytes);
      const loadable = isMappable(bytes) && !recordShape(bytes, 0, bytes.length).isUnfinished;
      if (!loadable) {
        output.line(NO_RECORD);
        continue;
      }
      const respelt = spelling && respell(reader.parse(record, bytes).value ?? null, spelling);
      output.line(Buffer.from(respelt === undefined ? reader.line(record, bytes) : JSON.stringify(respelt)));
    }
  } finally {
    output.close();
    reader.close();
  }
}

/**
 * A record as one line of JSON, whatever the framing of its file; its bytes are checked first.
 * Throws as {@link CaseFile.readRecord}.
 */
export async function readRecordLine(caseFile: CaseFile, seq: number): Promise<string> {
  const bytes = Buffer.from(await caseFile.readRecord(seq));
  const { exhibit } = await caseFile.locate(seq);
  const reader = await openReader(caseFile, present(parseExhibitLabel(exhibit), "an event has an exhibit"));
  try {
    return reader.line(reader.read(seq), withoutByteOrderMark(bytes)).toString();
  } finally {
    reader.close();
  }
}

async function openReader(caseFile: CaseFile, exhibit: number): Promise<GroupReader> {
  const { firstSeq } = present(
    caseFile.exhibits.find(({ id }) => parseExhibitLabel(id) === exhibit),
    "the exhibit of a chosen event is in the case",
  );
  return new GroupReader(caseFile.folder, { exhibit, firstSeq }, await filesOf(caseFile, exhibit));
}

async function filesOf(caseFile: CaseFile, exhibit: number): Promise<readonly RecordFile[]> {
  const rows = await caseFile.query(sql`SELECT file, framing FROM evidence_framing WHERE exhibit = ${exhibit}`);
  // Written by our own import, as JSON of exactly this type.
  const framings = new Map(rows.map((row) => [integerOf(row, "file"), jsonOf(row, "framing") as Framing]));
  return caseFile.files
    .filter((file) => file.exhibit === exhibit && file.records > 0)
    .map(({ file, firstRow, records, stagedPath }) => ({
      file,
      firstRow,
      records,
      stagedPath: join(caseFile.folder.root, ...stagedPath.split("/")),
      framing: framings.get(file) ?? { kind: "lines" },
    }));
}

/**
 * Exports the events of a query as Parquet, one folder a day, for engines that read many files on many machines. Hash and
 * location columns are kept, so that every row still leads to its bytes and its proof.
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";

import { type CaseFile } from "../casefile/case-file.ts";
import { globLiteral } from "../casefile/case-folder.ts";
import { integerOf } from "../casefile/row.ts";
import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { formatHex } from "../encoding/bytes.ts";
import { present } from "../model/assert.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { ResultSets } from "../timeline/result-sets.ts";
import { type SavedResult } from "../timeline/saved-result.ts";
import { completeExport } from "./complete-export.ts";
import { assertNewExport } from "./export-manifest.ts";
import { exportProgress, type ExportOrder, type ExportResult, type ManifestFile } from "./export-order.ts";
import { assertAbsent, unfinishedName } from "./output-file.ts";
import { EVENT_TEXTS, PARTITION, TABLE_SCRIPTS, VIEWS_SCRIPT } from "./parquet-sql.ts";

/**
 * Events that are written at once, in order of their numbers: they are sorted by themselves, and of the events only those
 * between the first and the last are read. Memory is less than for one statement and still grows (measured; bench/README.md).
 */
const BATCH_ROWS = 100_000;
/** Events whose places are looked up at once. */
const PAGE_ROWS = 20_000;
const REMARK = "views.sql was run on DuckDB; the scripts for Spark, Trino and ClickHouse were not run on those engines";

/** What to export as Parquet; `out` is the folder to make. */
export type ParquetOrder = Omit<ExportOrder, "format">;

/** Writes the folder and its manifest beside it. Throws `file-exists` (usage), `cancelled`, and as the query does. */
export async function exportParquet(
  caseFile: CaseFile,
  order: ParquetOrder,
  batchRows = BATCH_ROWS,
): Promise<ExportResult> {
  await assertNewExport(order.out);
  const scratch = join(caseFile.folder.exports, randomUUID());
  const folder = unfinishedName(order.out);
  const results = new ResultSets(caseFile);
  try {
    await mkdir(scratch);
    await mkdir(folder);
    const { resultId, matching } = await results.query(order.question, order.work?.signal);
    const result = results.get(resultId);
    const events = join(scratch, "events");
    await writeEvents(caseFile, result, { scratch, events, batchRows }, order);
    await cp(events, join(folder, "events"), { recursive: true });
    for (const [name, script] of Object.entries({ ...TABLE_SCRIPTS, "views.sql": VIEWS_SCRIPT })) {
      await writeFile(join(folder, name), script, { flag: "wx" });
    }
    const files = await describeFiles(caseFile, folder, events);
    await assertAbsent(order.out);
    await rename(folder, order.out);
    const written = { rows: matching, undated: 0, files, main: undefined, remark: REMARK };
    return await completeExport(caseFile, { ...order, format: { name: "parquet" } }, written).catch(
      async (error: unknown) => {
        await rm(order.out, { recursive: true, force: true });
        throw error;
      },
    );
  } finally {
    await results.clear();
    await rm(scratch, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where an export is made before it is moved. */
interface ParquetPlace {
  readonly scratch: string;
  /** Folder of the days. */
  readonly events: string;
  readonly batchRows: number;
}

/** Writes the events batch by batch; a day has a file of every batch that holds events of it. */
async function writeEvents(
  caseFile: CaseFile,
  result: SavedResult,
  { scratch, events, batchRows }: ParquetPlace,
  { work }: ParquetOrder,
): Promise<void> {
  const { matching } = result.set;
  await mkdir(events);
  let written = 0;
  let after = -1;
  for (let batch = 0; written < matching; batch += 1) {
    const rows = await caseFile.query(
      sql`SELECT seq FROM ${result.table} WHERE seq > ${after} ORDER BY seq LIMIT ${batchRows}`,
    );
    const seqs = rows.map((row) => integerOf(row, "seq"));
    const places = join(scratch, `places-${batch}.csv`);
    await writePlaces(caseFile, seqs, places, work?.signal);
    const part = {
      batch,
      first: present(seqs[0], "rows are left"),
      last: present(seqs.at(-1), "rows are left"),
      places,
    };
    await caseFile.run(copySql(result, part, events), { signal: work?.signal });
    await rm(places);
    after = part.last;
    written += seqs.length;
    work?.onProgress?.(exportProgress(written, matching));
  }
}

/** Where each record lies, and its leaf hash: they are in the sidecars of the case, not in its database. */
async function writePlaces(
  caseFile: CaseFile,
  seqs: readonly number[],
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await open(path, "wx");
  try {
    for (let start = 0; start < seqs.length; start += PAGE_ROWS) {
      throwIfCancelled(signal);
      const places = await caseFile.locateAll(seqs.slice(start, start + PAGE_ROWS));
      const lines = places.map(
        ({ seq, offset, length, leafHash }) => `${seq},${offset},${length},${formatHex(leafHash)}`,
      );
      await file.write(`${lines.join("\n")}\n`);
    }
  } finally {
    await file.close();
  }
}

/** Events that are written together: the numbers of the first and the last, and the list of their places. */
interface ParquetBatch {
  readonly batch: number;
  readonly first: number;
  readonly last: number;
  readonly places: string;
}

function copySql({ table }: SavedResult, { batch, first, last, places }: ParquetBatch, target: string): Sql {
  const texts = joinSql(
    EVENT_TEXTS.map((name) => sql`e.${identifier(name)}`),
    sql`, `,
  );
  const columns = sql`{seq: 'BIGINT', record_offset: 'BIGINT', record_length: 'BIGINT', leaf_hash: 'VARCHAR'}`;
  const isInBatch = sql`r.seq >= ${first} AND r.seq <= ${last} AND e.seq >= ${first} AND e.seq <= ${last}`;
  return sql`COPY (
      SELECT e.seq, e.time // 1000 AS time_us, e.time AS time_ns,
        CASE WHEN r.time <> e.time THEN r.time END AS time_shifted_ns, e.time_recorded, e.recorded_at // 1000 AS recorded_at_us,
        ${texts}, e.verdict, e.exhibit_label AS exhibit, x.sha256 AS exhibit_sha256, e.file_path,
        e.exhibit_row AS record_index, p.record_offset, p.record_length, p.leaf_hash,
        coalesce(strftime(make_timestamp(e.time // 1000), '%Y-%m-%d'), 'undated') AS ${identifier(PARTITION)}
      FROM ${table} r JOIN timeline_event e USING (seq) JOIN exhibit x ON x.id = e.exhibit
        JOIN read_csv(${literal(globLiteral(places))}, header = false, auto_detect = false, columns = ${columns}) p USING (seq)
      WHERE ${isInBatch}
      ORDER BY e.time NULLS LAST, e.seq)
    TO ${literal(target)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (${identifier(PARTITION)}),
      FILENAME_PATTERN ${literal(`part_${batch}_{i}`)}, OVERWRITE_OR_IGNORE)`;
}

/** The files of the export; the rows of each Parquet file are counted where DuckDB may read them. */
async function describeFiles(caseFile: CaseFile, folder: string, events: string): Promise<readonly ManifestFile[]> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  const files: ManifestFile[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const digest = createHash("sha256");
    for await (const chunk of createReadStream(path)) digest.update(chunk as Uint8Array); // without an encoding
    const rows = name.endsWith(".parquet") ? await countRows(caseFile, join(events, relative("events", name))) : 0;
    files.push({ name, rows, bytes: (await stat(path)).size, sha256: digest.digest("hex") });
  }
  return files;
}

async function countRows(caseFile: CaseFile, path: string): Promise<number> {
  const [row] = await caseFile.query(sql`SELECT count(*) AS rows FROM read_parquet(${literal(globLiteral(path))})`);
  return integerOf(present(row, "counting gives a row"), "rows");
}

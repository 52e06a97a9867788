import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type JsonValue } from "../encoding/strict-json.ts";
import { mappingPaths } from "../sources/mapping-paths.ts";
import { sourceOfRecord } from "../sources/registry.ts";
import { respell } from "../sources/respell.ts";
import { type Source } from "../sources/source.ts";
import { exhibitFolder, type CaseFolder } from "./case-folder.ts";
import { compileMapping } from "./compile-mapping.ts";
import { type SqlSession } from "./database.ts";
import { GroupReader } from "./group-reader.ts";
import { type LoadTarget, type StagedFile } from "./load-group.ts";
import { mappedColumns } from "./mapped-columns.ts";
import { integerOf } from "./row.ts";
import { identifier, joinSql, sql, type Sql } from "./sql.ts";

/** How the records of a group were given to a source. */
export interface GroupSource {
  readonly source: Source;
  /** The sample held records of several sources. */
  readonly mixed: boolean;
  /** By the examiner, who is not contradicted. */
  readonly chosen: boolean;
}

/** Records that are mapped by one statement. */
const BATCH = 1_000;

/**
 * Looks again at records in which the source of their file found no time or no action, and in mixed files at all of them:
 * a record that another source knows is given to that source, and one that spells its members in other case is read as if
 * it had the source's spelling. Everything else stays as it was loaded.
 */
export async function remapGroup(
  session: SqlSession,
  folder: CaseFolder,
  files: readonly StagedFile[],
  target: LoadTarget,
  given: GroupSource,
): Promise<void> {
  const [first] = files;
  if (!first || given.source.shapes.length === 0) return;
  const rows = await session.query(sql`SELECT seq FROM event
    WHERE seq >= ${target.firstSeq + first.firstRow} AND kind IN ('event', 'unreadable')
      AND (${given.mixed} OR time_recorded IS NULL OR action IS NULL) ORDER BY seq`);
  const path = join(exhibitFolder(folder, target.exhibit), "again.ndjson");
  const reader = new GroupReader(folder, target, files);
  try {
    const batches = new Map<Source, RemappedRecord[]>();
    for (const row of rows) {
      const record = reader.read(integerOf(row, "seq"));
      const { seq, bytes } = record;
      const remapped = bytes && remap(reader.parse(record, bytes).value, () => reader.line(record, bytes), given);
      if (!remapped) continue;
      const batch = batches.get(remapped.source) ?? [];
      batch.push({ seq, line: remapped.line });
      batches.set(remapped.source, batch);
      if (batch.length === BATCH) await load(session, path, remapped.source, batch.splice(0));
    }
    for (const [source, batch] of batches) await load(session, path, source, batch);
  } finally {
    reader.close();
    await rm(path, { force: true });
  }
}

interface RemappedRecord {
  readonly seq: number;
  readonly line: Uint8Array | string;
}

/** The source that a record is to be read by and how; undefined when it was read right. */
function remap(
  value: JsonValue | undefined,
  line: () => Uint8Array | string,
  given: GroupSource,
): { readonly source: Source; readonly line: Uint8Array | string } | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const source = given.chosen ? given.source : (sourceOfRecord(value) ?? given.source);
  const respelt = respell(value, mappingPaths(source.mapping));
  if (respelt !== undefined) return { source, line: JSON.stringify(respelt) };
  return source === given.source ? undefined : { source, line: line() };
}

async function load(
  session: SqlSession,
  path: string,
  source: Source,
  records: readonly RemappedRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await writeFile(path, Buffer.concat(records.flatMap(({ line }) => [Buffer.from(line), Buffer.from("\n")])));
  const mapping = compileMapping(source.mapping);
  const values: readonly (readonly [string, Sql])[] = [
    ["kind", sql`CASE WHEN ${mapping.isEmpty} THEN 'unreadable' ELSE 'event' END`],
    ...mappedColumns(mapping),
  ];
  const columns = values.map(([name]) => sql`${identifier(name)} = again.${identifier(name)}`);
  const seqs = records.map(({ seq }, position) => sql`(${position}, ${seq})`);
  await session.run(sql`UPDATE event SET source = ${source.name}, ${joinSql(columns, sql`, `)}
    FROM (SELECT row_number() OVER () - 1 AS position, ${joinSql(
      values.map(([name, value]) => sql`${value} AS ${identifier(name)}`),
      sql`, `,
    )} FROM ${mapping.from([path])}) again
    JOIN (VALUES ${joinSql(seqs, sql`, `)}) place (position, seq) USING (position)
    WHERE event.seq = place.seq`);
}

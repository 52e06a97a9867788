import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { locateBundle } from "../bundle/bundle-reader.ts";
import { openContainer } from "../bundle/open-container.ts";
import { type JsonValue } from "../encoding/strict-json.ts";
import { type EvidenceLook, type MappingPreview } from "../model/import-preview.ts";
import { formatInstant, instant } from "../model/time.ts";
import { columnName } from "../sources/column-name.ts";
import { parseOwnMapping } from "../sources/own-mapping.ts";
import { recogniseSource } from "../sources/registry.ts";
import { draftMapping, sampleFields } from "../sources/sample-fields.ts";
import { TEXT_COLUMNS, type Mapping } from "../sources/source.ts";
import { withSeparator } from "./case-folder.ts";
import { compileMapping } from "./compile-mapping.ts";
import { openDatabase } from "./open-database.ts";
import { firstSample } from "./log-files.ts";
import { bigintOrNull, textOrNull, type Row } from "./row.ts";
import { identifier, joinSql, sql } from "./sql.ts";

/** What a piece of evidence seems to be. Throws what opening it throws. */
export async function lookAtEvidence(path: string): Promise<Omit<EvidenceLook, "look">> {
  const container = await openContainer(path);
  try {
    const { label } = container;
    const found = locateBundle(container) === undefined ? await firstSample(container, undefined) : undefined;
    const recognition = found && recogniseSource(found.sample);
    const known = recognition && recognition.source.shapes.length > 0 ? recognition : undefined;
    return {
      label,
      mappable: found !== undefined && found.sample.length > 0,
      source: known
        ? { name: known.source.name, title: known.source.title, score: known.score, reason: known.reason }
        : null,
      file: found?.member ?? "",
      fields: found ? sampleFields(found.sample) : [],
      sampled: found?.sample.length ?? 0,
      draft: found ? draftMapping(label, found.framing, found.sample) : "",
    };
  } finally {
    await container.close();
  }
}

/** What a mapping makes of the first records of a piece of evidence, by the very statement that an import runs. */
export async function previewMapping(path: string, text: string): Promise<MappingPreview> {
  const { mapping: own, faults } = parseOwnMapping(text);
  if (!own) return { faults, columns: [], rows: [], empty: 0, undated: 0 };
  const container = await openContainer(path);
  try {
    const found = await firstSample(container, own.framing);
    return { faults: [], ...(await mapSample(own.source.mapping, found?.sample ?? [])) };
  } finally {
    await container.close();
  }
}

async function mapSample(mapping: Mapping, sample: readonly JsonValue[]): Promise<Omit<MappingPreview, "faults">> {
  if (sample.length === 0) return { columns: [], rows: [], empty: 0, undated: 0 };
  const folder = await mkdtemp(join(tmpdir(), "assay-preview-"));
  try {
    const file = join(folder, "sample.ndjson");
    await writeFile(file, sample.map((record) => `${JSON.stringify(record)}\n`).join(""));
    return previewOf(await readSample(folder, file, mapping));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readSample(folder: string, file: string, mapping: Mapping): Promise<readonly Row[]> {
  const database = await openDatabase(":memory:", {
    writable: true,
    temporaryFolder: folder,
    allowedFolders: [withSeparator(folder)],
  });
  try {
    const { from, time, timeRecorded, outcome, texts, isEmpty } = compileMapping(mapping);
    const columns = TEXT_COLUMNS.map((column) => sql`${texts[column]} AS ${identifier(column)}`);
    return await database.session.query(sql`SELECT ${time} AS time, ${timeRecorded} AS time_recorded,
      ${outcome} AS outcome, CASE WHEN ${isEmpty} THEN 'empty' END AS empty, ${joinSql(columns, sql`, `)}
      FROM ${from([file])}`);
  } finally {
    await database.close();
  }
}

function previewOf(rows: readonly Row[]): Omit<MappingPreview, "faults"> {
  const shown: readonly (readonly [string, (row: Row) => string | null])[] = [
    ["time", timeOf],
    ["timeRecorded", (row) => textOrNull(row, "time_recorded")],
    ["outcome", (row) => textOrNull(row, "outcome")],
    ...TEXT_COLUMNS.map((column) => [columnName(column), (row: Row) => textOrNull(row, column)] as const),
  ];
  const filled = shown.filter(([, valueOf]) => rows.some((row) => valueOf(row) !== null));
  return {
    columns: filled.map(([name]) => name),
    rows: rows.map((row) => filled.map(([, valueOf]) => valueOf(row))),
    empty: rows.filter((row) => textOrNull(row, "empty") !== null).length,
    undated: rows.filter((row) => timeOf(row) === null).length,
  };
}

function timeOf(row: Row): string | null {
  const time = bigintOrNull(row, "time");
  return time === null ? null : formatInstant(instant(time));
}

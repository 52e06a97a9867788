import { closeSync, openSync, readSync } from "node:fs";

import { parseStrictJson, type StrictJson } from "../encoding/strict-json.ts";
import { type Framing, type TableFraming } from "../sources/framing.ts";
import { columnsIn, tableRecord } from "../sources/table.ts";
import { type CaseFile } from "./case-file.ts";
import { exhibitNumber } from "./record-locator.ts";
import { jsonOf } from "./row.ts";
import { sql } from "./sql.ts";

/** The line of column names lies in as much of a table. */
const HEAD_BYTES = 1024 * 1024;

/** A record as the mapping reads it: JSON, or the cells of a table by their columns. */
export function recordValue(bytes: Uint8Array, framing: Framing, columns: readonly string[]): StrictJson {
  if (framing.kind !== "table") return parseStrictJson(bytes);
  const value = tableRecord(bytes, columns, framing);
  if (value !== undefined) return { value, problems: [] };
  return { value, problems: [{ code: "invalid-utf8", offset: 0, message: "expected UTF-8" }] };
}

/** The bytes of a record of the case, and what its mapping reads in them. Throws as {@link CaseFile.readRecord} does. */
export async function readRecordValue(
  caseFile: CaseFile,
  seq: number,
): Promise<StrictJson & { readonly bytes: Uint8Array }> {
  const { exhibit, fileNumber, stagedPath } = await caseFile.locate(seq);
  const bytes = await caseFile.readRecord(seq);
  const [row] = await caseFile.query(
    sql`SELECT framing FROM evidence_framing WHERE exhibit = ${exhibitNumber(exhibit)} AND file = ${fileNumber}`,
  );
  // Written by our own import, as JSON of exactly this type; files of earlier imports are lines.
  const framing: Framing = row ? (jsonOf(row, "framing") as Framing) : { kind: "lines" };
  return { ...recordValue(bytes, framing, columnsOf(stagedPath, framing)), bytes };
}

/** The names of the columns of a table's working copy; none for other files. */
export function columnsOf(path: string, framing: Framing): readonly string[] {
  if (framing.kind !== "table") return [];
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const text = head.toString("utf8", 0, readSync(file, head, 0, head.length, 0));
    return columnsAmong(text.split("\n"), framing);
  } finally {
    closeSync(file);
  }
}

function columnsAmong(lines: readonly string[], framing: TableFraming): readonly string[] {
  for (const line of lines) {
    const columns = columnsIn(line, framing);
    if (columns) return columns;
  }
  return [];
}

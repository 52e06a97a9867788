import { type CaseFile } from "../casefile/case-file.ts";
import { integerOrNull } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { type SavedResult } from "./result-sets.ts";

/** Position of an event in a result; null when it is not among the matching ones. */
export async function locateSeq(caseFile: CaseFile, result: SavedResult, seq: number): Promise<number | null> {
  const [row] = await caseFile.query(sql`SELECT max(position) AS position FROM ${result.table} WHERE seq = ${seq}`);
  return row ? integerOrNull(row, "position") : null;
}

/** Position of the first matching event at or after a moment; null when all are earlier or undated. */
export async function locateTime(caseFile: CaseFile, result: SavedResult, time: bigint): Promise<number | null> {
  const { first, last } = result.set;
  if (first === null || last === null || time > last) return null;
  const from = time < first ? first : time;
  const [row] = await caseFile.query(sql`SELECT min(position) AS position FROM ${result.table} WHERE time >= ${from}`);
  return row ? integerOrNull(row, "position") : null;
}

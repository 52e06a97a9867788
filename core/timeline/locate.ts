import { type CaseFile } from "../casefile/case-file.ts";
import { missingRanges } from "../casefile/gaps.ts";
import { integerOrNull, type Row } from "../casefile/row.ts";
import { identifier, sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { fieldNamed } from "./fields.ts";
import { rowOfPosition } from "./folding.ts";
import { matchingEvents } from "./matching-events.ts";
import { type SavedResult } from "./saved-result.ts";

/** Row of an event in a result's grid; of a folded one its activity's row. Null when it is not among the matching ones. */
export async function locateSeq(caseFile: CaseFile, result: SavedResult, seq: number): Promise<number | null> {
  const shown =
    result.folding.length === 0
      ? sql`seq = ${seq}`
      : sql`seq = ${seq} OR seq IN (SELECT seq FROM event_activity
          WHERE activity = (SELECT activity FROM event_activity WHERE seq = ${seq}))`;
  const [row] = await caseFile.query(
    sql`SELECT min(position) AS position FROM ${result.table} WHERE (${shown})
        AND EXISTS (SELECT 1 FROM ${result.table} WHERE seq = ${seq})`,
  );
  return rowOf(result, row);
}

/** Row of the first matching event at or after a moment; null when all are earlier or undated. */
export async function locateTime(caseFile: CaseFile, result: SavedResult, time: bigint): Promise<number | null> {
  const { first, last } = result.set;
  if (first === null || last === null || time > last) return null;
  const from = time < first ? first : time;
  const [row] = await caseFile.query(sql`SELECT min(position) AS position FROM ${result.table} WHERE time >= ${from}`);
  return rowOf(result, row);
}

interface NeighbourQuestion {
  /** An event with a row of its own. */
  readonly seq: number;
  readonly by: "principal" | "source" | "service";
  readonly direction: "next" | "previous";
}

/** Row of the next or the previous event with the same principal, source or service; null when there is none. */
export async function locateNeighbour(
  caseFile: CaseFile,
  result: SavedResult,
  { seq, by, direction }: NeighbourQuestion,
  signal?: AbortSignal,
): Promise<number | null> {
  const { table, folding, firstPosition } = result;
  const field = present(fieldNamed(by), "lanes are by a field of the query language");
  const value = sql`coalesce(${identifier(by)}, '')`;
  const folded = folding.map((position) => position + firstPosition);
  const [row] = await caseFile.jobs.query(
    sql`WITH here AS (SELECT position, (SELECT ${value} ${matchingEvents(result, field)} AND seq = ${seq}) AS value
          FROM ${table} WHERE seq = ${seq})
        SELECT ${direction === "next" ? sql`min` : sql`max`}(t.position) AS position
        FROM (SELECT seq ${matchingEvents(result, field)} AND ${value} = (SELECT value FROM here)) e
        JOIN ${table} t ON t.seq = e.seq
        WHERE t.position ${direction === "next" ? sql`>` : sql`<`} (SELECT position FROM here)
          AND t.position NOT IN (SELECT unnest(CAST(${JSON.stringify(folded)} AS BIGINT[])))`,
    { signal },
  );
  return rowOf(result, row);
}

function rowOf({ folding, set, firstPosition }: SavedResult, row: Row | undefined): number | null {
  const position = row ? integerOrNull(row, "position") : null;
  return position === null ? null : Math.min(set.rows - 1, rowOfPosition(folding, position - firstPosition));
}

/**
 * Position in the case of a leaf of an exhibit's log: rows follow each other without the leaves that are missing, so a
 * leaf behind missing ones stands that much earlier. A missing leaf gives the row after it; null at the end.
 */
export function seqOfLeaf(caseFile: CaseFile, exhibitId: string, index: number): number | null {
  const exhibit = caseFile.exhibits.find(({ id }) => id === exhibitId);
  if (!exhibit) return null;
  let missing = 0;
  for (const range of missingRanges(exhibit)) {
    if (range.index < index) missing += Math.min(range.missing, index - range.index);
  }
  const row = index - missing;
  return row < exhibit.records ? exhibit.firstSeq + row : null;
}

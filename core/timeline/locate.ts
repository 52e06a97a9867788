import { type CaseFile } from "../casefile/case-file.ts";
import { missingRanges } from "../casefile/gaps.ts";
import { integerOf, integerOrNull, textOf, type Row } from "../casefile/row.ts";
import { identifier, sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { fieldNamed } from "./fields.ts";
import { rowOfPosition } from "./folding.ts";
import { relationOfQuery } from "./relation.ts";
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

/** So many rows are looked through first, and so many times as many each time that nothing was found. */
const NEAR_ROWS = 65_536;
const GROWTH = 8;

/** Row of the next or the previous event with the same principal, source or service; null when there is none. */
export async function locateNeighbour(
  caseFile: CaseFile,
  result: SavedResult,
  { seq, by, direction }: NeighbourQuestion,
  signal?: AbortSignal,
): Promise<number | null> {
  const { table, folding, firstPosition, offsets, set } = result;
  const field = present(fieldNamed(by), "lanes are by a field of the query language");
  const events = relationOfQuery({ kind: "all" }, field, offsets);
  const value = sql`coalesce(${identifier(field.column)}, '')`;
  const [here] = await caseFile.jobs.query(
    sql`SELECT t.position AS position, ${value} AS value FROM ${table} t JOIN ${events} e ON e.seq = t.seq
        WHERE t.seq = ${seq} AND e.seq = ${seq}`,
    { signal },
  );
  if (!here) return null;
  const position = integerOf(here, "position");
  const folded = JSON.stringify(folding.map((each) => each + firstPosition));
  for (let [near, far] = [0, NEAR_ROWS]; near < set.matching; [near, far] = [far, far * GROWTH]) {
    const between =
      direction === "next"
        ? sql`position > ${position + near} AND position <= ${position + far}`
        : sql`position < ${position - near} AND position >= ${position - far}`;
    const [row] = await caseFile.jobs.query(
      sql`WITH near AS MATERIALIZED (SELECT position, seq FROM ${table} WHERE ${between}
            AND position NOT IN (SELECT unnest(CAST(${folded} AS BIGINT[]))))
          SELECT ${direction === "next" ? sql`min` : sql`max`}(t.position) AS position
          FROM near t JOIN ${events} e ON e.seq = t.seq
          WHERE e.seq >= (SELECT min(seq) FROM near) AND e.seq <= (SELECT max(seq) FROM near)
            AND ${value} = ${textOf(here, "value")}`,
      { signal },
    );
    const found = rowOf(result, row);
    if (found !== null) return found;
  }
  return null;
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

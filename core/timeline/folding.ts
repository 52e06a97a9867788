import { type CaseFile } from "../casefile/case-file.ts";
import { integerOf } from "../casefile/row.ts";
import { sql, type Sql } from "../casefile/sql.ts";

/**
 * Which positions of a result have no row of their own in the grid, because their event is folded into the row of the
 * first matching event of its activity. In rising order.
 */
export type Folding = readonly number[];

/** The folded positions of a result's table, counted from its first. */
export async function readFolding(
  caseFile: CaseFile,
  { table, firstPosition }: { readonly table: Sql; readonly firstPosition: number },
): Promise<Folding> {
  const rows = await caseFile.query(
    sql`SELECT position - ${firstPosition} AS position FROM (
          SELECT t.position, row_number() OVER (PARTITION BY a.activity ORDER BY t.position) AS member
          FROM ${table} t JOIN event_activity a ON a.seq = t.seq
        ) WHERE member > 1 ORDER BY position`,
  );
  return rows.map((row) => integerOf(row, "position"));
}

/** The position that a row of the grid shows. Precondition: `row` is below the number of rows. */
export function positionOfRow(folding: Folding, row: number): number {
  // Before folding[i] there are folding[i] - i rows.
  return row + countUntil(folding.length, (index) => (folding[index] ?? 0) - index <= row);
}

/** The row that shows a position, or the next one shown after a folded one. */
export function rowOfPosition(folding: Folding, position: number): number {
  return position - countUntil(folding.length, (index) => (folding[index] ?? 0) < position);
}

/** How many of the first indexes hold a condition that holds up to some index and not after it. */
function countUntil(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

import { type CaseFile } from "../casefile/case-file.ts";
import { bigintOrNull, integerOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type Query } from "./query.ts";
import { parseQuery } from "./query-parse.ts";
import { storedEvents, type Offsets } from "./relation.ts";

/** All events of the case. */
export interface WholeCase {
  readonly total: number;
  /** Those of them that are copies of earlier records. */
  readonly copies: number;
  readonly first: bigint | null;
  readonly last: bigint | null;
}

/** A query with the moments of this case in place of relative times. Throws `query-syntax` (usage). */
export function parseIn({ first, last }: WholeCase, query: string): Query {
  return parseQuery(query, { first, last, now: BigInt(Date.now()) * 1_000_000n });
}

/** Counts the events of finished imports, and reads the ends of their times as the clock offsets show them. */
export async function countWhole(caseFile: CaseFile, offsets: Offsets): Promise<WholeCase> {
  const [row] = await caseFile.query(
    sql`SELECT count(*) AS total, min(time) AS first, max(time) AS last, (SELECT count(*) FROM record_copy) AS copies
        FROM ${storedEvents(offsets)}`,
  );
  const whole = present(row, "an aggregate has one row");
  return {
    total: integerOf(whole, "total"),
    copies: integerOf(whole, "copies"),
    first: bigintOrNull(whole, "first"),
    last: bigintOrNull(whole, "last"),
  };
}

/** What is added to the recorded times of each exhibit now. */
export async function readOffsets(caseFile: CaseFile): Promise<Offsets> {
  const rows = await caseFile.query(sql`SELECT exhibit, nanoseconds FROM clock_offset ORDER BY exhibit`);
  return new Map(
    rows.map((row) => [integerOf(row, "exhibit"), present(bigintOrNull(row, "nanoseconds"), "an offset has a length")]),
  );
}

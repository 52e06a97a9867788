import { type CaseFile } from "../casefile/case-file.ts";
import { type StatementOptions } from "../casefile/database.ts";
import { bigintOrNull, integerOf, integerOrNull } from "../casefile/row.ts";
import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { type ResultSet } from "../model/timeline.ts";
import { readCaseIndex, type CaseIndex } from "./case-index.ts";
import { readKnownTerms } from "./known-terms.ts";
import { type Query } from "./query.ts";
import { querySql } from "./query-sql.ts";
import { namesRelatedField, relationOfQuery, type Offsets } from "./relation.ts";
import { orderSql, type Sort } from "./result-order.ts";
import { type OrderTable, type SavedResult } from "./saved-result.ts";
import { type TimelineQuestion } from "./timeline-question.ts";
import { type WholeCase } from "./whole-case.ts";

/** What is asked, as a result is made of it. */
export interface Plan {
  readonly question: TimelineQuestion;
  readonly query: Query;
  readonly sort: Sort | null;
  readonly whole: WholeCase;
  readonly offsets: Offsets;
}

/** The matching events, wherever they lie, and what is counted of them. */
type Found = Pick<SavedResult, "table" | "firstPosition" | "condition" | "order"> & {
  readonly counts: Pick<ResultSet, "matching" | "undated" | "first" | "last">;
};

/** Finds the events of a plan: as a stretch of the case's index where that holds the answer, otherwise in a table of its own. */
export async function findResult(
  caseFile: CaseFile,
  plan: Plan,
  resultId: number,
  options: StatementOptions,
): Promise<Found> {
  const index = await readCaseIndex(caseFile);
  const order = orderTableOf(plan, index);
  return order
    ? cutFromIndex(caseFile, order, plan)
    : saveInTable(caseFile, plan, index, tableOf(resultId), options).catch(explainPattern);
}

/** Drops the table that a result has of its own. */
export async function dropResult(
  caseFile: CaseFile,
  { set, order }: Pick<SavedResult, "set" | "order">,
): Promise<void> {
  if (order === null) await caseFile.run(sql`DROP TABLE IF EXISTS ${tableOf(set.resultId)}`);
}

/** The table of the index that holds the answer as a stretch, when there is one. */
function orderTableOf({ question, query, sort, offsets }: Plan, index: CaseIndex): OrderTable | null {
  if (query.kind !== "all" || sort !== null || offsets.size > 0 || question.logRecords !== question.copies) return null;
  const order = question.logRecords ? "time_order" : "shown_order";
  return index.has(order) ? order : null;
}

/** The stretch of a table of the index that lies within the bounds: nothing is read but its ends. */
async function cutFromIndex(caseFile: CaseFile, order: OrderTable, { question, whole }: Plan): Promise<Found> {
  const { from, to } = question;
  const table = identifier(order);
  const [ends] = await caseFile.query(sql`SELECT
    (SELECT count(*) FROM ${table}) AS events,
    (SELECT count(*) FROM ${table} WHERE time IS NULL) AS undated,
    (SELECT min(rowid) FROM ${table} WHERE ${boundsSql(from, null)}) AS start,
    (SELECT max(rowid) + 1 FROM ${table} WHERE ${boundsSql(null, to)}) AS stop`);
  const found = present(ends, "an aggregate has one row");
  const events = integerOf(found, "events");
  const dated = events - integerOf(found, "undated");
  const start = from === null ? 0 : (integerOrNull(found, "start") ?? dated);
  const stop = to === null ? (from === null ? events : dated) : (integerOrNull(found, "stop") ?? 0);
  const matching = Math.max(0, stop - start);
  const lastDated = Math.min(stop, dated) - 1;
  const timeAt = async (position: number): Promise<bigint | null> => {
    if (position < start || position > lastDated) return null;
    const [row] = await caseFile.query(sql`SELECT time FROM ${table} WHERE rowid = ${position}`);
    return bigintOrNull(present(row, "every position has a row"), "time");
  };
  return {
    table: sql`(SELECT rowid AS position, seq, time FROM ${table} WHERE rowid >= ${start} AND rowid < ${start + matching})`,
    firstPosition: start,
    condition: conditionSql(question, whole, sql`TRUE`),
    order,
    counts: {
      matching,
      undated: Math.max(0, start + matching - Math.max(start, dated)),
      first: await timeAt(start),
      last: await timeAt(lastDated),
    },
  };
}

/** A table of its own, in the order that was asked for: its rows lie one after the other, so a position is a row id. */
async function saveInTable(
  caseFile: CaseFile,
  plan: Plan,
  index: CaseIndex,
  table: Sql,
  options: StatementOptions,
): Promise<Found> {
  const { question, query, sort, offsets, whole } = plan;
  // What is known of events besides their records may be in temporary tables, which the session for jobs does not see.
  const session = namesRelatedField(query) ? caseFile : caseFile.jobs;
  const known = await readKnownTerms(session, query, index, options.signal);
  const condition = conditionSql(question, whole, querySql(query, known));
  await session.run(
    sql`CREATE TABLE ${table} AS SELECT seq, time FROM ${relationOfQuery(query, sort?.field ?? null, offsets)}
        WHERE ${condition} ORDER BY ${orderSql(sort)}`,
    options,
  );
  const [row] = await caseFile.query(
    sql`SELECT count(*) AS matching, count(*) - count(time) AS undated, min(time) AS first, max(time) AS last FROM ${table}`,
  );
  const counts = present(row, "an aggregate has one row");
  return {
    table: sql`(SELECT rowid AS position, seq, time FROM ${table})`,
    firstPosition: 0,
    condition,
    order: null,
    counts: {
      matching: integerOf(counts, "matching"),
      undated: integerOf(counts, "undated"),
      first: bigintOrNull(counts, "first"),
      last: bigintOrNull(counts, "last"),
    },
  };
}

/** In memory; of the schema that every session sees. */
function tableOf(resultId: number): Sql {
  return sql`scratch.${identifier(`timeline_result_${resultId}`)}`;
}

function conditionSql({ from, to, logRecords, copies }: TimelineQuestion, whole: WholeCase, matches: Sql): Sql {
  const hidden = [
    ...(logRecords ? [] : [sql`kind <> 'log'`]),
    ...(copies || whole.copies === 0 ? [] : [sql`seq NOT IN (SELECT seq FROM record_copy)`]),
  ];
  return joinSql([sql`(${matches})`, boundsSql(from, to), ...hidden], sql` AND `);
}

function boundsSql(from: bigint | null, to: bigint | null): Sql {
  const bounds = [...(from === null ? [] : [sql`time >= ${from}`]), ...(to === null ? [] : [sql`time < ${to}`])];
  return bounds.length === 0 ? sql`TRUE` : joinSql(bounds, sql` AND `);
}

/** A pattern that only JavaScript knows passes the parser and is refused by DuckDB. */
function explainPattern(error: unknown): never {
  if (
    error instanceof Error &&
    /^Invalid Input Error: (invalid|missing|no argument|bad|trailing)/i.test(error.message)
  ) {
    throw new Problem(
      "usage",
      "query-syntax",
      `query: a regular expression is not one RE2 knows: ${quote(error.message)}`,
    );
  }
  throw error;
}

import { type CaseFile } from "../casefile/case-file.ts";
import { type SqlSession, type StatementOptions } from "../casefile/database.ts";
import { bigintOrNull, integerOf, integerOrNull } from "../casefile/row.ts";
import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { type ResultSet } from "../model/timeline.ts";
import { readCaseIndex, type CaseIndex } from "./case-index.ts";
import { fieldNamed, type QueryField } from "./fields.ts";
import { readFolding } from "./folding.ts";
import { readKnownTerms } from "./known-terms.ts";
import { type Query } from "./query.ts";
import { type OrderTable, type SavedResult } from "./saved-result.ts";
import { formatQuery } from "./query-format.ts";
import { parseQuery } from "./query-parse.ts";
import { querySql } from "./query-sql.ts";
import { readRecordMembers } from "./record-members.ts";
import { fieldsOf, namesRelatedField, relationOfQuery, storedEvents, type Offsets } from "./relation.ts";

/** What a person asks of the timeline. Bounds are nanoseconds since the epoch: `from` included, `to` not. */
export interface TimelineQuestion {
  readonly query: string;
  readonly from: bigint | null;
  readonly to: bigint | null;
  /** Whether the log's own open and seal records are among the rows. */
  readonly logRecords: boolean;
  /** Whether records with exactly the bytes of an earlier one are rows of their own. */
  readonly copies: boolean;
  /** A field of the query language; otherwise the order of time. */
  readonly sort?: { readonly field: string; readonly descending: boolean } | null;
  /** Whether the events of an activity share one row of the grid; otherwise each has its own. */
  readonly activities?: "folded" | "open";
}

/** More than the views of one window need; each holds 16 bytes an event, unless it is a part of the case's index. */
const KEPT_RESULTS = 6;
/** Instants of the case are within 1990 to 2100; wider bounds would not fit DuckDB's 64 bits. */
const BOUND_LIMIT = 2n ** 62n;

/** Results of every case and purpose are numbered together: their tables lie beside each other. */
let lastId = 0;

/** The saved id lists of one case: grid, strip, facets and export of a query read the same list, so they always agree. */
export class ResultSets {
  readonly #caseFile: CaseFile;
  /** By question, least recently used first. */
  readonly #kept = new Map<string, SavedResult>();
  /** Replaced by the case when evidence arrives or is judged again; what the analyst does leaves most results as they are. */
  #exhibits: CaseFile["exhibits"];
  #whole: Promise<Whole> | null = null;

  constructor(caseFile: CaseFile) {
    this.#caseFile = caseFile;
    this.#exhibits = caseFile.exhibits;
  }

  /**
   * Runs a query, or finds its result again when the case has not changed since.
   * `onShare` hears how much of the work is done, 0 to 1. Throws `query-syntax` (usage) and `cancelled`; a cancelled query
   * leaves nothing behind.
   */
  async query(question: TimelineQuestion, signal?: AbortSignal, onShare?: (share: number) => void): Promise<ResultSet> {
    throwIfCancelled(signal);
    await this.#forgetStale();
    const offsets = await readOffsets(this.#caseFile);
    const whole = await this.#readWhole(offsets);
    const query = parseIn(whole, question.query);
    const sort = sortField(question.sort ?? null);
    const from = clamped(question.from);
    const to = clamped(question.to);
    const folds = question.activities === "folded" ? await readActivityIds(this.#caseFile) : [];
    const key = JSON.stringify([
      formatQuery(query),
      from?.toString(),
      to?.toString(),
      question.logRecords,
      question.copies,
      sort && [sort.field.name, sort.descending],
      folds,
      [...offsets].map(([exhibit, nanoseconds]) => [exhibit, nanoseconds.toString()]),
      namesRelatedField(query) ? this.#caseFile.revision : null,
    ]);
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.set;
    }
    await readRecordMembers(this.#caseFile, fieldsOf(query), { signal, onShare });
    const plan = { question: { ...question, from, to }, query, sort, folds: folds.length > 0, whole, offsets };
    const result = await this.#find(plan, { signal, onShare }).catch(explainPattern);
    this.#kept.set(key, result);
    await this.#forgetOldest();
    return result.set;
  }

  /** A query with the moments of this case in place of relative times. Throws `query-syntax` (usage). */
  async parse(query: string): Promise<Query> {
    await this.#forgetStale();
    return parseIn(await this.#readWhole(await readOffsets(this.#caseFile)), query);
  }

  /** A kept result. Throws `result-gone` (usage) when it was dropped: ask the query again. */
  get(resultId: number): SavedResult {
    // Evidence that arrived makes the index of the case anew, which results are parts of.
    const kept = this.#exhibits === this.#caseFile.exhibits ? [...this.#kept.values()] : [];
    for (const result of kept) if (result.set.resultId === resultId) return result;
    throw new Problem("usage", "result-gone", `result set ${resultId} is no longer kept; run its query again`);
  }

  /** Drops every kept result. */
  async clear(): Promise<void> {
    for (const [key, result] of [...this.#kept]) {
      this.#kept.delete(key);
      await this.#drop(result);
    }
  }

  async #find(plan: Plan, options: StatementOptions): Promise<SavedResult> {
    const started = performance.now();
    lastId += 1;
    const resultId = lastId;
    const index = await readCaseIndex(this.#caseFile);
    const order = orderTableOf(plan, index);
    const found = order ? await this.#cut(order, plan) : await this.#save(plan, index, tableOf(resultId), options);
    const folding = plan.folds ? await readFolding(this.#caseFile, found) : [];
    const { whole, query, offsets } = plan;
    const set: ResultSet = {
      resultId,
      total: whole.total,
      ...found.counts,
      rows: found.counts.matching - folding.length,
      firstOfAll: whole.first,
      lastOfAll: whole.last,
      milliseconds: Math.round(performance.now() - started),
    };
    return { ...found, set, folding, query, offsets, order };
  }

  /** The stretch of a table of the index that lies within the bounds: nothing is read but its ends. */
  async #cut(order: OrderTable, { question, whole }: Plan): Promise<Found> {
    const { from, to } = question;
    const table = identifier(order);
    const [ends] = await this.#caseFile.query(sql`SELECT
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
      const [row] = await this.#caseFile.query(sql`SELECT time FROM ${table} WHERE rowid = ${position}`);
      return bigintOrNull(present(row, "every position has a row"), "time");
    };
    return {
      table: sql`(SELECT rowid AS position, seq, time FROM ${table} WHERE rowid >= ${start} AND rowid < ${start + matching})`,
      firstPosition: start,
      condition: conditionSql(question, whole, sql`TRUE`),
      counts: {
        matching,
        undated: Math.max(0, start + matching - Math.max(start, dated)),
        first: await timeAt(start),
        last: await timeAt(lastDated),
      },
    };
  }

  /** A table of its own, in the order that was asked for: its rows lie one after the other, so a position is a row id. */
  async #save(plan: Plan, index: CaseIndex, table: Sql, options: StatementOptions): Promise<Found> {
    const { question, query, sort, offsets, whole } = plan;
    const session = this.#sessionOf(plan);
    const known = await readKnownTerms(session, query, index, options.signal);
    const condition = conditionSql(question, whole, querySql(query, known));
    await session.run(
      sql`CREATE TABLE ${table} AS SELECT seq, time FROM ${relationOfQuery(query, sort?.field ?? null, offsets)}
          WHERE ${condition} ORDER BY ${orderSql(sort)}`,
      options,
    );
    const [row] = await this.#caseFile.query(
      sql`SELECT count(*) AS matching, count(*) - count(time) AS undated, min(time) AS first, max(time) AS last FROM ${table}`,
    );
    const counts = present(row, "an aggregate has one row");
    return {
      table: sql`(SELECT rowid AS position, seq, time FROM ${table})`,
      firstPosition: 0,
      condition,
      counts: {
        matching: integerOf(counts, "matching"),
        undated: integerOf(counts, "undated"),
        first: bigintOrNull(counts, "first"),
        last: bigintOrNull(counts, "last"),
      },
    };
  }

  /** What is known of events besides their records may be in temporary tables, which the session for jobs does not see. */
  #sessionOf({ query }: Plan): SqlSession {
    return namesRelatedField(query) ? this.#caseFile : this.#caseFile.jobs;
  }

  async #drop({ set, order }: SavedResult): Promise<void> {
    if (order === null) await this.#caseFile.run(sql`DROP TABLE IF EXISTS ${tableOf(set.resultId)}`);
  }

  /** The events of the case as a whole, counted once for each state of its evidence and clocks. */
  #readWhole(offsets: Offsets): Promise<Whole> {
    if (offsets.size > 0) return countWhole(this.#caseFile, offsets);
    this.#whole ??= countWhole(this.#caseFile, offsets);
    return this.#whole;
  }

  async #forgetStale(): Promise<void> {
    if (this.#exhibits === this.#caseFile.exhibits) return;
    this.#exhibits = this.#caseFile.exhibits;
    this.#whole = null;
    await this.clear();
  }

  async #forgetOldest(): Promise<void> {
    while (this.#kept.size > KEPT_RESULTS) {
      const [oldest] = this.#kept;
      if (!oldest) return;
      this.#kept.delete(oldest[0]);
      await this.#drop(oldest[1]);
    }
  }
}

/** What is asked, as a result is made of it. */
interface Plan {
  readonly question: TimelineQuestion;
  readonly query: Query;
  readonly sort: Sort | null;
  readonly folds: boolean;
  readonly whole: Whole;
  readonly offsets: Offsets;
}

type Found = Pick<SavedResult, "table" | "firstPosition" | "condition"> & {
  readonly counts: Pick<ResultSet, "matching" | "undated" | "first" | "last">;
};

/** The table of the index that holds the answer as a stretch, when there is one. */
function orderTableOf({ question, query, sort, offsets }: Plan, index: CaseIndex): OrderTable | null {
  if (query.kind !== "all" || sort !== null || offsets.size > 0 || question.logRecords !== question.copies) return null;
  const order = question.logRecords ? "time_order" : "shown_order";
  return index.has(order) ? order : null;
}

/** In memory; of the schema that every session sees. */
function tableOf(resultId: number): Sql {
  return sql`scratch.${identifier(`timeline_result_${resultId}`)}`;
}

function conditionSql({ from, to, logRecords, copies }: TimelineQuestion, whole: Whole, matches: Sql): Sql {
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

/** All events of the case. */
interface Whole {
  readonly total: number;
  /** Those of them that are copies of earlier records. */
  readonly copies: number;
  readonly first: bigint | null;
  readonly last: bigint | null;
}

function parseIn({ first, last }: Whole, query: string): Query {
  return parseQuery(query, { first, last, now: BigInt(Date.now()) * 1_000_000n });
}

async function countWhole(caseFile: CaseFile, offsets: Offsets): Promise<Whole> {
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

async function readOffsets(caseFile: CaseFile): Promise<Offsets> {
  const rows = await caseFile.query(sql`SELECT exhibit, nanoseconds FROM clock_offset ORDER BY exhibit`);
  return new Map(
    rows.map((row) => [integerOf(row, "exhibit"), present(bigintOrNull(row, "nanoseconds"), "an offset has a length")]),
  );
}

async function readActivityIds(caseFile: CaseFile): Promise<readonly number[]> {
  const rows = await caseFile.query(sql`SELECT id FROM activity ORDER BY id`);
  return rows.map((row) => integerOf(row, "id"));
}

interface Sort {
  readonly field: QueryField;
  readonly descending: boolean;
}

function sortField(sort: { readonly field: string; readonly descending: boolean } | null): Sort | null {
  if (sort === null) return null;
  const field = fieldNamed(sort.field);
  if (field && field.related === null) return { field, descending: sort.descending };
  throw new Problem("usage", "no-such-field", `sorting: expected a field of the record, got ${quote(sort.field)}`);
}

function orderSql(sort: Sort | null): Sql {
  const last = sql`time NULLS LAST, seq`;
  if (!sort) return last;
  const column = identifier(sort.field.column);
  return sort.descending ? sql`${column} DESC NULLS LAST, ${last}` : sql`${column} NULLS LAST, ${last}`;
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

function clamped(bound: bigint | null): bigint | null {
  if (bound === null) return null;
  return bound > BOUND_LIMIT ? BOUND_LIMIT : bound < -BOUND_LIMIT ? -BOUND_LIMIT : bound;
}

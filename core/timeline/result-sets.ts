import { type CaseFile } from "../casefile/case-file.ts";
import { bigintOrNull, integerOf } from "../casefile/row.ts";
import { identifier, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { type ResultSet } from "../model/timeline.ts";
import { fieldNamed, type QueryField } from "./fields.ts";
import { readFolding, type Folding } from "./folding.ts";
import { type Query } from "./query.ts";
import { formatQuery } from "./query-format.ts";
import { parseQuery } from "./query-parse.ts";
import { querySql } from "./query-sql.ts";
import { namesRelatedField, relationOfQuery, storedEvents, type Offsets } from "./relation.ts";

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

/**
 * A result set that is still kept: its table holds `position` (dense from 0, by default in order of time, undated last),
 * `seq` and `time` (with the clock offsets that stood when it was asked for).
 */
export interface SavedResult {
  readonly set: ResultSet;
  readonly table: Sql;
  readonly folding: Folding;
  readonly offsets: Offsets;
}

/** More than the views of one window need; each holds 24 bytes an event. */
const KEPT_RESULTS = 6;
/** Instants of the case are within 1990 to 2100; wider bounds would not fit DuckDB's 64 bits. */
const BOUND_LIMIT = 2n ** 62n;

/** The saved id lists of one case: grid, strip, facets and export of a query read the same list, so they always agree. */
export class ResultSets {
  readonly #caseFile: CaseFile;
  /** By question, least recently used first. */
  readonly #kept = new Map<string, SavedResult>();
  #lastId = 0;
  /** Replaced by the case when evidence arrives or is judged again; what the analyst does leaves most results as they are. */
  #exhibits: CaseFile["exhibits"];
  #whole: Promise<Whole> | null = null;

  constructor(caseFile: CaseFile) {
    this.#caseFile = caseFile;
    this.#exhibits = caseFile.exhibits;
  }

  /**
   * Runs a query, or finds its result again when the case has not changed since.
   * Throws `query-syntax` (usage) and `cancelled`; a cancelled query leaves nothing behind.
   */
  async query(question: TimelineQuestion, signal?: AbortSignal): Promise<ResultSet> {
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
    const condition = sql`(${querySql(query)})${from === null ? sql`` : sql` AND time >= ${from}`}${
      to === null ? sql`` : sql` AND time < ${to}`
    }${question.logRecords ? sql`` : sql` AND kind <> 'log'`}${
      question.copies ? sql`` : sql` AND seq NOT IN (SELECT seq FROM record_copy)`
    }`;
    const relation = relationOfQuery(query, sort?.field ?? null, offsets);
    const result = await this.#save(
      { relation, condition, order: orderSql(sort), folds: folds.length > 0, whole, offsets },
      signal,
    );
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
    for (const result of this.#kept.values()) if (result.set.resultId === resultId) return result;
    throw new Problem("usage", "result-gone", `result set ${resultId} is no longer kept; run its query again`);
  }

  /** Drops every kept result. */
  async clear(): Promise<void> {
    for (const [key, result] of [...this.#kept]) {
      this.#kept.delete(key);
      await this.#caseFile.run(sql`DROP TABLE IF EXISTS ${result.table}`);
    }
  }

  async #save(plan: Plan, signal: AbortSignal | undefined): Promise<SavedResult> {
    const started = performance.now();
    this.#lastId += 1;
    const resultId = this.#lastId;
    const table = identifier(`timeline_result_${resultId}`);
    await this.#caseFile
      .run(
        sql`CREATE TEMP TABLE ${table} AS
          SELECT row_number() OVER (ORDER BY ${plan.order}) - 1 AS position, seq, time
          FROM ${plan.relation} WHERE ${plan.condition}`,
        { signal },
      )
      .catch(explainPattern);
    const [counts] = await this.#caseFile.query(
      sql`SELECT count(*) AS matching, count(*) - count(time) AS undated, min(time) AS first, max(time) AS last FROM ${table}`,
    );
    const found = present(counts, "an aggregate has one row");
    const folding = plan.folds ? await readFolding(this.#caseFile, table) : [];
    const matching = integerOf(found, "matching");
    const set: ResultSet = {
      resultId,
      total: plan.whole.total,
      matching,
      rows: matching - folding.length,
      undated: integerOf(found, "undated"),
      first: bigintOrNull(found, "first"),
      last: bigintOrNull(found, "last"),
      firstOfAll: plan.whole.first,
      lastOfAll: plan.whole.last,
      milliseconds: Math.round(performance.now() - started),
    };
    return { set, table, folding, offsets: plan.offsets };
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
      await this.#caseFile.run(sql`DROP TABLE IF EXISTS ${oldest[1].table}`);
    }
  }
}

/** How a result is made. */
interface Plan {
  readonly relation: Sql;
  readonly condition: Sql;
  readonly order: Sql;
  readonly folds: boolean;
  readonly whole: Whole;
  readonly offsets: Offsets;
}

/** All events of the case. */
interface Whole {
  readonly total: number;
  readonly first: bigint | null;
  readonly last: bigint | null;
}

function parseIn({ first, last }: Whole, query: string): Query {
  return parseQuery(query, { first, last, now: BigInt(Date.now()) * 1_000_000n });
}

async function countWhole(caseFile: CaseFile, offsets: Offsets): Promise<Whole> {
  const [row] = await caseFile.query(
    sql`SELECT count(*) AS total, min(time) AS first, max(time) AS last FROM ${storedEvents(offsets)}`,
  );
  const whole = present(row, "an aggregate has one row");
  return {
    total: integerOf(whole, "total"),
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

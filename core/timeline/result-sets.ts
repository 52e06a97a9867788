import { type CaseFile } from "../casefile/case-file.ts";
import { bigintOrNull, integerOf } from "../casefile/row.ts";
import { identifier, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { Problem, throwIfCancelled } from "../model/problem.ts";
import { type ResultSet } from "../model/timeline.ts";
import { formatQuery } from "./query-format.ts";
import { parseQuery } from "./query-parse.ts";
import { querySql } from "./query-sql.ts";
import { STORED_EVENTS, relationOfQuery } from "./relation.ts";

/** What a person asks of the timeline. Bounds are nanoseconds since the epoch: `from` included, `to` not. */
export interface TimelineQuestion {
  readonly query: string;
  readonly from: bigint | null;
  readonly to: bigint | null;
  /** Whether the log's own open and seal records are among the rows. */
  readonly logRecords: boolean;
  /** Whether records with exactly the bytes of an earlier one are rows of their own. */
  readonly copies: boolean;
}

/** A result set that is still kept: its table holds `position` (dense from 0 in time order, undated last), `seq` and `time`. */
export interface SavedResult {
  readonly set: ResultSet;
  readonly table: Sql;
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
  #revision: number;

  constructor(caseFile: CaseFile) {
    this.#caseFile = caseFile;
    this.#revision = caseFile.revision;
  }

  /**
   * Runs a query, or finds its result again when the case has not changed since.
   * Throws `query-syntax` (usage) and `cancelled`; a cancelled query leaves nothing behind.
   */
  async query(question: TimelineQuestion, signal?: AbortSignal): Promise<ResultSet> {
    throwIfCancelled(signal);
    const query = parseQuery(question.query);
    const from = clamped(question.from);
    const to = clamped(question.to);
    await this.#forgetStale();
    const key = JSON.stringify([
      formatQuery(query),
      from?.toString(),
      to?.toString(),
      question.logRecords,
      question.copies,
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
    const result = await this.#save(relationOfQuery(query), condition, signal);
    this.#kept.set(key, result);
    await this.#forgetOldest();
    return result.set;
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

  async #save(relation: Sql, condition: Sql, signal: AbortSignal | undefined): Promise<SavedResult> {
    const started = performance.now();
    this.#lastId += 1;
    const resultId = this.#lastId;
    const table = identifier(`timeline_result_${resultId}`);
    await this.#caseFile.run(
      sql`CREATE TEMP TABLE ${table} AS
          SELECT row_number() OVER (ORDER BY time NULLS LAST, seq) - 1 AS position, seq, time
          FROM ${relation} WHERE ${condition}`,
      { signal },
    );
    const [counts] = await this.#caseFile.query(
      sql`SELECT count(*) AS matching, count(*) - count(time) AS undated, min(time) AS first, max(time) AS last FROM ${table}`,
    );
    const [all] = await this.#caseFile.query(
      sql`SELECT count(*) AS total, min(time) AS first, max(time) AS last FROM ${STORED_EVENTS}`,
    );
    const found = present(counts, "an aggregate has one row");
    const whole = present(all, "an aggregate has one row");
    const set: ResultSet = {
      resultId,
      total: integerOf(whole, "total"),
      matching: integerOf(found, "matching"),
      undated: integerOf(found, "undated"),
      first: bigintOrNull(found, "first"),
      last: bigintOrNull(found, "last"),
      firstOfAll: bigintOrNull(whole, "first"),
      lastOfAll: bigintOrNull(whole, "last"),
      milliseconds: Math.round(performance.now() - started),
    };
    return { set, table };
  }

  async #forgetStale(): Promise<void> {
    if (this.#revision === this.#caseFile.revision) return;
    this.#revision = this.#caseFile.revision;
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

function clamped(bound: bigint | null): bigint | null {
  if (bound === null) return null;
  return bound > BOUND_LIMIT ? BOUND_LIMIT : bound < -BOUND_LIMIT ? -BOUND_LIMIT : bound;
}

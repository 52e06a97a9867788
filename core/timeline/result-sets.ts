import { type CaseFile } from "../casefile/case-file.ts";
import { type StatementOptions } from "../casefile/database.ts";
import { integerOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { Problem, throwIfCancelled } from "../model/problem.ts";
import { type ResultSet } from "../model/timeline.ts";
import { dropResult, findResult, type Plan } from "./find-result.ts";
import { readFolding } from "./folding.ts";
import { type Query } from "./query.ts";
import { formatQuery } from "./query-format.ts";
import { readRecordMembers } from "./record-members.ts";
import { fieldsOf, namesRelatedField, type Offsets } from "./relation.ts";
import { sortOf } from "./result-order.ts";
import { type SavedResult } from "./saved-result.ts";
import { type TimelineQuestion } from "./timeline-question.ts";
import { countWhole, parseIn, readOffsets, type WholeCase } from "./whole-case.ts";

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
  #whole: WholeCase | null = null;

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
    const sort = sortOf(question);
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
    const plan = { question: { ...question, from, to }, query, sort, whole, offsets };
    const result = await this.#find(plan, folds.length > 0, { signal, onShare });
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
      await dropResult(this.#caseFile, result);
    }
  }

  async #find(plan: Plan, folds: boolean, options: StatementOptions): Promise<SavedResult> {
    const started = performance.now();
    lastId += 1;
    const resultId = lastId;
    const { counts, ...found } = await findResult(this.#caseFile, plan, resultId, options);
    const folding = folds ? await readFolding(this.#caseFile, found) : [];
    const { whole, query, offsets } = plan;
    const set: ResultSet = {
      resultId,
      total: whole.total,
      ...counts,
      rows: counts.matching - folding.length,
      firstOfAll: whole.first,
      lastOfAll: whole.last,
      milliseconds: Math.round(performance.now() - started),
    };
    return { ...found, set, folding, query, offsets };
  }

  /** The events of the case as a whole, counted once for each state of its evidence and clocks. */
  async #readWhole(offsets: Offsets): Promise<WholeCase> {
    if (offsets.size > 0) return countWhole(this.#caseFile, offsets);
    this.#whole ??= await countWhole(this.#caseFile, offsets);
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
      await dropResult(this.#caseFile, oldest[1]);
    }
  }
}

async function readActivityIds(caseFile: CaseFile): Promise<readonly number[]> {
  const rows = await caseFile.query(sql`SELECT id FROM activity ORDER BY id`);
  return rows.map((row) => integerOf(row, "id"));
}

function clamped(bound: bigint | null): bigint | null {
  if (bound === null) return null;
  return bound > BOUND_LIMIT ? BOUND_LIMIT : bound < -BOUND_LIMIT ? -BOUND_LIMIT : bound;
}

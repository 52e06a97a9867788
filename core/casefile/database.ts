import { type DuckDBConnection, type DuckDBValue, type DuckDBInstance } from "@duckdb/node-api";

import { cancelledProblem, throwIfCancelled } from "../model/problem.ts";
import { databaseProblem } from "./database-problem.ts";
import { bind, read } from "./duckdb-values.ts";
import { finished } from "./pending-statement.ts";
import { type Columns, type Row, type SqlValue } from "./row.ts";
import { renderSql, sql, type Sql } from "./sql.ts";

/** A statement that was cancelled ends within this time of its beginning. */
const INTERRUPT_INTERVAL_MS = 20;

/** The progress of a statement is looked at this often. */
const PROGRESS_INTERVAL_MS = 200;

/** Runs statements one after the other on one connection. */
export interface SqlSession {
  query(statement: Sql, options?: { readonly signal?: AbortSignal | undefined }): Promise<readonly Row[]>;
  /** The same result as columns, in the order of the statement. */
  columns(statement: Sql, options?: { readonly signal?: AbortSignal | undefined }): Promise<Columns>;
  /** @returns the number of rows changed. */
  run(statement: Sql, options?: StatementOptions): Promise<number>;
}

/** How a long statement is stopped, and hears of how far it is. */
export interface StatementOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears the share that is done by DuckDB's own estimate, 0 to 1. Only {@link Database.jobs} knows it. */
  readonly onShare?: ((share: number) => void) | undefined;
}

/**
 * An open database: sessions for reading, and transactions of their own that run one after the other. Tables in the schema
 * `scratch` are in memory and seen by every session; what is TEMP is seen by its own.
 */
export class Database {
  readonly session: Session;
  /** For what takes long, so that quick questions need not wait for it. */
  readonly jobs: Session;
  readonly #instance: DuckDBInstance;
  readonly #background = new Set<{ readonly stop: AbortController; readonly done: Promise<unknown> }>();
  #lastTransaction: Promise<unknown> = Promise.resolve();
  #closing = false;

  constructor(instance: DuckDBInstance, session: Session, jobs: Session) {
    this.#instance = instance;
    this.session = session;
    this.jobs = jobs;
  }

  /** Runs `work` in a transaction; what it throws rolls everything back and is thrown on. */
  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const result = this.#lastTransaction.then(() => this.#transact(work));
    this.#lastTransaction = result.catch(() => undefined);
    return result;
  }

  /**
   * Runs `work` in a transaction beside the others, which do not wait for it. Precondition: it writes tables that nothing
   * else writes. `signal` fires when the database is closed, which waits for it. Throws `cancelled` after that.
   */
  async background<T>(work: (session: SqlSession, signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#closing) throw cancelledProblem();
    const stop = new AbortController();
    const done = this.#transact((session) => work(session, stop.signal));
    const running = { stop, done };
    this.#background.add(running);
    try {
      return await done;
    } finally {
      this.#background.delete(running);
    }
  }

  async #transact<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const session = new Session(await this.#instance.connect());
    try {
      await session.run(sql`BEGIN TRANSACTION`);
      try {
        const result = await work(session);
        await session.run(sql`COMMIT`);
        return result;
      } catch (error) {
        // What failed for want of room on the disk has ended the transaction already.
        await session.run(sql`ROLLBACK`).catch(() => undefined);
        throw error;
      }
    } finally {
      session.close();
    }
  }

  /** Runs `work` on a connection of its own, in a transaction that cannot write. */
  async readOnly<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = new Session(await this.#instance.connect());
    try {
      await session.run(sql`BEGIN TRANSACTION READ ONLY`);
      return await work(session);
    } finally {
      session.close();
    }
  }

  /** Stops jobs and what runs in the background, waits for a running transaction, then closes the file. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { stop } of this.#background) stop.abort();
    await Promise.allSettled([...this.#background].map(({ done }) => done));
    await this.jobs.stop();
    await this.#lastTransaction;
    this.jobs.close();
    this.session.close();
    this.#instance.closeSync();
  }
}

/** One connection; statements queue, so that concurrent callers never interleave on it. */
export class Session implements SqlSession {
  readonly #connection: DuckDBConnection;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  query(statement: Sql, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<readonly Row[]> {
    return this.#enqueue(options.signal, async () => {
      const reader = await this.#connection.runAndReadAll(...bind(statement));
      const names = reader.deduplicatedColumnNames();
      return reader.getRows().map((values) => rowOf(names, values));
    });
  }

  columns(statement: Sql, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Columns> {
    return this.#enqueue(options.signal, async () => {
      const reader = await this.#connection.runAndReadAll(...bind(statement));
      const columns = reader.getColumns();
      return Object.fromEntries(
        reader.deduplicatedColumnNames().map((name, at) => [name, (columns[at] ?? []).map(read)]),
      );
    });
  }

  /** The first rows of a result in the order of its columns, which may have equal names. */
  table(
    statement: Sql,
    limit: number,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<{ readonly columns: readonly string[]; readonly rows: readonly (readonly SqlValue[])[] }> {
    return this.#enqueue(options.signal, async () => {
      const reader = await this.#connection.streamAndReadUntil(renderSql(statement).text, limit);
      const rows = reader.getRows().slice(0, limit);
      return { columns: reader.columnNames(), rows: rows.map((values) => values.map(read)) };
    });
  }

  run(statement: Sql, { signal, onShare }: StatementOptions = {}): Promise<number> {
    return this.#enqueue(signal, async () => {
      const looking = onShare && setInterval(() => onShare(this.#share()), PROGRESS_INTERVAL_MS);
      try {
        const pending = await this.#connection.start(...bind(statement));
        await finished(pending);
        const result = await pending.getResult();
        return result.rowsChanged;
      } finally {
        clearInterval(looking);
      }
    });
  }

  /** DuckDB says -1 where it does not know. */
  #share(): number {
    return Math.max(0, this.#connection.progress.percentage) / 100;
  }

  /** Runs a script of ours: several statements, no values. */
  runScript(script: string): Promise<void> {
    return this.#enqueue(undefined, async () => {
      await this.#connection.run(script);
    });
  }

  /** Stops the statement that is running now; it fails with `cancelled` and the session stays usable. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  /** Ends every statement that is running or waiting; they fail with `cancelled`. */
  async stop(): Promise<void> {
    const repeating = setInterval(() => this.interrupt(), INTERRUPT_INTERVAL_MS);
    await this.#last;
    clearInterval(repeating);
  }

  close(): void {
    this.#connection.closeSync();
  }

  #enqueue<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#interruptible(signal, work));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #interruptible<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    throwIfCancelled(signal);
    // An interrupt that arrives before DuckDB has begun the statement is lost, so it is repeated until the work has ended.
    let repeating: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      this.interrupt();
      repeating = setInterval(() => this.interrupt(), INTERRUPT_INTERVAL_MS);
    };
    signal?.addEventListener("abort", interrupt, { once: true });
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted || (error instanceof Error && error.message.startsWith("INTERRUPT")))
        throw cancelledProblem();
      throw databaseProblem(error, "using the database of the case") ?? error;
    } finally {
      clearInterval(repeating);
      signal?.removeEventListener("abort", interrupt);
    }
  }
}

/** By assignment: `Object.fromEntries` makes a pair of every value. */
function rowOf(names: readonly string[], values: readonly DuckDBValue[]): Row {
  const row: Record<string, SqlValue> = {};
  for (const [at, name] of names.entries()) row[name] = read(values[at]);
  return row;
}

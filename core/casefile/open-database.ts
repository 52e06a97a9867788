import { availableParallelism, totalmem } from "node:os";

import { DuckDBInstance } from "@duckdb/node-api";

import { Database, Session } from "./database.ts";
import { joinSql, literal, sql } from "./sql.ts";

/** What sorts and joins of large cases may take before they spill (bench/README.md has what an import takes of it). */
const MEMORY_LIMIT_BYTES = 3 * 1024 ** 3;
const THREADS_LIMIT = 8;
/**
 * A checkpoint would merge small row groups with full ones around them, and write all their rows again: up to as much work as
 * their import. Row groups of which every row is deleted are dropped nonetheless (DuckDB 1.5.6).
 */
const VACUUM_TASKS = "0";

/** What an open database may read and where it may spill. */
export interface DatabaseOptions {
  readonly writable: boolean;
  /** Folder for what does not fit in memory. */
  readonly temporaryFolder: string;
  /** The only folders that SQL can read or write files in, each with a closing separator. */
  readonly allowedFolders: readonly string[];
}

/** Opens a database file and shuts every door to the rest of the machine before anything else is asked of it. */
export async function openDatabase(path: string, options: DatabaseOptions): Promise<Database> {
  const memory = Math.min(MEMORY_LIMIT_BYTES, Math.floor(totalmem() / 2));
  const instance = await DuckDBInstance.create(path, {
    access_mode: options.writable ? "READ_WRITE" : "READ_ONLY",
    memory_limit: `${Math.floor(memory / 1024 ** 2)}MiB`,
    threads: String(Math.min(THREADS_LIMIT, availableParallelism())),
    // All of them are DuckDB's own: one that waits for a result is none of them (pending-statement.ts).
    external_threads: "0",
    temp_directory: options.temporaryFolder,
    max_vacuum_tasks: VACUUM_TASKS,
  });
  try {
    const folders = joinSql(options.allowedFolders.map(literal), sql`, `);
    const session = new Session(await instance.connect());
    const jobs = new Session(await instance.connect());
    await session.runScript("ATTACH ':memory:' AS scratch (READ_WRITE)");
    await jobs.runScript(
      "SET enable_progress_bar_print = false; SET enable_progress_bar = true; SET progress_bar_time = 0",
    );
    await session.run(sql`SET allowed_directories = [${folders}]`);
    await session.run(sql`SET enable_external_access = false`);
    await session.run(sql`SET lock_configuration = true`);
    return new Database(instance, session, jobs);
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

import { tmpdir } from "node:os";

import { type SqlSession } from "./database.ts";
import { openDatabase } from "./open-database.ts";

/** Gives `work` a database in memory that can reach no file, for what only DuckDB can say: whether it takes a pattern, say. */
export async function withScratchDatabase<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
  const database = await openDatabase(":memory:", { writable: true, temporaryFolder: tmpdir(), allowedFolders: [] });
  try {
    return await work(database.session);
  } finally {
    await database.close();
  }
}

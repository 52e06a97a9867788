import { realpath, stat } from "node:fs/promises";

import { Problem } from "../model/problem.ts";
import { openCaseDatabase } from "./case-database.ts";
import { CaseFile } from "./case-file.ts";
import { caseFolder, makeCaseFolder, type CaseFolder } from "./case-folder.ts";
import { releaseCase, reserveCase, writeLockHolder } from "./case-lock.ts";
import { type SqlSession } from "./database.ts";
import { readEvidenceFiles, readExhibits } from "./exhibit-table.ts";
import { integerOf } from "./row.ts";
import { sql } from "./sql.ts";

/** What a session of a case is opened with. */
export interface OpenCaseOptions {
  /** A reader leaves what is in the case as it is, and can be one of several. */
  readonly writable: boolean;
}

/** A new case in `root`, which must not exist or be empty. Throws `case-exists`, `folder-not-empty`, `case-path` (usage). */
export async function createCase(root: string): Promise<CaseFile> {
  const folder = caseFolder(root);
  if (await exists(folder.database)) {
    const message = "creating a case: expected a new folder, found a case in it";
    throw new Problem("usage", "case-exists", message, { file: root });
  }
  await makeCaseFolder(folder);
  return openFolder(folder, { writable: true });
}

/**
 * Opens the case in `root`. One of an earlier build is brought to this build's schema first, also for a reader; the next
 * session journals that. Throws `no-case`, `case-locked`, `case-unreadable`, `case-too-new`, `case-too-old`, `no-permission`,
 * `read-only`, `disk-full` (machine), `case-path` (usage).
 */
export async function openCase(root: string, options: OpenCaseOptions): Promise<CaseFile> {
  const folder = caseFolder(root);
  if (!(await exists(folder.database))) {
    const message = "opening the case: expected a case folder, found no case.duckdb in it";
    throw new Problem("machine", "no-case", message, { file: root });
  }
  return openFolder(folder, options);
}

async function openFolder(folder: CaseFolder, options: OpenCaseOptions): Promise<CaseFile> {
  const key = await realpath(folder.root);
  reserveCase(key);
  try {
    const database = await openCaseDatabase(folder, options.writable);
    try {
      if (options.writable) await writeLockHolder(folder.lock);
      const files = await readEvidenceFiles(database.session);
      const exhibits = await readExhibits(database.session);
      const revision = await readRevision(database.session);
      return new CaseFile(folder, options.writable, database, { exhibits, files }, revision, () => releaseCase(key));
    } catch (error) {
      await database.close();
      throw error;
    }
  } catch (error) {
    releaseCase(key);
    throw error;
  }
}

async function readRevision(session: SqlSession): Promise<number> {
  const [row] = await session.query(sql`SELECT value FROM meta WHERE key = 'revision'`);
  return row ? integerOf(row, "value") : 0;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

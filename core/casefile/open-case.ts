import { realpath, stat } from "node:fs/promises";

import { Problem } from "../model/problem.ts";
import { openCaseDatabase } from "./case-database.ts";
import { CaseFile } from "./case-file.ts";
import { caseFolder, holdsCase, makeCaseFolder, type CaseFolder } from "./case-folder.ts";
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
  if (await holdsCase(root)) {
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
  if (!(await holdsCase(root))) throw await noCase(root);
  return openFolder(folder, options);
}

/** A case has one place, whichever link led to it: its lock and the list of recent cases go by that. */
async function openFolder({ root }: CaseFolder, options: OpenCaseOptions): Promise<CaseFile> {
  const folder = caseFolder(await realpath(root));
  reserveCase(folder.root);
  try {
    const database = await openCaseDatabase(folder, options.writable);
    try {
      if (options.writable) await writeLockHolder(folder.lock);
      const files = await readEvidenceFiles(database.session);
      const exhibits = await readExhibits(database.session);
      const revision = await readRevision(database.session);
      return new CaseFile(folder, options.writable, database, { exhibits, files }, revision, () =>
        releaseCase(folder.root),
      );
    } catch (error) {
      await database.close();
      throw error;
    }
  } catch (error) {
    releaseCase(folder.root);
    throw error;
  }
}

async function readRevision(session: SqlSession): Promise<number> {
  const [row] = await session.query(sql`SELECT value FROM meta WHERE key = 'revision'`);
  return row ? integerOf(row, "value") : 0;
}

async function noCase(root: string): Promise<Problem> {
  const about = await stat(root).catch(() => undefined);
  const found = !about ? "nothing there" : about.isDirectory() ? "no case.duckdb in it" : "a file";
  const expected = "a case folder";
  const message = `opening the case: expected ${expected}, found ${found}`;
  return new Problem("machine", "no-case", message, { file: root, expected, found });
}

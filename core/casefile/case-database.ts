import { Problem } from "../model/problem.ts";
import { globLiteral, withSeparator, type CaseFolder } from "./case-folder.ts";
import { isLockError, lockedElsewhere } from "./case-lock.ts";
import { databaseProblem } from "./database-problem.ts";
import { type Database } from "./database.ts";
import { openDatabase } from "./open-database.ts";
import { migrate, schemaState } from "./migrate.ts";

/**
 * Opens the database of a case at this build's schema. Throws `case-locked`, `case-unreadable`, `case-too-new`, `no-permission`,
 * `read-only`, `disk-full`, and `case-too-old` for a reader of an older case that cannot be written (machine).
 */
export async function openCaseDatabase(folder: CaseFolder, writable: boolean): Promise<Database> {
  const database = await open(folder, writable);
  try {
    if ((await schemaState(database.session, folder.label)) === "current") return database;
    if (writable) {
      await migrate(database.session);
      return database;
    }
  } catch (error) {
    await database.close();
    throw error;
  }
  await database.close();
  await migrateForReader(folder);
  return open(folder, false);
}

async function migrateForReader(folder: CaseFolder): Promise<void> {
  const database = await open(folder, true).catch((cause: unknown) => {
    if (cause instanceof Problem && cause.code === "case-locked") throw cause;
    const expected = "a place that can be written, to bring it to the schema of this build";
    const message = `opening the case: an earlier version of Assay made it: expected ${expected}`;
    throw new Problem("machine", "case-too-old", message, { file: folder.root, expected }, { cause });
  });
  try {
    await migrate(database.session);
  } finally {
    await database.close();
  }
}

async function open(folder: CaseFolder, writable: boolean): Promise<Database> {
  try {
    return await openDatabase(folder.database, {
      writable,
      temporaryFolder: folder.temporary,
      // Paths are compared as they are written, so the evidence folder is listed as a pattern, too.
      allowedFolders: [folder.evidence, globLiteral(folder.evidence), folder.exports].map(withSeparator),
    });
  } catch (error) {
    if (isLockError(error)) throw await lockedElsewhere(folder.root, folder.lock, error);
    const refused = databaseProblem(error, "opening the case");
    if (refused) throw refused;
    const message = `opening the case: ${error instanceof Error ? error.message : String(error)}`;
    throw new Problem("machine", "case-unreadable", message, { file: folder.root }, { cause: error });
  }
}

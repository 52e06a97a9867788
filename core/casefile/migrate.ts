import { Problem } from "../model/problem.ts";
import { type Session, type SqlSession } from "./database.ts";
import initial from "./migrations/0001-initial.sql?raw";
import detection from "./migrations/0002-detection.sql?raw";
import findings from "./migrations/0002-findings.sql?raw";
import importing from "./migrations/0002-import.sql?raw";
import identity from "./migrations/0002-identity.sql?raw";
import replay from "./migrations/0002-replay.sql?raw";
import sources from "./migrations/0002-sources.sql?raw";
import triage from "./migrations/0002-triage.sql?raw";
import traits from "./migrations/0003-traits.sql?raw";
import alertWindows from "./migrations/0004-alert-windows.sql?raw";
import { integerOf } from "./row.ts";
import { sql } from "./sql.ts";

/** The scripts of each schema version, in order: the first makes version 1 from an empty database. */
const MIGRATIONS: readonly (readonly string[])[] = [
  [initial],
  [sources, triage, identity, replay, detection, importing, findings],
  [traits],
  [alertWindows],
];

/** The schema that this build reads and writes. */
const SCHEMA_VERSION = MIGRATIONS.length;

/** Key in `meta` of the schema that the case had before it was migrated, until that is journaled. */
const MIGRATED_FROM = "migrated-from";

/** How far a database is from this build's schema. */
export type SchemaState = "current" | "older";

/** Compares the schema of a database with this build's. Throws `case-too-new` (machine). */
export async function schemaState(session: Session, label: string): Promise<SchemaState> {
  const version = await schemaVersion(session);
  if (version <= SCHEMA_VERSION) return version === SCHEMA_VERSION ? "current" : "older";
  const expected = `schema ${SCHEMA_VERSION} or older`;
  const found = `schema ${version}`;
  const message = `opening the case: a later version of Assay made it: expected ${expected}, found ${found}`;
  throw new Problem("machine", "case-too-new", message, { file: label, expected, found });
}

/**
 * Brings a database to this build's schema; one that had another schema remembers which ({@link readMigration}).
 *
 * @param to an earlier schema, to make a case as the version of that schema left it
 */
export async function migrate(session: Session, to = SCHEMA_VERSION): Promise<void> {
  const version = await schemaVersion(session);
  for (const [index, scripts] of MIGRATIONS.slice(version, to).entries()) {
    const schema = `UPDATE meta SET value = ${version + index + 1} WHERE key = 'schema';`;
    const before = version === 0 ? [] : [`INSERT OR IGNORE INTO meta VALUES ('${MIGRATED_FROM}', ${version});`];
    await session.runScript(["BEGIN TRANSACTION;", ...scripts, schema, ...before, "COMMIT;"].join("\n"));
  }
}

/** What became of the schema of a case, and is not journaled yet; undefined for nothing. */
export async function readMigration(
  session: Pick<SqlSession, "query">,
): Promise<{ readonly from: number; readonly to: number } | undefined> {
  const [row] = await session.query(sql`SELECT value FROM meta WHERE key = ${MIGRATED_FROM}`);
  return row && { from: integerOf(row, "value"), to: SCHEMA_VERSION };
}

/** Notes that the journal tells of the migration. */
export async function forgetMigration(session: Pick<SqlSession, "run">): Promise<void> {
  await session.run(sql`DELETE FROM meta WHERE key = ${MIGRATED_FROM}`);
}

async function schemaVersion(session: Session): Promise<number> {
  const [table] = await session.query(
    sql`SELECT count(*) AS tables FROM duckdb_tables() WHERE table_name = 'meta' AND NOT temporary`,
  );
  if (!table || integerOf(table, "tables") === 0) return 0;
  const [row] = await session.query(sql`SELECT value FROM meta WHERE key = 'schema'`);
  return row ? integerOf(row, "value") : 0;
}

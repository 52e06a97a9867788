import { Problem } from "../model/problem.ts";
import { type Session } from "./database.ts";
import initial from "./migrations/0001-initial.sql?raw";
import detection from "./migrations/0002-detection.sql?raw";
import findings from "./migrations/0002-findings.sql?raw";
import importing from "./migrations/0002-import.sql?raw";
import identity from "./migrations/0002-identity.sql?raw";
import replay from "./migrations/0002-replay.sql?raw";
import sources from "./migrations/0002-sources.sql?raw";
import triage from "./migrations/0002-triage.sql?raw";
import traits from "./migrations/0003-traits.sql?raw";
import { integerOf } from "./row.ts";
import { sql } from "./sql.ts";

/** The scripts of each schema version, in order: the first makes version 1 from an empty database. */
const MIGRATIONS: readonly (readonly string[])[] = [
  [initial],
  [sources, triage, identity, replay, detection, importing, findings],
  [traits],
];

/** The schema that this build reads and writes. */
const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings an open database to this build's schema. Throws `case-too-new` (machine) for one of a later build. */
export async function migrate(session: Session, label: string, writable: boolean): Promise<void> {
  const version = await schemaVersion(session);
  if (version > SCHEMA_VERSION || (version < SCHEMA_VERSION && !writable)) {
    throw new Problem(
      "machine",
      version > SCHEMA_VERSION ? "case-too-new" : "case-too-old",
      `opening the case: expected schema ${SCHEMA_VERSION}, found ${version}`,
      { file: label, expected: `schema ${SCHEMA_VERSION}`, found: `schema ${version}` },
    );
  }
  for (const [index, scripts] of MIGRATIONS.slice(version).entries()) {
    const schema = `UPDATE meta SET value = ${version + index + 1} WHERE key = 'schema';`;
    await session.runScript(["BEGIN TRANSACTION;", ...scripts, schema, "COMMIT;"].join("\n"));
  }
}

async function schemaVersion(session: Session): Promise<number> {
  const [table] = await session.query(
    sql`SELECT count(*) AS tables FROM duckdb_tables() WHERE table_name = 'meta' AND NOT temporary`,
  );
  if (!table || integerOf(table, "tables") === 0) return 0;
  const [row] = await session.query(sql`SELECT value FROM meta WHERE key = 'schema'`);
  return row ? integerOf(row, "value") : 0;
}

import { readdir, rename, rm } from "node:fs/promises";
import { join, resolve, sep } from "node:path";

import { openDatabase } from "../../core/casefile/open-database.ts";
import { migrate } from "../../core/casefile/migrate.ts";
import { textOf } from "../../core/casefile/row.ts";
import { sql } from "../../core/casefile/sql.ts";

const MIGRATIONS = resolve(import.meta.dirname, "../../core/casefile/migrations");

/** The number of this build's schema, as its scripts are numbered. */
export async function newestSchema(): Promise<number> {
  return Math.max(...(await readdir(MIGRATIONS)).map((script) => Number(script.slice(0, 4))));
}

/**
 * Gives a closed case the database that an earlier version would have made: its scripts alone make the tables, and what this
 * version wrote is copied as far as they have columns for it.
 */
export async function giveOlderSchema(root: string, version: number): Promise<void> {
  const newer = join(root, "newer.duckdb");
  await rename(join(root, "case.duckdb"), newer);
  const database = await openDatabase(join(root, "case.duckdb"), {
    writable: true,
    temporaryFolder: join(root, "tmp"),
    allowedFolders: [root + sep],
  });
  const { session } = database;
  try {
    await migrate(session, version);
    await session.runScript(`ATTACH '${newer}' AS newer (READ_ONLY)`);
    const shared = await session.query(
      sql`SELECT o.table_name, string_agg('"' || column_name || '"', ', ') AS columns
          FROM duckdb_columns() o JOIN duckdb_columns() n USING (table_name, column_name)
          WHERE o.database_name = 'case' AND n.database_name = 'newer'
            AND o.table_name IN (SELECT table_name FROM duckdb_tables() WHERE database_name = 'case')
          GROUP BY o.table_name`,
    );
    for (const row of shared) {
      const [table, columns] = [textOf(row, "table_name"), textOf(row, "columns")];
      await session.runScript(
        `DELETE FROM "${table}"; INSERT INTO "${table}" (${columns}) SELECT ${columns} FROM newer."${table}"`,
      );
    }
    await session.run(sql`UPDATE meta SET value = ${version} WHERE key = 'schema'`);
    await session.runScript("DETACH newer");
  } finally {
    await database.close();
  }
  await rm(newer);
}

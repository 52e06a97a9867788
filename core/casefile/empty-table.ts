import { type SqlSession } from "./database.ts";
import { sql, type Sql } from "./sql.ts";

/**
 * Empties a table that several statements of this transaction will fill, or removes what `where` names. `row` is any row
 * that fits its columns, and `where`.
 *
 * DuckDB 1.5.5 with two threads or more, inserts in order: once an INSERT … SELECT that gives no row is the first into a
 * table without rows, all rows of the transaction's later inserts into it stay hidden until the database is opened again,
 * from the first insert of about 111,000 rows (nine tenths of a row group) on. After a row, though it is deleted again at
 * once, that does not happen.
 */
export async function emptyTable(session: SqlSession, table: Sql, row: Sql, where: Sql = sql`TRUE`): Promise<void> {
  await session.run(sql`INSERT INTO ${table} VALUES (${row})`);
  await session.run(sql`DELETE FROM ${table} WHERE ${where}`);
}

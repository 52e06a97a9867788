import { type CaseFile } from "../casefile/case-file.ts";
import { type SqlSession } from "../casefile/database.ts";
import { withRecordFields } from "../casefile/record-fields.ts";
import { integerOf, textOf } from "../casefile/row.ts";
import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { chooseKeys } from "./choose-keys.ts";
import { searchedEvents } from "./places.ts";
import {
  countFields,
  describeTable,
  keyOf,
  readingOf,
  textColumn,
  type ReadField,
  type RecordTable,
  type WantedField,
} from "./record-columns.ts";

/**
 * The table of an exhibit with at least these fields; made, or made anew with what it had and these, when it is not there.
 * It reads every record once, at about the speed of an import, so it is kept. Throws as `withRecordFields`.
 */
export async function recordTable(
  caseFile: CaseFile,
  exhibit: string,
  wanted: readonly WantedField[],
  signal: AbortSignal | undefined,
): Promise<RecordTable> {
  const table = identifier(`detection_record_${exhibit.slice(2)}`);
  const kept = await readKept(caseFile, exhibit);
  const known = new Map(kept.map((field) => [keyOf(field.path), field]));
  const covered = wanted.every(({ path, presence }) => {
    const field = known.get(keyOf(path));
    return field !== undefined && (field.presence || !presence);
  });
  if (covered && kept.length > 0) return describeTable(table, kept);
  const all = new Map(
    kept.map(({ path, presence }): [string, WantedField] => [keyOf(path), { path, presence, uses: 0 }]),
  );
  for (const field of wanted) {
    const before = all.get(keyOf(field.path));
    all.set(keyOf(field.path), { ...field, presence: field.presence || (before?.presence ?? false) });
  }
  return describeTable(table, await buildTable(caseFile, exhibit, table, [...all.values()], signal));
}

async function readKept(session: Pick<SqlSession, "query">, exhibit: string): Promise<readonly ReadField[]> {
  const rows = await session.query(
    sql`SELECT number, path, presence, is_key, texts, lists FROM detection_field WHERE exhibit = ${exhibit} ORDER BY number`,
  );
  return rows.map((row) => ({
    number: integerOf(row, "number"),
    // Written by buildTable.
    path: JSON.parse(textOf(row, "path")) as readonly string[],
    presence: row["presence"] === true,
    isKey: row["is_key"] === true,
    texts: integerOf(row, "texts"),
    lists: integerOf(row, "lists"),
  }));
}

const SAMPLE = identifier("detection_sample");
const SAMPLE_ROWS = 20_000;

async function buildTable(
  caseFile: CaseFile,
  exhibit: string,
  table: Sql,
  fields: readonly WantedField[],
  signal: AbortSignal | undefined,
): Promise<readonly ReadField[]> {
  const { read, columns } = readingOf(fields);
  return withRecordFields(caseFile, exhibit, read, async (records) => {
    throwIfCancelled(signal);
    await caseFile.run(
      sql`CREATE OR REPLACE TEMP TABLE ${SAMPLE} AS SELECT ${columns} FROM ${records} LIMIT ${SAMPLE_ROWS}`,
    );
    const keys = await chooseKeys(caseFile, SAMPLE, fields);
    await caseFile.run(sql`DROP TABLE ${SAMPLE}`);
    const key = joinSql([sql`source`, ...keys.map(textColumn)], sql`, `);
    return caseFile.transaction(
      async (session) => {
        await session.run(sql`DROP TABLE IF EXISTS ${table}`);
        await session.run(sql`DELETE FROM detection_field WHERE exhibit = ${exhibit}`);
        await session.run(
          sql`CREATE TABLE ${table} AS SELECT hash(${key}) AS key, * FROM
              (SELECT seq, source, ${columns} FROM ${records} JOIN ${searchedEvents(exhibit)} USING (seq))`,
          { signal },
        );
        const counted = await countFields(session, table, fields, keys);
        for (const { number, path, presence, isKey, texts, lists } of counted) {
          await session.run(
            sql`INSERT INTO detection_field VALUES (${exhibit}, ${number}, ${keyOf(path)}, ${presence}, ${isKey}, ${texts}, ${lists})`,
          );
        }
        return counted;
      },
      { announce: false },
    );
  });
}

import { type SqlSession } from "../casefile/database.ts";
import { integerOf } from "../casefile/row.ts";
import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { textColumn, type WantedField } from "./record-columns.ts";

/** A column with more values than this would make the dictionary of keys as long as the events. */
const MAX_VALUES_OF_COLUMN = 400;
const MAX_KEYS = 8_000;

/**
 * The fields whose values are few, most used first, as long as their combinations stay few: rules that look at nothing
 * else are decided once per combination instead of once per event. Measured on a sample; only speed depends on it.
 */
export async function chooseKeys(
  session: SqlSession,
  sample: Sql,
  fields: readonly WantedField[],
): Promise<readonly number[]> {
  const byUse = fields
    .map(({ uses, path }, number) => ({ uses, number, path }))
    .filter(({ uses, path }) => uses > 0 && path.length > 0)
    .toSorted((a, b) => b.uses - a.uses || a.number - b.number);
  if (byUse.length === 0) return [];
  const name = identifier("detection_sample");
  await session.run(sql`CREATE OR REPLACE TEMP TABLE ${name} AS SELECT * FROM ${sample}`);
  try {
    const distinct = async (columns: readonly (readonly number[])[]): Promise<readonly number[]> => {
      const counts = columns.map(
        (numbers, at) =>
          sql`count(DISTINCT hash(${joinSql(numbers.map(textColumn), sql`, `)})) AS ${identifier(`d${at}`)}`,
      );
      const [row] = await session.query(sql`SELECT ${joinSql(counts, sql`, `)} FROM ${name}`);
      return columns.map((_, at) => integerOf(present(row, "an aggregate has one row"), `d${at}`));
    };
    const alone = await distinct(byUse.map(({ number }) => [number]));
    const few = byUse.filter((_, at) => (alone[at] ?? 0) > 1 && (alone[at] ?? 0) <= MAX_VALUES_OF_COLUMN);
    if (few.length === 0) return [];
    const prefixes = await distinct(few.map((_, at) => few.slice(0, at + 1).map(({ number }) => number)));
    const kept = prefixes.filter((count) => count <= MAX_KEYS).length;
    return few.slice(0, kept).map(({ number }) => number);
  } finally {
    await session.run(sql`DROP TABLE IF EXISTS ${name}`);
  }
}

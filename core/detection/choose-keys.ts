import { type SqlSession } from "../casefile/database.ts";
import { integerOf } from "../casefile/row.ts";
import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { textColumn, type WantedField } from "./record-columns.ts";

/** A column with more values than this in a sample would make the dictionary of keys as long as the events. */
const MAX_VALUES_OF_COLUMN = 1_000;
const MAX_KEYS = 3_000;

/**
 * The fields whose values are few, most used first, as long as their combinations stay few: rules that look at nothing
 * else are decided once per combination instead of once per event. Measured on a table with a sample; only speed depends
 * on it.
 */
export async function chooseKeys(
  session: Pick<SqlSession, "query">,
  sample: Sql,
  fields: readonly WantedField[],
): Promise<readonly number[]> {
  const byUse = fields
    .map(({ uses, path }, number) => ({ uses, number, path }))
    .filter(({ uses, path }) => uses > 0 && path.length > 0)
    .toSorted((a, b) => b.uses - a.uses || a.number - b.number)
    .map(({ number }) => number);
  const values = await countDistinct(
    session,
    sample,
    byUse.map((number) => [number]),
  );
  const few = byUse.filter((_, at) => (values[at] ?? 0) <= MAX_VALUES_OF_COLUMN);
  const keys: number[] = [];
  for (const number of few) {
    const [combinations = 0] = await countDistinct(session, sample, [[...keys, number]]);
    if (combinations <= MAX_KEYS) keys.push(number);
  }
  return keys;
}

/** How many combinations of values each of these sets of columns has; none is a value, too. */
async function countDistinct(
  session: Pick<SqlSession, "query">,
  sample: Sql,
  sets: readonly (readonly number[])[],
): Promise<readonly number[]> {
  if (sets.length === 0) return [];
  const counts = sets.map(
    (numbers, at) => sql`count(DISTINCT hash(${joinSql(numbers.map(textColumn), sql`, `)})) AS ${identifier(`d${at}`)}`,
  );
  const [row] = await session.query(sql`SELECT ${joinSql(counts, sql`, `)} FROM ${sample}`);
  return sets.map((_, at) => integerOf(present(row, "an aggregate has one row"), `d${at}`));
}

import { type SqlSession } from "../casefile/database.ts";
import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { type CorrelationMeans } from "./occurrences.ts";
import { type NewValue } from "./rule.ts";

const SEEN = identifier("detection_seen");

/**
 * Keeps, of a rule's matches, those in which something is seen with a value for the first time: the first event of each
 * pair, once events that fit the rule have been known of it for `after`. It says what the evidence at hand shows; an
 * earlier export may hold the value already.
 */
export async function keepNewValues(
  session: SqlSession,
  number: number,
  { of, fields, after }: NewValue,
  relations: ReturnType<CorrelationMeans["relationsOf"]>,
  signal?: AbortSignal,
): Promise<void> {
  const wanted = [...of, ...fields];
  const names = wanted.map((_, index) => identifier(`v${index}`));
  const parts = relations.map(({ relation, columns }) => {
    const values = wanted.map(
      (field, index) => sql`${columns(field)?.text ?? sql`NULL::VARCHAR`} AS ${names[index] ?? sql``}`,
    );
    return sql`SELECT m.seq AS seq, m.time AS time, ${joinSql(values, sql`, `)}
      FROM (SELECT seq, e.time FROM detection_match JOIN event e USING (seq) WHERE rule = ${number} AND e.time IS NOT NULL) m
      JOIN ${relation} r ON r.seq = m.seq`;
  });
  if (parts.length === 0) return;
  const there: Sql = joinSql(
    names.map((name) => sql`${name} IS NOT NULL`),
    sql` AND `,
  );
  const pair = joinSql(names, sql`, `);
  const known = joinSql(names.slice(0, of.length), sql`, `);
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${SEEN} AS
        SELECT first.seq AS seq FROM (
          SELECT first, first.time - min(first.time) OVER (PARTITION BY ${known}) AS known
          FROM (SELECT ${pair}, min({time: time, seq: seq}) AS first
                FROM (${joinSql(parts, sql` UNION ALL `)}) WHERE ${there} GROUP BY ${pair}))
        WHERE known >= ${literal(after.toString())}::BIGINT`,
    { signal },
  );
  await session.run(sql`DELETE FROM detection_match WHERE rule = ${number} AND seq NOT IN (SELECT seq FROM ${SEEN})`);
  await session.run(sql`DROP TABLE ${SEEN}`);
}

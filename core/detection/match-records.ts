import { type SqlSession } from "../casefile/database.ts";
import { integerOf } from "../casefile/row.ts";
import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { expressionSql, type Relation } from "./expression-sql.ts";
import { type Route } from "./field-map.ts";
import { EVENT_RELATION, SEARCHED_EVENTS, throughRoute } from "./places.ts";
import { type RecordTable } from "./record-table.ts";
import { type DetectionRule } from "./rule.ts";

/** A rule under the number that its matches are stored with. */
export interface NumberedRule {
  readonly number: number;
  readonly rule: DetectionRule;
  readonly route: Route;
}

/** A rule that looks into records. */
export type RecordRule = NumberedRule & { readonly route: Extract<Route, { readonly kind: "records" }> };

/** Whether a rule looks into records. */
export function looksIntoRecords(rule: NumberedRule): rule is RecordRule {
  return rule.route.kind === "records";
}

/** Stores which events fit a rule for any source: one statement over the columns of all events. */
export async function matchEvents(
  session: SqlSession,
  { number, rule }: NumberedRule,
  signal?: AbortSignal,
): Promise<void> {
  await session.run(
    sql`INSERT INTO detection_match SELECT ${number}, seq FROM ${SEARCHED_EVENTS}
        WHERE ${expressionSql(rule.expression, EVENT_RELATION)}`,
    { signal },
  );
}

/** More combinations of key values than this are no dictionary any more; the rules are then run one by one. */
const MAX_KEYS = 200_000;

const KEYS = identifier("detection_key");
const FLAGS = identifier("detection_flag");

/**
 * Stores which events of an exhibit fit which rules. Every rule is first asked of the combinations of values that the key
 * columns have, with everything else unknown: it holds for all events of a combination, for none, or that is unknown, and
 * only then its events are looked at. SQL's three-valued logic makes this exact under negation, too.
 */
export async function matchRecords(
  session: SqlSession,
  table: RecordTable,
  rules: readonly RecordRule[],
  signal?: AbortSignal,
): Promise<void> {
  const hasDictionary = await makeDictionary(session, table, signal);
  const condition = (rule: RecordRule): Sql => conditionSql(rule, table.relation);
  const all = (rule: RecordRule): Promise<number> =>
    session.run(
      sql`INSERT INTO detection_match SELECT ${rule.number}, seq FROM ${table.name} WHERE ${condition(rule)}`,
      { signal },
    );
  if (!hasDictionary) {
    for (const rule of rules) await all(rule);
    return;
  }
  const flags = rules.map((rule) => sql`${conditionSql(rule, table.keyRelation)} AS ${flagOf(rule.number)}`);
  await session.run(sql`CREATE OR REPLACE TEMP TABLE ${FLAGS} AS SELECT key, ${joinSql(flags, sql`, `)} FROM ${KEYS}`, {
    signal,
  });
  await session.run(
    sql`INSERT INTO detection_match SELECT fit.rule, seq FROM ${table.name} JOIN
        (SELECT key, CAST(substr(name, 2) AS INTEGER) AS rule
         FROM (UNPIVOT ${FLAGS} ON COLUMNS(* EXCLUDE (key)) INTO NAME name VALUE holds) WHERE holds) fit USING (key)`,
    { signal },
  );
  const open = await openKeys(session, rules);
  for (const rule of rules) {
    const keys = open.get(rule.number) ?? 0;
    if (keys === 0) continue;
    if (keys === open.get(0)) await all(rule);
    else {
      await session.run(
        sql`INSERT INTO detection_match SELECT ${rule.number}, seq FROM ${table.name}
            WHERE key IN (SELECT key FROM ${FLAGS} WHERE ${flagOf(rule.number)} IS NULL) AND ${condition(rule)}`,
        { signal },
      );
    }
  }
  await session.run(sql`DROP TABLE ${FLAGS}`);
  await session.run(sql`DROP TABLE ${KEYS}`);
}

/** An exhibit can hold the logs of several sources; a rule looks at those that it is for. */
function conditionSql({ rule, route }: RecordRule, relation: Relation): Sql {
  const sources = joinSql(route.sources.map(literal), sql`, `);
  return sql`(source IN (${sources}) AND ${expressionSql(rule.expression, throughRoute(relation, route))})`;
}

function flagOf(number: number): Sql {
  return identifier(`r${number}`);
}

/** The combinations of key values in a table. @returns false when there are too many, or two of them have one hash. */
async function makeDictionary(
  session: SqlSession,
  { name, keyColumns }: RecordTable,
  signal?: AbortSignal,
): Promise<boolean> {
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${KEYS} AS SELECT DISTINCT key, ${joinSql(keyColumns, sql`, `)} FROM ${name}`,
    { signal },
  );
  const [row] = await session.query(sql`SELECT count(*) AS keys, count(DISTINCT key) AS hashes FROM ${KEYS}`);
  const counted = present(row, "an aggregate has one row");
  const keys = integerOf(counted, "keys");
  return keys <= MAX_KEYS && keys === integerOf(counted, "hashes");
}

/** How many combinations leave each rule unknown, by its number; under 0 how many there are. */
async function openKeys(session: SqlSession, rules: readonly RecordRule[]): Promise<ReadonlyMap<number, number>> {
  const counts = rules.map(({ number }) => sql`count(*) FILTER (${flagOf(number)} IS NULL) AS ${flagOf(number)}`);
  const [row] = await session.query(sql`SELECT count(*) AS r0, ${joinSql(counts, sql`, `)} FROM ${FLAGS}`);
  const counted = present(row, "an aggregate has one row");
  return new Map([0, ...rules.map(({ number }) => number)].map((number) => [number, integerOf(counted, `r${number}`)]));
}

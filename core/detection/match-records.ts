import { type SqlSession } from "../casefile/database.ts";
import { emptyTable } from "../casefile/empty-table.ts";
import { integerOf } from "../casefile/row.ts";
import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { expressionSql, type Relation } from "./expression-sql.ts";
import { type Route } from "./field-map.ts";
import { EVENT_RELATION, SEARCHED_EVENTS, throughRoute } from "./places.ts";
import { type RecordTable, type Searchable } from "./record-columns.ts";
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
const FOUND = identifier("detection_fit");

/**
 * Stores which events of an exhibit fit which rules, and puts those for which a relation that does not know everything
 * leaves it open into a table of `rule` and `seq`.
 *
 * Every rule is first asked of the combinations of values that the key columns have, with everything else unknown: it holds
 * for all events of a combination, for none, or that is unknown, and only then it is asked of its events. SQL's three-valued
 * logic makes this exact under negation, too.
 */
export async function matchRecords(
  session: SqlSession,
  events: Searchable,
  rules: readonly RecordRule[],
  open: Sql,
  signal?: AbortSignal,
): Promise<void> {
  const unkeyed = await findByKeys(session, events, rules, signal);
  for (const rule of unkeyed) {
    await session.run(
      sql`INSERT INTO ${FOUND} SELECT ${rule.number}, seq, holds
          FROM (SELECT seq, ${conditionSql(rule, events.relation)} AS holds FROM ${events.name}) WHERE coalesce(holds, true)`,
      { signal },
    );
  }
  await session.run(sql`INSERT INTO detection_match SELECT rule, seq FROM ${FOUND} WHERE holds`);
  await session.run(sql`CREATE OR REPLACE TEMP TABLE ${open} AS SELECT rule, seq FROM ${FOUND} WHERE holds IS NULL`);
  await session.run(sql`DROP TABLE ${FOUND}`);
}

/** Stores which of the events that were left open fit their rules, by a table that knows everything of them. */
export async function matchOpen(
  session: SqlSession,
  table: RecordTable,
  rules: readonly RecordRule[],
  open: Sql,
  signal?: AbortSignal,
): Promise<void> {
  const rows = await session.query(sql`SELECT DISTINCT rule FROM ${open}`);
  const left = new Set(rows.map((row) => integerOf(row, "rule")));
  for (const rule of rules.filter(({ number }) => left.has(number))) {
    await session.run(
      sql`INSERT INTO detection_match SELECT ${rule.number}, seq FROM ${table.name}
          WHERE seq IN (SELECT seq FROM ${open} WHERE rule = ${rule.number}) AND ${conditionSql(rule, table.relation)}`,
      { signal },
    );
  }
}

/**
 * Makes the table of `rule`, `seq` and `holds` with all pairs for which a rule holds or that is unknown, and fills it by the
 * combinations of keys. @returns the rules that these leave unknown for every combination, which are still to be asked.
 */
async function findByKeys(
  session: SqlSession,
  events: Searchable,
  rules: readonly RecordRule[],
  signal: AbortSignal | undefined,
): Promise<readonly RecordRule[]> {
  await session.run(sql`CREATE OR REPLACE TEMP TABLE ${FOUND} (rule INTEGER, seq BIGINT, holds BOOLEAN)`);
  await emptyTable(session, FOUND, sql`0, 0, false`);
  if (!(await makeDictionary(session, events, signal))) return rules;
  const flags = rules.map((rule) => sql`${conditionSql(rule, events.keyRelation)} AS ${flagOf(rule)}`);
  await session.run(sql`CREATE OR REPLACE TEMP TABLE ${FLAGS} AS SELECT key, ${joinSql(flags, sql`, `)} FROM ${KEYS}`, {
    signal,
  });
  const unkeyed = await unkeyedRules(session, rules);
  const keyed = rules.filter((rule) => !unkeyed.includes(rule));
  if (keyed.length > 0) {
    const holds = keyed.map((rule) => sql`WHEN ${rule.number} THEN ${conditionSql(rule, events.relation)}`);
    const pairs = sql`SELECT key, CAST(substr(name, 2) AS INTEGER) AS rule, holds
      FROM (SELECT key, ${joinSql(keyed.map(flagOf), sql`, `)} FROM ${FLAGS})
        UNPIVOT INCLUDE NULLS (holds FOR name IN (COLUMNS(* EXCLUDE (key)))) WHERE coalesce(holds, true)`;
    await session.run(
      sql`INSERT INTO ${FOUND} SELECT * FROM (
            SELECT rule, seq, CASE WHEN pair.holds THEN true ELSE CASE rule ${joinSql(holds, sql` `)} END END AS holds
            FROM ${events.name} JOIN (${pairs}) pair USING (key)) WHERE coalesce(holds, true)`,
      { signal },
    );
  }
  await session.run(sql`DROP TABLE ${FLAGS}`);
  await session.run(sql`DROP TABLE ${KEYS}`);
  return unkeyed;
}

/** What a rule asks of events of an exhibit, which can hold the logs of several sources: it looks at those it is for. */
export function conditionSql({ rule, route }: RecordRule, relation: Relation): Sql {
  const sources = joinSql(route.sources.map(literal), sql`, `);
  return sql`(source IN (${sources}) AND ${expressionSql(rule.expression, throughRoute(relation, route))})`;
}

function flagOf({ number }: RecordRule): Sql {
  return identifier(`r${number}`);
}

/** The combinations of key values in a table. @returns false when there are too many, or two of them have one hash. */
async function makeDictionary(
  session: SqlSession,
  { name, keyColumns }: Searchable,
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

/** The rules that every combination of keys leaves unknown. */
async function unkeyedRules(session: SqlSession, rules: readonly RecordRule[]): Promise<readonly RecordRule[]> {
  const counts = rules.map((rule) => sql`count(${flagOf(rule)}) AS ${flagOf(rule)}`);
  const [row] = await session.query(sql`SELECT ${joinSql(counts, sql`, `)} FROM ${FLAGS}`);
  const counted = present(row, "an aggregate has one row");
  return rules.filter(({ number }) => integerOf(counted, `r${number}`) === 0);
}

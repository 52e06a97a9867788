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

/** Stores which events of an exhibit fit which rules, by a table in which everything is that the rules look at. */
export async function matchRecords(
  session: SqlSession,
  table: RecordTable,
  rules: readonly RecordRule[],
  signal?: AbortSignal,
): Promise<void> {
  await decide(session, table, rules, signal, async (lookAt) => {
    for (const { rule, isEvery } of lookAt) {
      const among = isEvery ? sql`TRUE` : sql`key IN (SELECT key FROM ${FLAGS} WHERE ${flagOf(rule.number)} IS NULL)`;
      await session.run(
        sql`INSERT INTO detection_match SELECT ${rule.number}, seq FROM ${table.name}
            WHERE ${among} AND ${conditionSql(rule, table.relation)}`,
        { signal },
      );
    }
  });
}

/**
 * Stores which events fit which rules as far as a view that does not know everything can tell, and puts the others, for
 * which it cannot, into a table of `rule` and `seq`.
 */
export async function matchKnown(
  session: SqlSession,
  view: Searchable,
  rules: readonly RecordRule[],
  open: Sql,
  signal?: AbortSignal,
): Promise<void> {
  await session.run(sql`CREATE OR REPLACE TEMP TABLE ${open} (rule INTEGER, seq BIGINT, holds BOOLEAN)`);
  await emptyTable(session, open, sql`0, 0, false`);
  await decide(session, view, rules, signal, async (lookAt) => {
    const some = lookAt.filter(({ isEvery }) => !isEvery);
    if (some.length > 0) {
      const unknown = some.map(({ rule }) => sql`${flagOf(rule.number)} IS NULL AS ${flagOf(rule.number)}`);
      await session.run(
        sql`INSERT INTO ${open} SELECT left_open.rule, seq, NULL FROM ${view.name} JOIN
            ${pairsOf(sql`(SELECT key, ${joinSql(unknown, sql`, `)} FROM ${FLAGS})`)} left_open USING (key)`,
        { signal },
      );
    }
    for (const { rule } of lookAt.filter(({ isEvery }) => isEvery)) {
      await session.run(
        sql`INSERT INTO ${open} SELECT ${rule.number}, seq, holds
            FROM (SELECT seq, ${conditionSql(rule, view.relation)} AS holds FROM ${view.name}) WHERE coalesce(holds, true)`,
        { signal },
      );
    }
  });
  await session.run(sql`INSERT INTO detection_match SELECT rule, seq FROM ${open} WHERE holds`);
  await session.run(sql`DELETE FROM ${open} WHERE holds`);
}

/** Stores which of the events that were left open fit their rules, by a table that has all of them. */
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

/** A rule that the key leaves unknown for some combinations of its values, or for every one. */
interface LookAt {
  readonly rule: RecordRule;
  readonly isEvery: boolean;
}

/**
 * Every rule is first asked of the combinations of values that the key columns have, with everything else unknown: it holds
 * for all events of a combination, for none, or that is unknown, and only then `look` is asked to look at its events. SQL's
 * three-valued logic makes this exact under negation, too.
 */
async function decide(
  session: SqlSession,
  events: Searchable,
  rules: readonly RecordRule[],
  signal: AbortSignal | undefined,
  look: (rules: readonly LookAt[]) => Promise<void>,
): Promise<void> {
  if (!(await makeDictionary(session, events, signal))) return look(rules.map((rule) => ({ rule, isEvery: true })));
  const flags = rules.map((rule) => sql`${conditionSql(rule, events.keyRelation)} AS ${flagOf(rule.number)}`);
  await session.run(sql`CREATE OR REPLACE TEMP TABLE ${FLAGS} AS SELECT key, ${joinSql(flags, sql`, `)} FROM ${KEYS}`, {
    signal,
  });
  await session.run(
    sql`INSERT INTO detection_match SELECT fit.rule, seq FROM ${events.name} JOIN ${pairsOf(FLAGS)} fit USING (key)`,
    { signal },
  );
  const open = await openKeys(session, rules);
  const unknown = (number: number): number => open.get(number) ?? 0;
  await look(
    rules
      .filter(({ number }) => unknown(number) > 0)
      .map((rule) => ({ rule, isEvery: unknown(rule.number) === unknown(0) })),
  );
  await session.run(sql`DROP TABLE ${FLAGS}`);
  await session.run(sql`DROP TABLE ${KEYS}`);
}

/** The keys and rules for which a table of flags says yes. */
function pairsOf(flags: Sql): Sql {
  return sql`(SELECT key, CAST(substr(name, 2) AS INTEGER) AS rule
    FROM (UNPIVOT ${flags} ON COLUMNS(* EXCLUDE (key)) INTO NAME name VALUE holds) WHERE holds)`;
}

/** What a rule asks of events of an exhibit, which can hold the logs of several sources: it looks at those it is for. */
export function conditionSql({ rule, route }: RecordRule, relation: Relation): Sql {
  const sources = joinSql(route.sources.map(literal), sql`, `);
  return sql`(source IN (${sources}) AND ${expressionSql(rule.expression, throughRoute(relation, route))})`;
}

function flagOf(number: number): Sql {
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

/** How many combinations leave each rule unknown, by its number; under 0 how many there are. */
async function openKeys(session: SqlSession, rules: readonly RecordRule[]): Promise<ReadonlyMap<number, number>> {
  const counts = rules.map(({ number }) => sql`count(*) FILTER (${flagOf(number)} IS NULL) AS ${flagOf(number)}`);
  const [row] = await session.query(sql`SELECT count(*) AS r0, ${joinSql(counts, sql`, `)} FROM ${FLAGS}`);
  const counted = present(row, "an aggregate has one row");
  return new Map([0, ...rules.map(({ number }) => number)].map((number) => [number, integerOf(counted, `r${number}`)]));
}

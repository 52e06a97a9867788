import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { type SqlSession } from "../casefile/database.ts";
import { integerOf, textOf } from "../casefile/row.ts";
import { present } from "../model/assert.ts";
import { type CorrelationMeans } from "./occurrences.ts";
import { type StoredRule } from "./stored-rules.ts";
import { fieldsOf, itemsOf } from "./expression-sql.ts";
import { eventColumn, type Route } from "./field-map.ts";
import { looksIntoRecords, type NumberedRule, type RecordRule } from "./match-records.ts";
import { EVENT_RELATION, SEARCHED_EVENTS, throughRoute } from "./places.ts";
import { keyOf, type RecordTable, type WantedField } from "./record-columns.ts";
import { type Placeholders } from "./placeholders.ts";
import { fieldFor, type LinkedCorrelation } from "./link-correlations.ts";
import { type FilterReading, type RuleSet } from "./rule-set.ts";
import { type CorrelationRule, type DetectionRule, type FilterRule } from "./rule.ts";

/** An exhibit with the sources that its events are of. */
export interface SearchedExhibit {
  readonly id: string;
  readonly sources: readonly string[];
  readonly events: number;
}

/** The exhibits that have events, in order of receipt. */
export async function readSearchedExhibits(session: Pick<SqlSession, "query">): Promise<readonly SearchedExhibit[]> {
  const rows = await session.query(
    sql`SELECT 'X-' || exhibit AS id, list(DISTINCT source ORDER BY source) AS sources, count(*) AS events FROM event e
        JOIN exhibit x ON x.id = e.exhibit AND x.state = 'complete' GROUP BY exhibit ORDER BY exhibit`,
  );
  return rows.map((row) => ({
    id: textOf(row, "id"),
    sources: [row["sources"] ?? []].flat().map(String),
    events: integerOf(row, "events"),
  }));
}

/** Which rules of a set run over which exhibits of a case. */
export interface RunPlan {
  readonly set: RuleSet;
  readonly rules: readonly NumberedRule[];
  readonly exhibits: readonly SearchedExhibit[];
  /** The number of every rule and correlation of the set, under which its matches are stored. */
  readonly numbers: ReadonlyMap<DetectionRule | CorrelationRule, number>;
}

/** Numbers the rules of a set, in its order, for the exhibits of a case. */
export function planRun(set: RuleSet, exhibits: RunPlan["exhibits"]): RunPlan {
  const all = [...set.routed.map(({ rule }) => rule), ...set.unrouted, ...set.correlations.map(({ rule }) => rule)];
  const numbers = new Map(all.map((rule, index) => [rule, index + 1]));
  const rules = set.routed.map(({ rule, route }, index) => ({ number: index + 1, rule, route }));
  return { set, rules, exhibits, numbers };
}

/** The rules that look into the records of an exhibit. */
export function rulesFor({ rules, exhibits }: RunPlan, id: string): readonly RecordRule[] {
  const exhibit = exhibits.find((candidate) => candidate.id === id);
  return rules.filter(looksIntoRecords).filter(({ route }) => exhibit !== undefined && hasLogs(route, exhibit));
}

function hasLogs(route: Route, exhibit: RunPlan["exhibits"][number]): boolean {
  return route.kind === "events" || route.sources.some((source) => exhibit.sources.includes(source));
}

/** How many rules are for logs that the case does not have. */
export function unroutedCount({ set, rules, exhibits }: RunPlan): number {
  const idle = rules.filter(({ route }) => !exhibits.some((exhibit) => hasLogs(route, exhibit)));
  return set.unrouted.length + idle.length;
}

/** What some rules of a plan, and the correlations over them, look at in records. */
export function wantedFields(plan: RunPlan, rules: readonly RecordRule[]): readonly WantedField[] {
  const wanted = new Map<string, { path: readonly string[]; uses: number; presence: boolean }>();
  const want = (path: readonly string[], uses: number, presence: boolean): void => {
    const key = JSON.stringify(path);
    const known = wanted.get(key) ?? { path, uses: 0, presence: false };
    wanted.set(key, { path, uses: known.uses + uses, presence: known.presence || presence });
  };
  for (const { rule, route } of rules) {
    const { fields, presence, keywords } = fieldsOf(rule.expression);
    const wantField = (field: string, uses: number, isPresenceAsked = false): void => {
      for (const { path } of route.placesOf(field)) want(path, uses, isPresenceAsked);
    };
    for (const field of fields) wantField(field, 1, presence.includes(field));
    if (keywords) want([], 1, false);
    for (const field of [...(rule.newValue?.of ?? []), ...(rule.newValue?.fields ?? [])]) wantField(field, 0);
    for (const field of correlatedFields(plan, rule)) wantField(field, 0);
  }
  return [...wanted.values()];
}

/** Whether more is asked of a rule's events than whether they fit: a baseline or a correlation looks into each of them. */
export function isBuiltUpon({ set }: RunPlan, { rule }: RecordRule): boolean {
  return rule.newValue !== null || set.correlations.some(({ leaves }) => leaves.includes(rule));
}

function correlatedFields({ set }: RunPlan, rule: DetectionRule): readonly string[] {
  return set.correlations.flatMap(({ rule: correlation, members }) =>
    members
      .filter((member) => leavesOf(set, member).includes(rule))
      .flatMap((member) =>
        [...correlation.groupBy, ...correlation.fields].map((name) => fieldFor(correlation, member, name)),
      ),
  );
}

function leavesOf(set: RuleSet, rule: DetectionRule | CorrelationRule): readonly DetectionRule[] {
  if (rule.kind === "detection") return [rule];
  return set.correlations.find((correlation) => correlation.rule === rule)?.leaves ?? [];
}

/** What correlations ask, answered from the tables of the exhibits. */
export function correlationMeans(plan: RunPlan, tables: ReadonlyMap<string, RecordTable>): CorrelationMeans {
  const routes = new Map(plan.rules.map(({ rule, route }) => [rule, route]));
  return {
    numberOf: (rule) => present(plan.numbers.get(rule), "every rule of a plan has a number"),
    leavesOf: (rule) => leavesOf(plan.set, rule),
    relationsOf: (rule) => {
      const route = routes.get(rule);
      if (!route) return [];
      if (route.kind === "events") return [{ relation: SEARCHED_EVENTS, columns: EVENT_RELATION.columns }];
      return plan.exhibits
        .filter((exhibit) => hasLogs(route, exhibit))
        .flatMap(({ id }) => {
          const table = tables.get(id);
          return table ? [{ relation: table.name, columns: throughRoute(table.relation, route).columns }] : [];
        });
    },
  };
}

/** Every rule of a plan, as it is stored. */
export function storedRules(
  { set, numbers }: RunPlan,
  placeholders: Placeholders,
  filterReading: FilterReading,
): readonly StoredRule[] {
  const filtersOf = new Map<DetectionRule | CorrelationRule, readonly FilterRule[]>(
    set.routed.map(({ rule, filters }) => [rule, filters]),
  );
  const membersOf = new Map<DetectionRule | CorrelationRule, LinkedCorrelation["members"]>(
    set.correlations.map(({ rule, members }) => [rule, members]),
  );
  const numberOf = (rule: DetectionRule | CorrelationRule): number =>
    present(numbers.get(rule), "every rule of a plan has a number");
  return [...numbers].map(([info, number]) => {
    const named = info.kind === "detection" ? itemsOf(info.expression).flatMap((item) => item.placeholders) : [];
    const applied = {
      filters: (filtersOf.get(info) ?? []).map(({ file, title, text }) => ({ file, title, text })),
      filterReading,
      placeholders: Object.fromEntries(named.map((name) => [name, placeholders.get(name) ?? []])),
    };
    const members = (membersOf.get(info) ?? []).map(numberOf);
    return { number, info, kind: info.kind, shown: !set.silent.has(info), applied, members };
  });
}

/** Rules that were run over an exhibit, and the paths without a value in all events that were looked at for them. */
export interface LookedInto {
  readonly rules: readonly RecordRule[];
  readonly empty: ReadonlySet<string>;
}

/** Fields that rules look at and no event that was looked at for them has, in alphabetical order. */
export async function unmappedFields(
  session: Pick<SqlSession, "query">,
  plan: RunPlan,
  looked: readonly LookedInto[],
): Promise<readonly string[]> {
  const missing = new Set<string>();
  for (const rule of plan.rules.filter(looksIntoRecords)) {
    const places = looked.filter(({ rules }) => rules.includes(rule));
    if (places.length === 0) continue;
    for (const field of fieldsOf(rule.rule.expression).fields) {
      const paths = rule.route.placesOf(field).map(({ path }) => keyOf(path));
      if (places.every(({ empty }) => paths.every((path) => empty.has(path)))) missing.add(field);
    }
  }
  const asked = new Set(
    plan.rules.filter(({ route }) => route.kind === "events").flatMap(({ rule }) => fieldsOf(rule.expression).fields),
  );
  for (const field of await emptyColumns(session, [...asked])) missing.add(field);
  return [...missing].sort();
}

async function emptyColumns(session: Pick<SqlSession, "query">, fields: readonly string[]): Promise<readonly string[]> {
  const columns = fields.flatMap((field, index): { field: string; name: string; count: Sql }[] => {
    const column = eventColumn(field);
    const name = `n${index}`;
    return column ? [{ field, name, count: sql`count(${identifier(column)}) AS ${identifier(name)}` }] : [];
  });
  if (columns.length === 0) return [];
  const [row] = await session.query(
    sql`SELECT ${joinSql(
      columns.map(({ count }) => count),
      sql`, `,
    )} FROM event`,
  );
  const counted = present(row, "an aggregate has one row");
  return columns.filter(({ name }) => integerOf(counted, name) === 0).map(({ field }) => field);
}

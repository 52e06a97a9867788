import { type CaseFile } from "../casefile/case-file.ts";
import { readRecordLine } from "../casefile/chosen-record-fields.ts";
import { textOf } from "../casefile/row.ts";
import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { type AtomExplanation, type Explanation } from "../model/detection.ts";
import { Problem } from "../model/problem.ts";
import { readStoredRule, type AppliedToRule } from "./stored-rules.ts";
import { fieldsOf, itemSql, itemsOf, type FieldColumns, type Relation } from "./expression-sql.ts";
import { routeOf, type Route } from "./field-map.ts";
import { EVENT_RELATION, SEARCHED_EVENTS, throughRoute } from "./places.ts";
import { readRules } from "./read-rules.ts";
import { describeTable, keyOf, readingOf, type WantedField } from "./record-columns.ts";
import { formatNetwork } from "./network.ts";
import { type DetectionItem, type DetectionRule, type FilterRule, type Matcher } from "./rule.ts";

/**
 * Why a rule of the last run matches an event, or does not: each comparison of the rule and of the filters that are applied
 * to it, as they stand in their files, with the values that the event has. The record is read and checked for it.
 * Throws `no-such-rule` and `no-such-event` (usage), and what reading the record throws.
 */
export async function explainMatch(caseFile: CaseFile, ruleId: string, seq: number): Promise<Explanation> {
  const { file, text, applied } = await readStoredRule(caseFile, ruleId);
  const { rule, filters } = readAgain(file, text, applied);
  const asked = [rule, ...filters].flatMap(({ kind, title, expression }) =>
    itemsOf(expression).map((item) => ({ filter: kind === "filter" ? title : null, item })),
  );
  const { from, relation } = await relationOf(caseFile, [rule, ...filters], seq);
  const columns = asked.flatMap(({ item }, index) => {
    const values = item.field === null ? undefined : relation.columns(item.field);
    return [
      sql`${itemSql(item, relation)} AS ${identifier(`holds${index}`)}`,
      sql`${values ? valuesSql(values) : sql`NULL::VARCHAR`} AS ${identifier(`values${index}`)}`,
    ];
  });
  const [event] = await caseFile.query(sql`SELECT ${joinSql(columns, sql`, `)} FROM ${from} WHERE seq = ${seq}`);
  if (!event) {
    throw new Problem("usage", "no-such-event", `explaining a match: expected an event that rules look at, got ${seq}`);
  }
  const atoms = asked.map(({ filter, item }, index): AtomExplanation => ({
    filter,
    ...describeItem(item),
    holds: event[`holds${index}`] === true,
    // Written by valuesSql as a list of texts.
    found: event[`values${index}`] === null ? [] : (JSON.parse(textOf(event, `values${index}`)) as readonly string[]),
  }));
  return { atoms, filterReading: applied.filterReading };
}

function readAgain(
  file: string,
  text: string,
  { filters, placeholders }: AppliedToRule,
): { readonly rule: DetectionRule; readonly filters: readonly FilterRule[] } {
  const files = [{ file, text }, ...filters];
  const { rules } = readRules(files, new Map(Object.entries(placeholders)));
  const rule = rules.find((found) => found.kind === "detection");
  if (rule) return { rule, filters: rules.filter((found) => found.kind === "filter") };
  throw new Problem("usage", "no-such-rule", "explaining a match: the rule cannot be read again");
}

/** The event alone, with the fields that the rules look at. */
async function relationOf(
  caseFile: CaseFile,
  [rule, ...filters]: readonly [DetectionRule, ...FilterRule[]],
  seq: number,
): Promise<{ readonly from: Sql; readonly relation: Relation }> {
  const route = routeOf(rule.logSource);
  if (route?.kind !== "records") return { from: SEARCHED_EVENTS, relation: EVENT_RELATION };
  const fields = fieldsThrough(route, [rule, ...filters]);
  const { read, columns } = readingOf(fields);
  const members = read.map(({ name, path: [top] }) => {
    const value = top === undefined ? sql`record` : sql`json_extract(record, ${literal(`$.${JSON.stringify(top)}`)})`;
    return sql`, ${value} AS ${identifier(name)}`;
  });
  const record = sql`(SELECT CAST(${seq} AS BIGINT) AS seq, CAST(${await readRecordLine(caseFile, seq)} AS JSON) AS record)`;
  const from = sql`(SELECT seq, ${columns} FROM (SELECT seq ${joinSql(members, sql``)} FROM ${record}))`;
  const present = fields.map((field, number) => ({ ...field, number, isKey: false, texts: 1, lists: 1 }));
  return { from, relation: throughRoute(describeTable(from, present).relation, route) };
}

function fieldsThrough(
  { placesOf }: Extract<Route, { readonly kind: "records" }>,
  rules: readonly (DetectionRule | FilterRule)[],
): readonly WantedField[] {
  const wanted = new Map<string, WantedField>();
  for (const { fields, presence, keywords } of rules.map(({ expression }) => fieldsOf(expression))) {
    const paths = (names: readonly string[]) => names.flatMap((field) => placesOf(field).map(({ path }) => path));
    for (const path of paths(fields))
      wanted.set(keyOf(path), wanted.get(keyOf(path)) ?? { path, uses: 0, presence: false });
    for (const path of paths(presence)) wanted.set(keyOf(path), { path, uses: 0, presence: true });
    if (keywords) wanted.set(keyOf([]), { path: [], uses: 0, presence: false });
  }
  return [...wanted.values()];
}

function valuesSql({ text, list }: FieldColumns): Sql {
  const members = list ? sql`coalesce(${list}, [])` : sql`[]::VARCHAR[]`;
  return sql`CAST(to_json(CASE WHEN ${text} IS NOT NULL THEN [${text}] ELSE ${members} END) AS VARCHAR)`;
}

function describeItem({ field, line, matchers, placeholders, negated }: DetectionItem) {
  return { field, line, asked: matchers.map(describeMatcher), placeholders, negated };
}

function describeMatcher(matcher: Matcher): string {
  switch (matcher.kind) {
    case "text":
      return matcher.pattern.map((part) => (typeof part === "string" ? part : part.wildcard)).join("");
    case "number":
      return matcher.operator === "eq" ? String(matcher.value) : `${matcher.operator} ${matcher.value}`;
    case "regex":
      return `/${matcher.source}/${matcher.flags}`;
    case "cidr":
      return formatNetwork(matcher.network);
    case "time":
      return `${matcher.part} ${matcher.operator} ${matcher.value}`;
    case "field":
      return `${matcher.part === "whole" ? "" : `${matcher.part} `}the value of ${matcher.field}`;
    case "null":
      return "null";
    case "exists":
      return matcher.present ? "is there" : "is not there";
  }
}

import { type SqlSession } from "../casefile/database.ts";
import { integerOf, jsonOf, textOf } from "../casefile/row.ts";
import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type AtomExplanation } from "../model/detection.ts";
import { Problem, quote } from "../model/problem.ts";
import { itemSql, itemsOf, type FieldColumns, type Relation } from "./expression-sql.ts";
import { routeOf } from "./field-map.ts";
import { EVENT_RELATION, SEARCHED_EVENTS, throughRoute } from "./places.ts";
import { readRules } from "./read-rules.ts";
import { keptRecordTable } from "./record-table.ts";
import { type DetectionRule, type Matcher } from "./rule.ts";

type Reader = Pick<SqlSession, "query">;

/**
 * Why a rule of the last run matches an event, or does not: each comparison of the rule as it stands in its file, with the
 * values that the event has. Throws `no-such-rule` and `no-such-event` (usage).
 */
export async function explainMatch(session: Reader, ruleId: string, seq: number): Promise<readonly AtomExplanation[]> {
  const [row] = await session.query(sql`SELECT info FROM detection_rule WHERE id = ${ruleId} AND kind = 'detection'`);
  if (!row)
    throw new Problem(
      "usage",
      "no-such-rule",
      `explaining a match: expected a rule that was run, got ${quote(ruleId)}`,
    );
  // Written by writeRules.
  const { text, file } = jsonOf(row, "info") as { readonly text: string; readonly file: string };
  const rule = readStored(text, file);
  const source = await relationOf(session, rule, seq);
  const items = itemsOf(rule.expression);
  const columns = items.flatMap((item, index) => {
    const values = item.field === null ? undefined : source.relation.columns(item.field);
    return [
      sql`${itemSql(item, source.relation)} AS ${identifier(`holds${index}`)}`,
      sql`${values ? valuesSql(values) : sql`NULL::VARCHAR`} AS ${identifier(`values${index}`)}`,
    ];
  });
  const [found] = await session.query(sql`SELECT ${joinSql(columns, sql`, `)} FROM ${source.from} WHERE seq = ${seq}`);
  const event = present(found, "an event that was matched is in its relation");
  return items.map((item, index) => ({
    field: item.field,
    line: item.line,
    asked: item.matchers.map(describeMatcher),
    all: item.all,
    negated: item.negated,
    holds: event[`holds${index}`] === true,
    // Written by valuesSql as a list of texts.
    found: event[`values${index}`] === null ? [] : (JSON.parse(textOf(event, `values${index}`)) as readonly string[]),
  }));
}

function readStored(text: string, file: string): DetectionRule {
  const rule = readRules([{ file, text }]).rules[0];
  if (rule?.kind === "detection") return rule;
  throw new Problem(
    "usage",
    "no-such-rule",
    "explaining a match: the rule cannot be read again without its placeholders",
  );
}

async function relationOf(
  session: Reader,
  rule: DetectionRule,
  seq: number,
): Promise<{ readonly from: Sql; readonly relation: Relation }> {
  const route = routeOf(rule.logSource);
  if (route?.kind !== "records") return { from: SEARCHED_EVENTS, relation: EVENT_RELATION };
  const [row] = await session.query(sql`SELECT exhibit FROM event WHERE seq = ${seq}`);
  if (!row) throw new Problem("usage", "no-such-event", `explaining a match: expected an event, got ${seq}`);
  const table = await keptRecordTable(session, `X-${integerOf(row, "exhibit")}`);
  return { from: table.name, relation: throughRoute(table.relation, route) };
}

function valuesSql({ text, list }: FieldColumns): Sql {
  const members = list ? sql`coalesce(${list}, [])` : sql`[]::VARCHAR[]`;
  return sql`CAST(to_json(CASE WHEN ${text} IS NOT NULL THEN [${text}] ELSE ${members} END) AS VARCHAR)`;
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
      return `network of ${matcher.network.bits} bits`;
    case "time":
      return `${matcher.part} ${matcher.operator} ${matcher.value}`;
    case "field":
      return `${matcher.part === "whole" ? "" : `${matcher.part} `}field ${matcher.field}`;
    case "null":
      return "null";
    case "exists":
      return matcher.present ? "is there" : "is not there";
  }
}

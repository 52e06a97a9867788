import { quote } from "../model/problem.ts";
import { itemsOf } from "./expression-sql.ts";
import { EVENT_FIELD_NAMES, eventColumn, type Route } from "./field-map.ts";
import { type DetectionItem, type DetectionRule, type FilterRule } from "./rule.ts";
import { type TextPlace } from "./yaml-tree.ts";

/** What is wrong with a field that a rule looks at, and where in the rule's file it does. */
export interface FieldFault extends TextPlace {
  readonly reason: string;
}

/** The first field of a rule, or of the filters that are applied to it, that events of its route cannot have. */
export function ruleFieldFault(
  rule: DetectionRule,
  filters: readonly FilterRule[],
  route: Route,
): FieldFault | undefined {
  for (const item of itemsOf(rule.expression)) {
    const reason = itemFault(item, route);
    if (reason !== undefined) return { line: item.line, column: item.column, reason };
  }
  for (const name of [...(rule.newValue?.of ?? []), ...(rule.newValue?.fields ?? [])]) {
    const reason = fieldFault(name, route);
    if (reason !== undefined) return { line: rule.line, column: 1, reason: `new-value: ${reason}` };
  }
  for (const { title, expression } of filters) {
    const reason = itemsOf(expression)
      .map((item) => itemFault(item, route))
      .find((fault) => fault !== undefined);
    if (reason !== undefined) return { line: rule.line, column: 1, reason: `filter ${quote(title)}: ${reason}` };
  }
  return undefined;
}

function itemFault({ field, matchers }: DetectionItem, route: Route): string | undefined {
  if (field === null) {
    if (route.kind === "records") return undefined;
    return "keywords are looked for in records; a rule for api_activity looks at the columns of events";
  }
  const names = [field, ...matchers.flatMap((matcher) => (matcher.kind === "field" ? [matcher.field] : []))];
  return names.map((name) => fieldFault(name, route)).find((fault) => fault !== undefined);
}

/** Why events of a route cannot have a field of this name; undefined where they can. */
export function fieldFault(name: string, { kind }: Route): string | undefined {
  if (kind === "events") {
    if (eventColumn(name) !== undefined) return undefined;
    return `${quote(name)} is no column of events; expected one of ${EVENT_FIELD_NAMES.join(", ")}`;
  }
  // DuckDB reads a step `*` as every member, quoted or not, and takes no empty one.
  if (name.split(".").every((step) => step !== "" && step !== "*")) return undefined;
  return `${quote(name)} is no path into records; expected names with a dot between them`;
}

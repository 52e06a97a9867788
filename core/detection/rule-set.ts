import { quote } from "../model/problem.ts";
import { EVENT_FIELD_NAMES, eventColumn, routeOf, type Route } from "./field-map.ts";
import { fieldsOf } from "./expression-sql.ts";
import { type ReadRules } from "./read-rules.ts";
import { joined } from "./read-detection.ts";
import {
  type CorrelationRule,
  type DetectionRule,
  type FilterRule,
  type LogSource,
  type Rejection,
  type RuleInfo,
} from "./rule.ts";

/**
 * What a filter does to the rules it names. `conjoin`: its condition must hold, too, as it is written (the reference
 * implementation). `exclude`: events for which it holds are left out. Published filters exist for both readings.
 */
export type FilterReading = "conjoin" | "exclude";

/** A rule that can run, with what it looks at. */
export interface RoutedRule {
  /** With the filters that are applied to it. */
  readonly rule: DetectionRule;
  readonly filters: readonly FilterRule[];
  readonly route: Route;
}

/** A correlation whose rules are known, after the correlations that it builds on. */
export interface LinkedCorrelation {
  readonly rule: CorrelationRule;
  /** The rules it refers to, in its order. */
  readonly members: readonly (DetectionRule | CorrelationRule)[];
}

/** Rules that fit together: filters applied, references resolved. */
export interface RuleSet {
  readonly loaded: number;
  /** Filters that are applied. */
  readonly filters: number;
  readonly routed: readonly RoutedRule[];
  /** Rules for logs that nothing here reads. */
  readonly unrouted: readonly DetectionRule[];
  /** In an order in which each follows what it refers to. */
  readonly correlations: readonly LinkedCorrelation[];
  /** Rules that alert only through correlations. */
  readonly silent: ReadonlySet<RuleInfo>;
  readonly rejected: readonly Rejection[];
}

/** Puts rules together. What does not fit is rejected, with every correlation that needs it. */
export function linkRules({ loaded, rules, rejected }: ReadRules, reading: FilterReading): RuleSet {
  const faults: Rejection[] = [...rejected];
  const reject = ({ file, line }: RuleInfo, reason: string): void => void faults.push({ file, line, reason });
  const filters = rules.filter((rule) => rule.kind === "filter");
  const plain = rules.filter((rule) => rule.kind === "detection");
  const fitting = filters.filter((filter) => {
    const fault = filterFault(filter, plain);
    if (fault !== undefined) reject(filter, fault);
    return fault === undefined;
  });
  const routed: RoutedRule[] = [];
  const unrouted: DetectionRule[] = [];
  for (const rule of plain) {
    const applying = fitting.filter((filter) => isFor(filter, rule));
    const filtered = applyFilters(rule, applying, reading);
    const route = routeOf(rule.logSource);
    const fault = route && routeFault(filtered, route);
    if (fault !== undefined) reject(rule, fault);
    else if (route) routed.push({ rule: filtered, filters: applying, route });
    else unrouted.push(filtered);
  }
  const correlations = linkCorrelations(
    rules.filter((rule) => rule.kind === "correlation"),
    [...routed.map(({ rule }) => rule), ...unrouted],
    reject,
  );
  return {
    loaded,
    filters: fitting.length,
    routed,
    unrouted,
    correlations,
    silent: silentRules(correlations),
    rejected: faults,
  };
}

function filterFault(filter: FilterRule, rules: readonly DetectionRule[]): string | undefined {
  for (const name of filter.rules ?? []) {
    const rule = rules.find((candidate) => isNamed(candidate, name));
    if (!rule) return `filter: ${quote(name)} is no loaded detection rule`;
    if (!covers(filter.logSource, rule.logSource)) return `filter: its logsource does not cover that of ${quote(name)}`;
  }
  return undefined;
}

function isFor(filter: FilterRule, rule: DetectionRule): boolean {
  return (
    covers(filter.logSource, rule.logSource) &&
    (filter.rules === null || filter.rules.some((name) => isNamed(rule, name)))
  );
}

function applyFilters(rule: DetectionRule, filters: readonly FilterRule[], reading: FilterReading): DetectionRule {
  if (filters.length === 0) return rule;
  const conditions = filters.map(({ expression }) =>
    reading === "conjoin" ? expression : ({ kind: "not", operand: expression } as const),
  );
  return { ...rule, expression: joined("and", [rule.expression, ...conditions]) };
}

function isNamed(rule: RuleInfo, name: string): boolean {
  return rule.id === name || rule.name === name;
}

/** Whether a filter's log source is that of a rule, or a wider one. */
function covers(wide: LogSource, narrow: LogSource): boolean {
  const fits = (one: string | null, other: string | null): boolean => one === null || one === other;
  return (
    fits(wide.category, narrow.category) && fits(wide.product, narrow.product) && fits(wide.service, narrow.service)
  );
}

function routeFault(rule: DetectionRule, route: Route): string | undefined {
  if (route.kind === "records") return undefined;
  const { fields: compared, keywords } = fieldsOf(rule.expression);
  const fields = [...compared, ...(rule.newValue?.of ?? []), ...(rule.newValue?.fields ?? [])];
  if (keywords) return "keywords are looked for in records; a rule for api_activity looks at the columns of events";
  const unknown = fields.find((field) => eventColumn(field) === undefined);
  return unknown === undefined ? undefined : unknownColumn(unknown);
}

function unknownColumn(field: string): string {
  return `${quote(field)} is no column of events; expected one of ${EVENT_FIELD_NAMES.join(", ")}`;
}

function linkCorrelations(
  rules: readonly CorrelationRule[],
  detections: readonly DetectionRule[],
  reject: (rule: RuleInfo, reason: string) => void,
): readonly LinkedCorrelation[] {
  const linked = new Map<CorrelationRule, LinkedCorrelation | undefined>();
  const order: LinkedCorrelation[] = [];
  const link = (rule: CorrelationRule, above: readonly CorrelationRule[]): LinkedCorrelation | undefined => {
    if (linked.has(rule)) return linked.get(rule);
    const fail = (reason: string): undefined => {
      reject(rule, reason);
      linked.set(rule, undefined);
      return undefined;
    };
    const members: (DetectionRule | CorrelationRule)[] = [];
    for (const name of rule.rules) {
      const member = [...detections, ...rules].find((candidate) => isNamed(candidate, name));
      if (!member) return fail(`correlation: ${quote(name)} is no rule that can run`);
      if (member.kind === "correlation") {
        if (member === rule || above.includes(member))
          return fail(`correlation: ${quote(name)} leads back to this rule`);
        if (!link(member, [...above, rule])) {
          return linked.has(rule) ? linked.get(rule) : fail(`correlation: ${quote(name)} is no rule that can run`);
        }
      }
      members.push(member);
    }
    const fault = aliasFault(rule, members) ?? columnFault(rule, members);
    if (fault !== undefined) return fail(fault);
    const result: LinkedCorrelation = { rule, members };
    linked.set(rule, result);
    order.push(result);
    return result;
  };
  for (const rule of rules) link(rule, []);
  return order;
}

function aliasFault(rule: CorrelationRule, members: readonly RuleInfo[]): string | undefined {
  for (const [alias, fields] of rule.aliases) {
    for (const name of fields.keys()) {
      if (!members.some((member) => isNamed(member, name))) {
        return `aliases: ${quote(alias)} names ${quote(name)}, which is no rule of this correlation`;
      }
    }
    const missing = members.find((member) => ![...fields.keys()].some((name) => isNamed(member, name)));
    if (missing) return `aliases: ${quote(alias)} says no field for ${quote(missing.name ?? missing.id)}`;
  }
  return undefined;
}

/** A correlation over rules for any source groups by columns of events, as those rules look at them. */
function columnFault(rule: CorrelationRule, members: readonly (DetectionRule | CorrelationRule)[]): string | undefined {
  for (const member of members) {
    if (member.kind !== "detection" || routeOf(member.logSource)?.kind !== "events") continue;
    const names = [...rule.groupBy, ...rule.fields].map((name) => fieldFor(rule, member, name));
    const unknown = names.find((name) => eventColumn(name) === undefined);
    if (unknown !== undefined) return unknownColumn(unknown);
  }
  return undefined;
}

/** The field that a name of a correlation stands for, in events of one of its rules. */
export function fieldFor(rule: CorrelationRule, member: RuleInfo, name: string): string {
  const alias = rule.aliases.get(name);
  if (!alias) return name.replaceAll(/\s/g, "");
  for (const [rules, field] of alias) if (isNamed(member, rules)) return field;
  return name;
}

function silentRules(correlations: readonly LinkedCorrelation[]): ReadonlySet<RuleInfo> {
  const members = (generate: boolean): readonly RuleInfo[] =>
    correlations.filter(({ rule }) => rule.generate === generate).flatMap((correlation) => correlation.members);
  const shown = new Set(members(true));
  return new Set(members(false).filter((member) => !shown.has(member)));
}

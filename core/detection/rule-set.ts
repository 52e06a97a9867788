import { quote } from "../model/problem.ts";
import { ruleFieldFault } from "./field-faults.ts";
import { routeOf, type Route } from "./field-map.ts";
import { linkCorrelations, type LinkedCorrelation, type LinkFault } from "./link-correlations.ts";
import { type ReadRules } from "./read-rules.ts";
import {
  isNamed,
  joined,
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
  const reject = ({ file, line }: RuleInfo, { reason, place = { line, column: 1 } }: LinkFault): void =>
    void faults.push({ file, line: place.line, column: place.column, reason });
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
    const fault = route && ruleFieldFault(rule, applying, route);
    if (fault !== undefined) faults.push({ file: rule.file, ...fault });
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

function filterFault(filter: FilterRule, rules: readonly DetectionRule[]): LinkFault | undefined {
  for (const name of filter.rules ?? []) {
    const place = filter.places.get(name);
    const rule = rules.find((candidate) => isNamed(candidate, name));
    if (!rule) return { reason: `filter: ${quote(name)} is no loaded detection rule`, place };
    if (!covers(filter.logSource, rule.logSource))
      return { reason: `filter: its logsource does not cover that of ${quote(name)}`, place };
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

/** Whether a filter's log source is that of a rule, or a wider one. */
function covers(wide: LogSource, narrow: LogSource): boolean {
  const fits = (one: string | null, other: string | null): boolean => one === null || one === other;
  return (
    fits(wide.category, narrow.category) && fits(wide.product, narrow.product) && fits(wide.service, narrow.service)
  );
}

function silentRules(correlations: readonly LinkedCorrelation[]): ReadonlySet<RuleInfo> {
  const members = (generate: boolean): readonly RuleInfo[] =>
    correlations.filter(({ rule }) => rule.generate === generate).flatMap((correlation) => correlation.members);
  const shown = new Set(members(true));
  return new Set(members(false).filter((member) => !shown.has(member)));
}

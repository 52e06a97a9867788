import { quote } from "../model/problem.ts";
import { fieldFault } from "./field-faults.ts";
import { routeOf } from "./field-map.ts";
import { isNamed, type CorrelationRule, type DetectionRule, type RuleInfo } from "./rule.ts";
import { type TextPlace } from "./yaml-tree.ts";

/** A correlation whose rules are known, after the correlations that it builds on. */
export interface LinkedCorrelation {
  readonly rule: CorrelationRule;
  /** The rules it refers to, in its order. */
  readonly members: readonly (DetectionRule | CorrelationRule)[];
  /** The detection rules at its bottom, each once. */
  readonly leaves: readonly DetectionRule[];
}

/** What is wrong with how rules fit together, and where a rule says it; without a place, at its beginning. */
export interface LinkFault {
  readonly reason: string;
  readonly place?: TextPlace | undefined;
}

/**
 * The correlations whose rules can run, each after those that it builds on; the others are rejected, with every one that needs
 * them.
 */
export function linkCorrelations(
  rules: readonly CorrelationRule[],
  detections: readonly DetectionRule[],
  reject: (rule: RuleInfo, fault: LinkFault) => void,
): readonly LinkedCorrelation[] {
  const linked = new Map<CorrelationRule, LinkedCorrelation | undefined>();
  const order: LinkedCorrelation[] = [];
  const leavesOf = (member: DetectionRule | CorrelationRule): readonly DetectionRule[] =>
    member.kind === "detection" ? [member] : (linked.get(member)?.leaves ?? []);
  const link = (rule: CorrelationRule, above: readonly CorrelationRule[]): LinkedCorrelation | undefined => {
    if (linked.has(rule)) return linked.get(rule);
    const fail = (fault: LinkFault): undefined => {
      reject(rule, fault);
      linked.set(rule, undefined);
      return undefined;
    };
    const members: (DetectionRule | CorrelationRule)[] = [];
    for (const name of rule.rules) {
      const place = rule.places.get(name);
      const cannotRun = { reason: `correlation: ${quote(name)} is no rule that can run`, place };
      const member = [...detections, ...rules].find((candidate) => isNamed(candidate, name));
      if (!member) return fail(cannotRun);
      if (member.kind === "correlation") {
        if (member === rule || above.includes(member))
          return fail({ reason: `correlation: ${quote(name)} leads back to this rule`, place });
        if (!link(member, [...above, rule])) {
          return linked.has(rule) ? linked.get(rule) : fail(cannotRun);
        }
      }
      members.push(member);
    }
    const fault = aliasFault(rule, members) ?? correlatedFault(rule, members, leavesOf);
    if (fault !== undefined) return fail(fault);
    const result: LinkedCorrelation = { rule, members, leaves: [...new Set(members.flatMap(leavesOf))] };
    linked.set(rule, result);
    order.push(result);
    return result;
  };
  for (const rule of rules) link(rule, []);
  return order;
}

function aliasFault(rule: CorrelationRule, members: readonly RuleInfo[]): LinkFault | undefined {
  for (const [alias, fields] of rule.aliases) {
    for (const name of fields.keys()) {
      if (!members.some((member) => isNamed(member, name))) {
        const reason = `aliases: ${quote(alias)} names ${quote(name)}, which is no rule of this correlation`;
        return { reason, place: rule.places.get(name) };
      }
    }
    const missing = members.find((member) => ![...fields.keys()].some((name) => isNamed(member, name)));
    if (missing) {
      const reason = `aliases: ${quote(alias)} says no field for ${quote(missing.name ?? missing.id)}`;
      return { reason, place: rule.places.get(alias) };
    }
  }
  return undefined;
}

/** A correlation looks at fields that the events of the rules at its bottom can have. */
function correlatedFault(
  rule: CorrelationRule,
  members: LinkedCorrelation["members"],
  leavesOf: (member: DetectionRule | CorrelationRule) => readonly DetectionRule[],
): LinkFault | undefined {
  for (const member of members) {
    for (const { logSource } of leavesOf(member)) {
      const route = routeOf(logSource);
      if (!route) continue;
      for (const name of [...rule.groupBy, ...rule.fields]) {
        const reason = fieldFault(fieldFor(rule, member, name), route);
        if (reason !== undefined) return { reason, place: rule.places.get(name) };
      }
    }
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

import { type TextPlace } from "./yaml-tree.ts";

/** Where a rule stands: file name as given, and line from 1. */
export interface RulePlace {
  readonly file: string;
  readonly line: number;
}

/** A document or rule that is not run, and why; the column is from 1. */
export interface Rejection extends RulePlace {
  readonly column: number;
  readonly reason: string;
}

export const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;
export type Level = (typeof LEVELS)[number];

/** The category, product and service a rule is written for; what is null is not asked for. */
export interface LogSource {
  readonly category: string | null;
  readonly product: string | null;
  readonly service: string | null;
}

/** What every kind of document says about itself; texts that are not given are empty. */
export interface RuleInfo extends RulePlace {
  /** `id`, else `name`, else `<file>:<line>`: unique among the loaded documents. */
  readonly id: string;
  readonly name: string | null;
  readonly title: string;
  readonly description: string;
  readonly author: string;
  readonly license: string;
  /** `modified`, else `date`: Sigma rules carry no other version. */
  readonly version: string;
  readonly status: string;
  readonly level: Level;
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  readonly references: readonly string[];
  /** The document as it stands in its file. */
  readonly text: string;
  /** SHA-256 of that text, lower-case hex. */
  readonly hash: string;
}

/** Whether a rule is meant by an id or name. */
export function isNamed(rule: RuleInfo, name: string): boolean {
  return rule.id === name || rule.name === name;
}

/** How a value of an event is compared; Sigma specification 2.1.0, appendix "modifiers". */
export type Matcher =
  /** The pattern fits the text: from its beginning to its end. */
  | { readonly kind: "text"; readonly pattern: Pattern; readonly cased: boolean }
  | { readonly kind: "number"; readonly operator: Comparison; readonly value: number }
  /** Syntax of RE2; found anywhere in the text. */
  | { readonly kind: "regex"; readonly source: string; readonly flags: string }
  | { readonly kind: "cidr"; readonly network: Network }
  | {
      readonly kind: "time";
      readonly part: TimePart;
      readonly operator: Comparison;
      readonly value: number;
    }
  /** The value of another field of the same event, whole or as a part. */
  | { readonly kind: "field"; readonly field: string; readonly part: FieldPart; readonly cased: boolean }
  /** No value: the field is absent, null, or an array without a value. */
  | { readonly kind: "null" }
  /** The field is there, whatever its value; or is not. */
  | { readonly kind: "exists"; readonly present: boolean };

export type Comparison = "eq" | "lt" | "lte" | "gt" | "gte";
export type TimePart = "minute" | "hour" | "day" | "week" | "month" | "year";
export type FieldPart = "whole" | "contains" | "startswith" | "endswith";

/** A text with wildcards: literal pieces, any number of characters (`*`), exactly one (`?`). */
export type Pattern = readonly PatternPart[];
export type PatternPart = string | { readonly wildcard: "*" | "?" };

/** An address range: its first address and how many leading bits of it count. */
export interface Network {
  readonly version: 4 | 6;
  readonly address: bigint;
  readonly bits: number;
}

/** One comparison of a detection: a field with values, or keywords that are looked for in the whole record. */
export interface DetectionItem {
  /** Name as the rule has it, without spaces; null for keywords. */
  readonly field: string | null;
  /** One of them is enough. */
  readonly matchers: readonly Matcher[];
  /** The modifier `neq`: the item holds where none of its matchers fits. */
  readonly negated: boolean;
  /** Names of the placeholders whose values are among the matchers. */
  readonly placeholders: readonly string[];
  readonly line: number;
  readonly column: number;
}

/** What a rule asks of one event. */
export type Expression =
  | { readonly kind: "and" | "or"; readonly operands: readonly Expression[] }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "item"; readonly item: DetectionItem };

/** The operands together; one alone is itself. */
export function joined(kind: "and" | "or", operands: readonly Expression[]): Expression {
  const [only] = operands;
  return operands.length === 1 && only ? only : { kind, operands };
}

export interface DetectionRule extends RuleInfo {
  readonly kind: "detection";
  readonly logSource: LogSource;
  readonly expression: Expression;
  /** Set for a baseline: of the events that fit, only those with something new count. */
  readonly newValue: NewValue | null;
  /** An attribute of ours, `near-gap`: of the events that fit, only those this near to missing records count; nanoseconds. */
  readonly nearGap: bigint | null;
}

/**
 * An attribute of ours, `new-value`; other tools ignore it, as Sigma asks. Of each combination of `of` (a principal, say),
 * the first event with each combination of `fields`, once `of` has been known for `after`, nanoseconds.
 */
export interface NewValue {
  readonly of: readonly string[];
  readonly fields: readonly string[];
  readonly after: bigint;
}

/** Where a rule names others, and fields of theirs, by that name. */
export type NamePlaces = ReadonlyMap<string, TextPlace>;

/** A filter: a condition added to the rules that it names. */
export interface FilterRule extends RuleInfo {
  readonly kind: "filter";
  readonly logSource: LogSource;
  readonly places: NamePlaces;
  /** Ids or names; null for every rule. */
  readonly rules: readonly string[] | null;
  readonly expression: Expression;
}

export const CORRELATION_TYPES = [
  "event_count",
  "value_count",
  "temporal",
  "temporal_ordered",
  "value_sum",
  "value_avg",
  "value_percentile",
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

export interface CorrelationRule extends RuleInfo {
  readonly kind: "correlation";
  readonly places: NamePlaces;
  readonly type: CorrelationType;
  /** Ids or names, in the order of the rule. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** Nanoseconds; a window holds events at most this far apart. */
  readonly timespan: bigint;
  /** Bounds that hold together; none for a temporal correlation in which all rules must fire. */
  readonly bounds: readonly Bound[];
  /** What value_* types look at. */
  readonly fields: readonly string[];
  /** 0 to 1, for value_percentile. */
  readonly percentile: number | null;
  /** By alias, then by rule: the field that the alias stands for. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Whether the rules that it refers to alert on their own, too. */
  readonly generate: boolean;
}

export interface Bound {
  readonly operator: Comparison | "neq";
  readonly value: number;
}

export type SigmaRule = DetectionRule | CorrelationRule | FilterRule;

/** What `assay detect --json` prints, and what a report cites: results of a tool, never facts. */

export interface RejectedRule {
  readonly file: string;
  /** From 1, as the column. */
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** What `assay rules check --json` prints. */
export interface RulesCheck {
  readonly loaded: number;
  /** Documents that can run, filters among them. */
  readonly compiled: number;
  /** Rules for logs that no source reads. */
  readonly unrouted: number;
  readonly rejected: readonly RejectedRule[];
}

/** What became of the loaded documents. */
export interface RulesSummary {
  readonly loaded: number;
  readonly compiled: number;
  /** Rules for logs that are not in the case: they were not run. */
  readonly unrouted: number;
  readonly rejected: readonly RejectedRule[];
  /** Fields that rules look at and no event of their logs has. */
  readonly unmappedFields: readonly string[];
}

/** A rule that fired, and what is known of it. */
export interface FiredRule {
  /** Id of the rule. */
  readonly rule: string;
  readonly title: string;
  readonly level: string;
  readonly version: string;
  /** SHA-256 of the rule's text, lower-case hex. */
  readonly hash: string;
  readonly author: string;
  readonly license: string;
  readonly status: string;
  readonly tags: readonly string[];
  readonly description: string;
  readonly falsePositives: readonly string[];
  readonly references: readonly string[];
  readonly file: string;
  readonly line: number;
  /** The rule as it stands in its file. */
  readonly text: string;
  /** Why the analyst muted it; empty when not muted. */
  readonly muted: string;
}

/** Matches of one rule. Times are RFC 3339, null where no event is dated. */
export interface RuleHits extends FiredRule {
  readonly count: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
}

/** One alert of a correlation: a group and a maximal run of overlapping windows. */
export interface CorrelationAlert extends FiredRule {
  readonly alert: number;
  /** Values of group-by, by name. */
  readonly group: Readonly<Record<string, string>>;
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** The last run of the rules. */
export interface DetectionState {
  readonly rules: RulesSummary;
  readonly ranAt: string;
  readonly milliseconds: number;
  /** False when evidence came into the case since. */
  readonly current: boolean;
  readonly hits: readonly RuleHits[];
  /** In order of time. */
  readonly correlations: readonly CorrelationAlert[];
  /** Correlations with more alerts than were asked for, and how many of each are left out above. */
  readonly unlisted: readonly { readonly rule: string; readonly title: string; readonly alerts: number }[];
  /** Every technique that the rules name, by tactic in the order of ATT&CK. */
  readonly matrix: readonly TacticColumn[];
}

/** A tactic of ATT&CK with the techniques that rules name for it. */
export interface TacticColumn {
  readonly tactic: string;
  readonly techniques: readonly {
    readonly id: string;
    /** Empty where the name is not known here. */
    readonly name: string;
    /** Rules that were run or could have been, had their logs been there. */
    readonly rules: number;
    /** Those of them that fired and are not muted, and for how many events, one counted for each rule. */
    readonly fired: number;
    readonly events: number;
  }[];
}

/** One comparison of a rule or of a filter that is applied to it, with what an event has. */
export interface AtomExplanation {
  /** Title of the filter it is of; null for the rule's own. */
  readonly filter: string | null;
  /** Null for keywords. */
  readonly field: string | null;
  /** Line in the rule's text. */
  readonly line: number;
  /** What the rule asks for, one of these texts. */
  readonly asked: readonly string[];
  /** Names of the placeholders that the asked texts came from. */
  readonly placeholders: readonly string[];
  readonly negated: boolean;
  readonly holds: boolean;
  /** Values that the event has in the field. */
  readonly found: readonly string[];
}

/** Why a rule matches an event, or does not. */
export interface Explanation {
  readonly atoms: readonly AtomExplanation[];
  /** How filters were read: `conjoin` as a condition that must hold, too; `exclude` as what is left out. */
  readonly filterReading: "conjoin" | "exclude";
}

/** Why a correlation alerts: what it asks for, and the first window in which it held. */
export interface AlertExplanation {
  /** "at least 30 different values of principal within 10 minutes, for each userAgent" */
  readonly asked: string;
  /** "30 different values of principal" */
  readonly met: string;
  /** The first and last event of that window. */
  readonly first: DatedEvent;
  readonly last: DatedEvent;
  /** Whether the rules fire in the order in which they stand here. */
  readonly ordered: boolean;
  /** The rules that the correlation refers to, in its order. */
  readonly parts: readonly AlertPart[];
}

/** An event with a time, RFC 3339. */
export interface DatedEvent {
  readonly seq: number;
  readonly time: string;
}

/** A rule that a correlation refers to, and its share of one alert. */
export interface AlertPart {
  readonly rule: string;
  readonly title: string;
  readonly kind: "detection" | "correlation";
  /** Events of the alert that the rule fits, or that are in alerts of it. */
  readonly events: number;
  /** Where rules fire together or in an order: the event of this one in the first window, or the event at which it held. */
  readonly stage: DatedEvent | null;
}

/** A rule below an alert that fits an event of it. */
export interface FittedRule {
  readonly seq: number;
  readonly rule: string;
  readonly title: string;
}

/** What a rule that is being written would do. */
export interface RuleTrial {
  readonly rejected: readonly RejectedRule[];
  /** Events that each rule matches now, or alerts of each correlation. */
  readonly counts: readonly {
    readonly title: string;
    readonly kind: "detection" | "correlation";
    readonly count: number;
  }[];
  readonly unmappedFields: readonly string[];
}

/** A moment that a rule points at, for the time strip. */
export interface DetectionFlag {
  readonly seq: number;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  readonly level: string;
  readonly title: string;
}

/** Somebody whose events fired a rule or are in an alert. */
export interface AlertPrincipal {
  /** "rule:<id>" or "alert:<number>". */
  readonly key: string;
  readonly principal: string;
}

/** Where a value lies in a record: names of members, and positions in arrays from 0. */
export type FieldPath = readonly (string | number)[];

/** Something that records of a source have. Its weight counts towards the score of a record; those of a shape make 1. */
interface Mark {
  readonly path: FieldPath;
  readonly weight: number;
  /** What the text of the value must be like; without it, the value only has to be there. */
  readonly pattern?: RegExp;
}

/** One look that records of a source can have. A record scores what its best shape does. */
export type Shape = readonly Mark[];

/**
 * `rfc3339` a date-time with its zone · `utc` one without, which the source writes in UTC · `epoch-s`, `epoch-ms`,
 * `epoch-us`, `epoch-ns` a number since 1970-01-01T00:00:00Z, with a fraction or not · a pattern of DuckDB's `strptime`,
 * read in UTC unless it takes a zone (`%z`).
 */
export type TimeFormat = "rfc3339" | "utc" | EpochFormat | { readonly pattern: string };
export type EpochFormat = "epoch-s" | "epoch-ms" | "epoch-us" | "epoch-ns";

/** Gives a text, or nothing: then the next rule is tried. */
export type ValueRule =
  /**
   * The value at a path when it is there, is no empty text, starts as asked, and in a record in which another value is one
   * of these; instead of it, `gives`, or the word that `words` has for it.
   */
  | {
      readonly path: FieldPath;
      readonly startsWith?: string;
      readonly when?: { readonly path: FieldPath; readonly oneOf: readonly string[] };
      readonly gives?: string;
      readonly words?: Readonly<Record<string, string>>;
    }
  /** The values with a text between them: those that are there, or with `all` nothing unless every one is. */
  | { readonly join: readonly FieldPath[]; readonly with: string; readonly all?: boolean }
  /** The same for every record. */
  | { readonly constant: string };

export type Outcome = "success" | "failure" | "denied";

/** Gives an outcome when the value at a path is there and, where the rule says so, is one, is none, or is at least that number. */
export interface OutcomeRule {
  readonly path: FieldPath;
  readonly oneOf?: readonly string[];
  readonly noneOf?: readonly string[];
  readonly atLeast?: number;
  readonly outcome: Outcome;
}

/** Columns of an event that take a text; the first rule that gives one wins. */
export const TEXT_COLUMNS = [
  "principal",
  "principal_kind",
  "credential",
  "session",
  "action",
  "service",
  "resource",
  "error",
  "address",
  "user_agent",
  "account",
  "region",
  "request_id",
  "event_id",
  "request_digest",
  "response_digest",
] as const;
export type TextColumn = (typeof TEXT_COLUMNS)[number];

export interface TimeRule {
  /** The first value that is there is the recorded time; it is read by the first format that fits. */
  readonly from: readonly FieldPath[];
  readonly formats: readonly TimeFormat[];
}

/** Which member of a record feeds which column. */
export interface Mapping {
  readonly time: TimeRule;
  /** When the log wrote the record, where that differs from when it happened. */
  readonly recordedAt?: TimeRule;
  readonly texts: Readonly<Partial<Record<TextColumn, readonly ValueRule[]>>>;
  /** The first rule that fits; none fits: null. */
  readonly outcomes: readonly OutcomeRule[];
  /** Members whose text is a JSON document, into which paths go on. */
  readonly embedded?: readonly FieldPath[];
  /** Further members that rules ask about most events, with few values: kept with the event, in this order, as texts. */
  readonly traits?: readonly FieldPath[];
}

/** A kind of log, as data: how it is recognised, framed and mapped. */
export interface Source {
  /** Stable kebab-case name, as in `--source` and in the events. */
  readonly name: string;
  readonly title: string;
  /** None: taken only when chosen, or when no other source fits. */
  readonly shapes: readonly Shape[];
  /** Paths of the array that holds the records of a file, where a file is one JSON document; empty: the document itself. */
  readonly arrays: readonly (readonly string[])[];
  /** Parts of member paths that tell files which accompany the logs and are none. */
  readonly aside: readonly string[];
  /** Whether a record in which no column is found is a record of this source at all. */
  readonly unmappedIsProblem: boolean;
  readonly mapping: Mapping;
  /** What else its records tell that has no column, by a name of ours: for detection, facets and people. */
  readonly own: Readonly<Record<string, FieldPath>>;
  /** Whether the mapping was tried on real records, or built from the vendor's documentation alone. */
  readonly testedOn: "real records" | "documentation";
}

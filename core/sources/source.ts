/** Where a value lies in a record: names of members, and positions in arrays from 0. */
export type FieldPath = readonly (string | number)[];

/** Something that records of a source have. Its weight counts towards the score of a record; all weights make 1. */
interface Mark {
  readonly path: FieldPath;
  readonly weight: number;
  /** What the text of the value must be like; without it, the value only has to be there. */
  readonly pattern?: RegExp;
}

/**
 * `rfc3339` a date-time with a zone · `epoch-s`, `epoch-ms`, `epoch-ns` a number since 1970-01-01T00:00:00Z, with a
 * fraction or not.
 */
export type TimeFormat = "rfc3339" | "epoch-s" | "epoch-ms" | "epoch-ns";

/** Takes the value at a path when it is there, is no empty text, and starts as asked. */
export interface ValueRule {
  readonly path: FieldPath;
  readonly startsWith?: string;
}

/** Gives an outcome when the value at a path is one of these texts, or is there at all. */
export interface OutcomeRule {
  readonly path: FieldPath;
  readonly oneOf?: readonly string[];
  readonly outcome: "success" | "failure" | "denied";
}

/** Columns of an event that take a text as it is recorded; the first rule that finds one wins. */
export type TextColumn =
  | "principal"
  | "principal_kind"
  | "credential"
  | "session"
  | "action"
  | "service"
  | "resource"
  | "error"
  | "address"
  | "user_agent"
  | "account"
  | "region"
  | "request_id"
  | "event_id"
  | "request_digest"
  | "response_digest";

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
}

/** A kind of log, as data: how it is recognised, framed and mapped. */
export interface Source {
  /** Stable kebab-case name, as in `--source` and in the events. */
  readonly name: string;
  readonly title: string;
  readonly marks: readonly Mark[];
  /** Names of the top-level array that holds the records of a file, where a file is one JSON document. */
  readonly arrays: readonly string[];
  /** Parts of member paths that tell files which accompany the logs and are none. */
  readonly aside: readonly string[];
  /** Whether a record in which no column is found is a record of this source at all. */
  readonly unmappedIsProblem: boolean;
  readonly mapping: Mapping;
}

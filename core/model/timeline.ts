import { type EventRow } from "./event.ts";

/** A saved set of matching events, shared by grid, strip, facets and export, so that their counts always agree. */
export interface ResultSet {
  readonly resultId: number;
  readonly total: number;
  readonly matching: number;
  /** Rows of the grid: `matching` less the events that are folded into an activity's row. */
  readonly rows: number;
  readonly undated: number;
  /** First and last instant of the matching events, nanoseconds since the epoch; null when none is dated. */
  readonly first: bigint | null;
  readonly last: bigint | null;
  /** The same over all events of the case. */
  readonly firstOfAll: bigint | null;
  readonly lastOfAll: bigint | null;
  readonly milliseconds: number;
}

/** How much of the index of a large case is made: so many of its tables. */
export interface IndexProgress {
  readonly done: number;
  readonly of: number;
}

/** Absent ranges and other breaks that the grid and the strip must show between events. */
export interface TimelineGap {
  readonly exhibit: string;
  /** The gap lies before this event; null when it is at the end. */
  readonly beforeSeq: number | null;
  readonly from: bigint | null;
  readonly to: bigint | null;
  readonly missing: number;
  readonly message: string;
  readonly altered: boolean;
}

/** Counts of events per stretch of time, from `from` on. Undated events are in no bucket; the result set counts them. */
export interface Histogram {
  readonly from: bigint;
  readonly bucketNanoseconds: bigint;
  readonly all: readonly number[];
  readonly matching: readonly number[];
}

/** The most frequent values of a field among the matching events. */
export interface Facet {
  readonly field: string;
  readonly label: string;
  readonly values: readonly { readonly value: string | null; readonly count: number }[];
  /** Matching events whose value is not among `values`. */
  readonly others: number;
}

/** One event as the inspector shows it, read from evidence. */
export interface EventDetail {
  readonly row: EventRow;
  /** "At recorded time … the log … attributes … to …", never "X did". Parts in `strong` are values, of `field` of the row. */
  readonly sentence: readonly {
    readonly text: string;
    readonly strong: boolean;
    readonly field?: "principal" | "action" | "resource" | "credential" | "address" | "outcome" | "error";
  }[];
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** The record's bytes decoded as UTF-8 with invisible characters escaped; cut at 256 KiB. */
  readonly raw: string;
  readonly rawByteLength: number;
  /** Number of further records with exactly these bytes. */
  readonly copies: number;
}

/** What may stand at a place of a query. */
export interface Suggestion {
  readonly kind: "field" | "value" | "operator";
  /** What replaces the text from `from` to `to`. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** How many events have the value; null where counting makes no sense. */
  readonly count: number | null;
}

/** The answer to a question in SQL. */
export interface SqlTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  /** Whether there were more rows than are given. */
  readonly cut: boolean;
  readonly milliseconds: number;
}

/** One lane: the events of one principal, source or service, at most one mark per bucket. */
export interface Lane {
  /** Null gathers the events without a value. */
  readonly value: string | null;
  readonly events: number;
  /** The exhibit most of its events are from, which gives the lane its colour. */
  readonly exhibit: string;
  readonly marks: readonly LaneMark[];
}

export interface LaneMark {
  readonly bucket: number;
  readonly events: number;
  /** How many of them were refused or failed. */
  readonly failures: number;
  /** Whether one of them is altered. */
  readonly altered: boolean;
  /** The first of them in the order of the evidence. */
  readonly seq: number;
}

/** Lanes with most events first; `others` counts the values beyond them. */
export interface LaneSet {
  readonly from: bigint;
  readonly bucketNanoseconds: bigint;
  readonly lanes: readonly Lane[];
  readonly others: number;
}

/** What a person asks of the timeline. Bounds are nanoseconds since the epoch: `from` included, `to` not. */
export interface TimelineQuestion {
  readonly query: string;
  readonly from: bigint | null;
  readonly to: bigint | null;
  /** Whether the log's own open and seal records are among the rows. */
  readonly logRecords: boolean;
  /** Whether records with exactly the bytes of an earlier one are rows of their own. */
  readonly copies: boolean;
  /** A field of the query language; otherwise the order of time. */
  readonly sort?: { readonly field: string; readonly descending: boolean } | null;
  /** Whether the events of an activity share one row of the grid; otherwise each has its own. */
  readonly activities?: "folded" | "open";
}

/** What a piece of evidence seems to be, before it is imported. */
export interface EvidenceLook {
  /** Names the evidence in what is asked next. */
  readonly look: number;
  readonly label: string;
  /** False when an examiner can only leave it to the app: sealed logs, foreign proofs, and what holds no records. */
  readonly mappable: boolean;
  /** The source that knows the records; null when none does. */
  readonly source: {
    readonly name: string;
    readonly title: string;
    readonly score: number;
    readonly reason: string;
  } | null;
  /** The file whose records are shown. */
  readonly file: string;
  readonly fields: readonly {
    readonly path: string;
    readonly count: number;
    readonly example: string;
  }[];
  readonly sampled: number;
  /** A mapping to begin with, as YAML. */
  readonly draft: string;
}

/** What a mapping makes of the first records. */
export interface MappingPreview {
  /** What is wrong with the mapping; lines and columns from 1. With faults there are no rows. */
  readonly faults: readonly { readonly line: number; readonly column: number; readonly message: string }[];
  /** Columns that some row has a value in. */
  readonly columns: readonly string[];
  /** A value or null per column. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows in which nothing was found, and those without a time that is read. */
  readonly empty: number;
  readonly undated: number;
}

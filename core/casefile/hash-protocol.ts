/**
 * What the hash worker is told and what it answers. The worker handles one message after the other, so the records of
 * an exhibit reach its sidecar in evidence order.
 */

/** How the records of a file lie in it. */
export type Framing =
  /** One a line; the line feed is no part of it. */
  | { readonly kind: "lines" }
  /** Members of an array: of the top-level member of that name, or of the document itself when it is null. */
  | { readonly kind: "array"; readonly name: string | null }
  /** The document is one record. */
  | { readonly kind: "document" };

export type HashRequest =
  /** Opens the sidecar for writing after the entries of `records` rows that it already holds. */
  | { readonly kind: "open"; readonly sidecar: string; readonly records: number }
  | { readonly kind: "file"; readonly path: string; readonly derivedPath: string; readonly framing: Framing }
  /** Derives the NDJSON of a file that was framed before, and nothing else. */
  | { readonly kind: "derive"; readonly path: string; readonly derivedPath: string; readonly framing: Framing }
  /** Everything that was written so far is on the disk when this is answered. */
  | { readonly kind: "sync" }
  | { readonly kind: "close" }
  /** Finds records that have the bytes of an earlier one. The sidecars before the last hold the earlier exhibits. */
  | { readonly kind: "copies"; readonly sidecars: readonly string[] };

/** A file, framed and hashed. */
export interface HashedFile {
  readonly records: number;
  readonly byteLength: number;
  /** Of the whole file, lower-case hex. */
  readonly sha256: string;
  /** The derived NDJSON that DuckDB is to read instead of the working copy: one line per record, always. */
  readonly derived: boolean;
  readonly byteOrderMark: boolean;
}

/** Pairs (row of the last sidecar, position of its first copy counted over all sidecars), one after the other. */
export interface FoundCopies {
  readonly pairs: Float64Array;
}

export interface HashAnswers {
  readonly open: null;
  readonly file: HashedFile;
  readonly derive: null;
  readonly sync: null;
  readonly close: null;
  readonly copies: FoundCopies;
}

export type HashReply =
  | { readonly ok: true; readonly answer: HashAnswers[keyof HashAnswers] }
  | { readonly ok: false; readonly error: unknown };

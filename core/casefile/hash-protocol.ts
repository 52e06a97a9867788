/**
 * What the hash worker is told and what it answers. The worker handles one message after the other, so the records of
 * an exhibit reach its sidecar in evidence order; those of a file can be read there when it is answered.
 */

import { type ListedFile } from "../bundle/file-bytes.ts";
import { type PackedSegment, type ReadSegment } from "../bundle/read-segment.ts";
import { Problem, type ProblemDetails, type ProblemKind } from "../model/problem.ts";
import { type Framing } from "../sources/framing.ts";

/** A problem loses its class on the way between threads, an error of the system its code; these parts are not lost. */
export interface ProblemParts {
  readonly kind: ProblemKind;
  readonly code: string;
  readonly message: string;
  readonly details: ProblemDetails;
}

export function partsOfProblem({ kind, code, message, details }: Problem): ProblemParts {
  return { kind, code, message, details };
}

export function problemOfParts({ kind, code, message, details }: ProblemParts): Problem {
  return new Problem(kind, code, message, details);
}

export type HashRequest =
  /** Opens the sidecar for writing after the entries of `records` rows that it already holds. */
  | { readonly kind: "open"; readonly sidecar: string; readonly records: number }
  | { readonly kind: "file"; readonly path: string; readonly derivedPath: string; readonly framing: Framing }
  | SegmentsRequest
  /** Derives the NDJSON of a file that was framed before, and nothing else. */
  | { readonly kind: "derive"; readonly path: string; readonly derivedPath: string; readonly framing: Framing }
  /** Hashes a file from its start to its end; lower-case hex. */
  | { readonly kind: "digest"; readonly file: ListedFile }
  /** Finishes the sidecar. */
  | { readonly kind: "close" }
  /** Finds records that have the bytes of an earlier one. The sidecars before the last hold the earlier exhibits. */
  | { readonly kind: "copies"; readonly sidecars: readonly string[] };

/** Reads segments of a sealed log. With `staging`, the working copies and the sidecar are written from the same bytes. */
export interface SegmentsRequest {
  readonly kind: "segments";
  readonly segments: readonly SentSegment[];
  readonly staging: readonly SegmentStaging[];
  /** Answers with outlines of what was read. */
  readonly isOutlineEnough: boolean;
}

/** A packed segment on its way to a worker; bytes are moved, not copied. */
export interface SentSegment extends Omit<PackedSegment, "data"> {
  readonly data: ListedFile | Uint8Array<ArrayBuffer>;
}

/** Where the working copy of a segment goes, and the NDJSON that may be derived from it. */
export interface StagingPaths {
  readonly staged: string;
  readonly derived: string;
}

/** Where the working copy of a segment goes; `again` when it is there and is only described once more; null for none. */
export type SegmentStaging = StagingPaths | "again" | null;

/** What was read of a segment, and its working copy when one was written. */
export interface HashedSegment {
  readonly read: Omit<ReadSegment, "fault"> & { readonly fault: ProblemParts | null };
  readonly file: HashedFile | null;
}

/** A file, framed and hashed. */
export interface HashedFile {
  readonly records: number;
  readonly byteLength: number;
  /** Of the whole file, lower-case hex. */
  readonly sha256: string;
  /** The derived NDJSON that DuckDB is to read instead of the working copy: one line per record, always. */
  readonly derived: boolean;
  readonly byteOrderMark: boolean;
  /** Rows of the file whose records may name a member twice, from 0. */
  readonly suspects: readonly number[];
}

/** Pairs (row of the last sidecar, position of its first copy counted over all sidecars), one after the other. */
export interface FoundCopies {
  readonly pairs: Float64Array;
}

export interface HashAnswers {
  readonly open: null;
  readonly file: HashedFile;
  readonly segments: readonly HashedSegment[];
  readonly derive: null;
  readonly digest: string;
  readonly close: null;
  readonly copies: FoundCopies;
}

export type HashReply =
  | { readonly ok: true; readonly answer: HashAnswers[keyof HashAnswers] }
  | { readonly ok: false; readonly problem: ProblemParts }
  | { readonly ok: false; readonly error: unknown };

import { type BundleVerdict, type VerifyResult } from "./verdict.ts";

/** What is worth knowing of records and no problem of any: how often, by its code (docs/sources.md). */
export interface ImportNote {
  readonly code: string;
  readonly count: number;
}

/** One piece of evidence in a case: a bundle, folder or file as it was received. */
export interface Exhibit {
  /** "X-1", "X-2" … in order of receipt. */
  readonly id: string;
  /** File or folder name as received; never a full path. */
  readonly label: string;
  readonly receivedAt: string;
  readonly byteLength: number;
  /** SHA-256, lower-case hex: of the file, or for a folder of its sorted list "<sha256>  <relative path>\n". */
  readonly sha256: string;
  readonly source: { readonly name: string; readonly score: number; readonly reason: string };
  readonly firstSeq: number;
  readonly records: number;
  readonly events: number;
  readonly undated: number;
  readonly problems: number;
  /** By code; none that counts nothing. */
  readonly notes: readonly ImportNote[];
  readonly verdict: BundleVerdict;
  readonly verification: VerifyResult;
}

/** A record that could not be read or mapped. It still is a row. */
export interface RecordProblem {
  readonly code: string;
  readonly file: string;
  /** Line of the unpacked file in which the record begins, from 1; the number of the entry in a tile of a log. */
  readonly line: number;
  readonly offset?: number;
  readonly message: string;
}

/** What `assay import --json` prints. Always `records === events`. */
export interface ImportResult {
  readonly exhibit: string;
  readonly source: { readonly name: string; readonly score: number; readonly reason: string };
  readonly records: number;
  readonly events: number;
  readonly undated: number;
  readonly notes: readonly ImportNote[];
  readonly problems: readonly RecordProblem[];
  readonly verdict: BundleVerdict;
  readonly sha256: string;
  readonly seconds: number;
}

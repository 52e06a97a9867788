import { type Check } from "./verdict.ts";

/** How far long work has come. Totals are undefined until they are known. */
export interface Progress {
  /** What is being done now, as a person reads it: "reading", "verifying", "loading", "rendering". */
  readonly phase: string;
  readonly bytesDone: number;
  readonly bytesTotal: number | undefined;
  readonly records: number;
  /** Set where the work is counted in records: its bytes then say nothing of how much is left. */
  readonly recordsTotal?: number;
  /** Checks finished so far, in order, so that a screen can fill in while work goes on. */
  readonly checks?: readonly Check[];
}

/** What long work takes: a way to stop it and a way to say how far it is. */
export interface LongWork {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How much is done, and of how much: in records where these are counted, otherwise in bytes; no total where none is known. */
export function extentOf({ bytesDone, bytesTotal, records, recordsTotal }: Progress): {
  readonly done: number;
  readonly total: number | undefined;
} {
  return recordsTotal === undefined ? { done: bytesDone, total: bytesTotal } : { done: records, total: recordsTotal };
}

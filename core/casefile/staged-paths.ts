import { join } from "node:path";

import { type StagingPaths } from "./hash-protocol.ts";

/** Digits of the file number that every staged and derived file name begins with. */
export const FILE_NUMBER_DIGITS = 6;

/** Read-only: working copies are checked when they are cited, and nothing writes them again. */
export const STAGED_FILE_MODE = 0o444;

/** Named by number; the name that the evidence gives a file never becomes a path. */
export function stagedPaths(folder: string, file: number): StagingPaths {
  const name = String(file).padStart(FILE_NUMBER_DIGITS, "0");
  return { staged: join(folder, `${name}.log`), derived: join(folder, `${name}.derived.ndjson`) };
}

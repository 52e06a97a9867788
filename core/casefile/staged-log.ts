import { DEFAULT_LIMITS } from "../bundle/container.ts";
import { note, type RunningImport } from "./begin-import.ts";
import { type HashedFile } from "./hash-protocol.ts";
import { type StagedLog } from "./load-group.ts";
import { type LogFile } from "./log-file.ts";
import { stagedPaths } from "./staged-paths.ts";
import { stagingRoom, type StagingRoom } from "./staging-room.ts";

/** A file that was staged and hashed, ready to be loaded; what was found in it is noted. */
export function stagedLog(
  work: RunningImport,
  index: number,
  { member, framing, source }: LogFile,
  firstRow: number,
  hashed: HashedFile,
  found: readonly string[] = [],
): StagedLog {
  const paths = stagedPaths(work.folder, index);
  const notes = hashed.byteOrderMark ? [...found, "byte-order-mark"] : found;
  for (const code of notes) note(work, code);
  return {
    file: index,
    path: member,
    framing,
    source,
    stagedPath: paths.staged,
    loadPath: hashed.derived ? paths.derived : paths.staged,
    firstRow,
    records: hashed.records,
    byteLength: hashed.byteLength,
    sha256: hashed.sha256,
    suspects: hashed.suspects,
    notes,
  };
}

/** Room for `files`, which need at least as much as they are long when packed. Throws as `stagingRoom`. */
export function roomFor(
  { folder, options }: RunningImport,
  files: readonly { readonly byteLength: number }[],
): Promise<StagingRoom> {
  const atLeast = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return stagingRoom(folder, options.limits ?? DEFAULT_LIMITS, atLeast);
}

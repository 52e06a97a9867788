import { mkdir, readdir, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";

import { Problem } from "../model/problem.ts";

/** How the names of case folders end, by custom; what makes a case is what it holds. */
export const CASE_SUFFIX = /\.assay$/i;

const DATABASE = "case.duckdb";

/** Where things lie in a case folder (docs/formats/case-folder.md). Evidence names never become paths. */
export interface CaseFolder {
  readonly root: string;
  /** Folder name, such as "NG-2026-117.assay". */
  readonly label: string;
  readonly database: string;
  readonly lock: string;
  readonly custody: string;
  readonly evidence: string;
  readonly exports: string;
  readonly temporary: string;
}

/** The paths of the case in `root`, an absolute path. Throws `case-path` (usage). */
export function caseFolder(root: string): CaseFolder {
  // DuckDB takes `?` in a path for the start of options, and would put its write-ahead log elsewhere.
  if (root.includes("?")) {
    const message = "opening the case: expected a path without a question mark";
    throw new Problem("usage", "case-path", message, { file: root });
  }
  return {
    root,
    label: basename(root),
    database: join(root, DATABASE),
    lock: join(root, "case.lock"),
    custody: join(root, "custody.jsonl"),
    evidence: join(root, "evidence"),
    exports: join(root, "exports"),
    temporary: join(root, "tmp"),
  };
}

/** Whether `root` is the folder of a case, or a link to one. */
export function holdsCase(root: string): Promise<boolean> {
  return stat(join(root, DATABASE)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The folder of one exhibit's working copies. */
export function exhibitFolder(folder: CaseFolder, exhibit: number): string {
  return join(folder.evidence, String(exhibit));
}

/** The folder with its closing separator, as DuckDB's list of allowed folders wants it. */
export function withSeparator(path: string): string {
  return path.endsWith(sep) ? path : path + sep;
}

/** The path as a pattern that matches itself alone: DuckDB takes `*` and `[` in the paths of files for wildcards. */
export function globLiteral(path: string): string {
  return path.replaceAll(/[*[]/g, "[$&]");
}

/** Makes the folders of a new case. Throws `folder-not-empty` (usage) for a folder with anything else in it. */
export async function makeCaseFolder(folder: CaseFolder): Promise<void> {
  const { root } = folder;
  if (!(await isUnused(folder))) {
    const message = "creating a case: expected a new folder, found one with files in it";
    throw new Problem("usage", "folder-not-empty", message, { file: root });
  }
  await mkdir(dirname(root), { recursive: true });
  // One level at a time: where a folder cannot be made, such as below /proc, Node's recursive mkdir never returns.
  for (const path of [root, ...ownFolders(folder)]) await mkdir(path).catch(keepExisting);
}

function ownFolders({ evidence, exports, temporary }: CaseFolder): readonly string[] {
  return [evidence, exports, temporary];
}

/** True for no folder, an empty one, and one with its own folders, still empty: what an interrupted creation leaves. */
async function isUnused(folder: CaseFolder): Promise<boolean> {
  for (const name of await namesIn(folder.root)) {
    const path = join(folder.root, name);
    if (!ownFolders(folder).includes(path) || (await namesIn(path)).length > 0) return false;
  }
  return true;
}

function namesIn(path: string): Promise<readonly string[]> {
  return readdir(path).catch(() => []);
}

function keepExisting(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
}

import { basename, join, sep } from "node:path";

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

/** The paths of the case in `root`, an absolute path. */
export function caseFolder(root: string): CaseFolder {
  return {
    root,
    label: basename(root),
    database: join(root, "case.duckdb"),
    lock: join(root, "case.lock"),
    custody: join(root, "custody.jsonl"),
    evidence: join(root, "evidence"),
    exports: join(root, "exports"),
    temporary: join(root, "tmp"),
  };
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

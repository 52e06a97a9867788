import { Problem, quote } from "../model/problem.ts";
import { ecs } from "./ecs.ts";
import { type ExportFormat } from "./export-format.ts";
import { ocsf } from "./ocsf.ts";
import { csv, jsonl } from "./plain-formats.ts";
import { jsonLineFormat, l2tcsv } from "./plaso.ts";
import { stix } from "./stix.ts";
import { timesketchCsv, timesketchJsonl } from "./timesketch.ts";

const LINE_FORMATS: readonly ExportFormat[] = [
  timesketchJsonl,
  timesketchCsv,
  ocsf,
  ecs,
  l2tcsv,
  jsonLineFormat,
  csv,
  jsonl,
];

/** Names of everything that a case is exported as: its events in a file, its events a day a folder, and its custody. */
export const EXPORT_FORMATS: readonly string[] = [
  ...new Set(LINE_FORMATS.map((format) => format.name)),
  "stix",
  "parquet",
  "case",
];

/**
 * The format of events of this name for a file of this name, for an export made at `exportedAt` (RFC 3339, UTC). Throws
 * `bad-format` and `bad-extension` (usage).
 */
export function exportFormat(name: string, file: string, exportedAt: string): ExportFormat {
  const named = [...LINE_FORMATS, stix(exportedAt)].filter((format) => format.name === name);
  if (named.length === 0) {
    throw new Problem(
      "usage",
      "bad-format",
      `--format expected one of ${EXPORT_FORMATS.join(", ")}, got ${quote(name)}`,
    );
  }
  const fitting = named.find(
    ({ extensions }) => extensions.length === 0 || extensions.some((end) => file.endsWith(end)),
  );
  if (fitting) return fitting;
  const expected = named.flatMap((format) => format.extensions).join(" or ");
  throw new Problem("usage", "bad-extension", `${name} reads files that end in ${expected}`, { file, expected });
}

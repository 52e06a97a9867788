import { formatInstant } from "../model/time.ts";
import { csvLine } from "./csv.ts";
import { type ExportFormat } from "./export-format.ts";
import { provenance, type ExportedEvent } from "./exported-event.ts";
import { TIMELINE_COLUMNS, timelineRecord } from "./timeline-columns.ts";

const OWN_COLUMNS = ["timeShifted", "bundleSha256", "recordIndex", "recordHash"] as const;

function columnsOf(event: ExportedEvent): Readonly<Record<string, string | number | null>> {
  const { bundle_sha256, record_index, record_hash } = provenance(event);
  return {
    ...timelineRecord(event.row),
    timeShifted: event.shiftedTime === null ? null : formatInstant(event.shiftedTime),
    bundleSha256: bundle_sha256 ?? null,
    recordIndex: record_index ?? null,
    recordHash: record_hash ?? null,
  };
}

function jsonLine(event: ExportedEvent): string {
  return `${JSON.stringify({ ...columnsOf(event), raw: event.record })}\n`;
}

/** The columns of the timeline and the record itself, one JSON object a line. */
export const jsonl = {
  name: "jsonl",
  extensions: [],
  header: "",
  line: jsonLine,
  undatedLine: jsonLine,
} satisfies ExportFormat;

function csvRow(event: ExportedEvent): string {
  const columns = columnsOf(event);
  return csvLine([...TIMELINE_COLUMNS, ...OWN_COLUMNS].map((name) => columns[name] ?? null));
}

/** The columns of the timeline as RFC 4180 that a spreadsheet can open without running anything. */
export const csv: ExportFormat = {
  name: "csv",
  extensions: [],
  header: csvLine([...TIMELINE_COLUMNS, ...OWN_COLUMNS]),
  line: csvRow,
  undatedLine: csvRow,
};

import { formatInstant } from "../model/time.ts";
import { csvLine } from "./csv.ts";
import { type ExportFormat } from "./export-format.ts";
import { recordHashOf, type ExportedEvent } from "./exported-event.ts";
import { TIMELINE_COLUMNS, timelineRecord } from "./timeline-columns.ts";

const OWN_COLUMNS = ["timeShifted", "bundleSha256", "recordIndex", "recordHash"] as const;

/** A fresh object, which its caller may add to: a copy of so many members for every event is the dearer part of a line. */
function columnsOf(event: ExportedEvent): Record<string, string | number | null> {
  return Object.assign(timelineRecord(event.row), {
    timeShifted: event.shiftedTime === null ? null : formatInstant(event.shiftedTime),
    bundleSha256: event.exhibitSha256,
    recordIndex: event.recordIndex,
    recordHash: recordHashOf(event),
  });
}

function jsonLine(event: ExportedEvent): string {
  return `${JSON.stringify(Object.assign(columnsOf(event), { raw: event.record }))}\n`;
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

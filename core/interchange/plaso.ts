import { csvLine } from "./csv.ts";
import { type DatedEvent, type ExportFormat } from "./export-format.ts";
import { messageOf, provenance, stated } from "./exported-event.ts";
import { microsecondsOf, timeParts } from "./offset-time.ts";

const TIMESTAMP_DESCRIPTION = "API call recorded";
/** Cells of l2tcsv that have nothing to say. */
const EMPTY = "-";

const L2T_COLUMNS = [
  "date",
  "time",
  "timezone",
  "MACB",
  "source",
  "sourcetype",
  "type",
  "user",
  "host",
  "short",
  "desc",
  "version",
  "filename",
  "inode",
  "notes",
  "format",
  "extra",
] as const;

function l2tLine(event: DatedEvent): string {
  const { row } = event;
  const { date, clock, microseconds } = timeParts(event.row.time);
  const [year, month, day] = date.split("-");
  const extra = Object.entries({
    ...provenance(event),
    ...stated({ outcome: row.outcome, src_ip: row.address }),
    usec: microseconds,
  })
    .map(([name, value]) => `${name}: ${oneLine(String(value))}`)
    .join("; ");
  return csvLine([
    `${month}/${day}/${year}`,
    clock,
    "UTC",
    "....",
    "LOG",
    "API Audit Log",
    TIMESTAMP_DESCRIPTION,
    row.principal ?? EMPTY,
    EMPTY,
    row.action ?? EMPTY,
    oneLine(messageOf(event)),
    2,
    `${row.exhibit}:/${row.file}`,
    EMPTY,
    EMPTY,
    row.source,
    extra,
  ]);
}

function oneLine(text: string): string {
  return text.replace(/[\r\n;]+/g, " ");
}

/** Plaso's l2tcsv: 17 columns, whole seconds; microseconds stand in `extra`. */
export const l2tcsv: ExportFormat = {
  name: "l2tcsv",
  extensions: [],
  header: csvLine(L2T_COLUMNS),
  line: l2tLine,
  remark: "l2tcsv has whole seconds; the microseconds stand in the column extra.",
};

function jsonLine(event: DatedEvent): string {
  const { row } = event;
  const { date, clock, microseconds } = timeParts(event.row.time);
  const tuple = [...date.split("-"), ...clock.split(":"), microseconds].map(Number);
  const members = {
    __container_type__: "event",
    __type__: "AttributeContainer",
    timestamp: Number(microsecondsOf(event.row.time)),
    timestamp_desc: TIMESTAMP_DESCRIPTION,
    date_time: {
      __class_name__: "TimeElementsInMicroseconds",
      __type__: "DateTimeValues",
      time_elements_tuple: tuple,
    },
    data_type: "audit:api:event",
    message: messageOf(event),
    parser: `jsonl/${row.source}`,
    display_name: `${row.exhibit}:/${row.file}`,
    ...stated({ username: row.principal, action: row.action, src_ip: row.address, outcome: row.outcome }),
    ...provenance(event),
  };
  const sorted = Object.entries(members).sort(([left], [right]) => (left < right ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted))}\n`;
}

/** Plaso's json_line: one event container a line, keys sorted. */
export const jsonLineFormat: ExportFormat = {
  name: "json_line",
  extensions: [],
  header: "",
  line: jsonLine,
};

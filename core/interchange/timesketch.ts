import { csvLine } from "./csv.ts";
import { type DatedEvent, type ExportFormat } from "./export-format.ts";
import { messageOf, provenance, stated } from "./exported-event.ts";
import { formatOffsetTime } from "./offset-time.ts";

/** What the time of every row is, as Timesketch asks it to be named. */
const TIMESTAMP_DESCRIPTION = "API call recorded";
/** Lucene's limit for a keyword is 32,766 bytes; a longer text is searchable but cannot be sorted by. */
const REMARK = "Timesketch refuses files of fewer than three lines, and servers limit the size of one upload.";

/** The fixed columns: few and always the same, as Timesketch's index allows a thousand at most. */
const COLUMNS = [
  "message",
  "datetime",
  "timestamp_desc",
  "actor",
  "actor_kind",
  "action",
  "service",
  "resource",
  "outcome",
  "error",
  "src_ip",
  "user_agent",
  "account",
  "region",
  "credential",
  "session",
  "request_id",
  "event_id",
  "source",
  "time_recorded",
  "time_shifted",
  "exhibit",
  "file",
  "case_event_id",
  "bundle_sha256",
  "record_index",
  "record_hash",
  "verdict",
  "raw",
] as const;

type Columns = Readonly<Record<(typeof COLUMNS)[number], string | number | null>>;

function columnsOf(event: DatedEvent): Columns {
  const { row } = event;
  const { case_event_id, bundle_sha256, record_index, record_hash, verdict, time_shifted } = provenance(event);
  return {
    message: messageOf(event),
    datetime: formatOffsetTime(event.row.time),
    timestamp_desc: TIMESTAMP_DESCRIPTION,
    actor: row.principal,
    actor_kind: row.principalKind,
    action: row.action,
    service: row.service,
    resource: row.resource,
    outcome: row.outcome,
    error: row.error,
    src_ip: row.address,
    user_agent: row.userAgent,
    account: row.account,
    region: row.region,
    credential: row.credential,
    session: row.session,
    request_id: row.requestId,
    event_id: row.eventId,
    source: row.source,
    time_recorded: row.timeRecorded,
    time_shifted: time_shifted ?? null,
    exhibit: row.exhibit,
    file: row.file,
    case_event_id: case_event_id ?? null,
    bundle_sha256: bundle_sha256 ?? null,
    record_index: record_index ?? null,
    record_hash: record_hash ?? null,
    verdict: verdict ?? null,
    raw: event.record,
  };
}

/** Timesketch's JSON lines: `message`, `datetime` and `timestamp_desc` on every row (`TIMESKETCH_FIELDS`). */
export const timesketchJsonl: ExportFormat = {
  name: "timesketch",
  extensions: [".jsonl"],
  header: "",
  line: (event) => `${JSON.stringify(stated(columnsOf(event)))}\n`,
  remark: REMARK,
};

/** The same rows as CSV, chosen by a file name that ends so. */
export const timesketchCsv: ExportFormat = {
  name: "timesketch",
  extensions: [".csv"],
  header: csvLine(COLUMNS),
  line: (event) => {
    const columns = columnsOf(event);
    return csvLine(COLUMNS.map((name) => columns[name]));
  },
  remark: REMARK,
};

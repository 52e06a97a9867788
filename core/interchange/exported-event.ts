import { type EventRow } from "../model/event.ts";
import { formatInstant, type Instant } from "../model/time.ts";

/** An event on its way to another tool, with what leads a reader of that tool back to the record and its proof. */
export interface ExportedEvent {
  readonly row: EventRow;
  /** The recorded time with the clock offset of the exhibit added; null where it has none, or the record no time. */
  readonly shiftedTime: Instant | null;
  /** SHA-256 of the exhibit the record came in, lower-case hex. */
  readonly exhibitSha256: string;
  /** Row of the record in its exhibit, from 0: the leaf index where the exhibit's proof has leaves. */
  readonly recordIndex: number;
  /** SHA-256 of the record's bytes, lower-case hex. */
  readonly recordSha256: string;
  /** The record decoded as UTF-8; what is no UTF-8 stands as U+FFFD. */
  readonly record: string;
}

/** The digest of the record's bytes as every format names it. */
export function recordHashOf({ recordSha256 }: ExportedEvent): string {
  return `sha256:${recordSha256}`;
}

/** The members that every format carries, under its own customs, so that a row can be traced back to its proof. */
export function provenance(event: ExportedEvent): Readonly<Record<string, string | number>> {
  return {
    case_event_id: event.row.seq,
    bundle_sha256: event.exhibitSha256,
    record_index: event.recordIndex,
    record_hash: recordHashOf(event),
    verdict: event.row.verdict,
    ...(event.row.timeRecorded === null ? {} : { time_recorded: event.row.timeRecorded }),
    ...(event.shiftedTime === null ? {} : { time_shifted: formatInstant(event.shiftedTime) }),
  };
}

/** What the record says happened, in one line: "root: StopLogging on trail-1 from 203.0.113.7 (failure)". */
export function messageOf({ row }: ExportedEvent): string {
  const act = row.action ?? (row.kind === "withheld" ? "record withheld" : "record without a named action");
  return [
    `${row.principal ?? "account not named"}: ${act}`,
    row.resource === null ? "" : ` on ${row.resource}`,
    row.address === null ? "" : ` from ${row.address}`,
    row.outcome === null ? "" : ` (${row.outcome}${row.error === null ? "" : `: ${row.error}`})`,
  ].join("");
}

/** The same object without members that the record says nothing about. */
export function stated(
  members: Readonly<Record<string, string | number | boolean | object | null>>,
): Readonly<Record<string, string | number | boolean | object>> {
  const found: Record<string, string | number | boolean | object> = {};
  for (const [name, value] of Object.entries(members)) if (value !== null) found[name] = value;
  return found;
}

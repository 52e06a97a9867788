import { formatInstant } from "../model/time.ts";
import { type EventRow } from "../model/event.ts";

/** The columns of a listed timeline, in order; scripts rely on them (docs/exports.md). */
export const TIMELINE_COLUMNS = [
  "seq",
  "time",
  "timeRecorded",
  "source",
  "principal",
  "action",
  "service",
  "resource",
  "outcome",
  "error",
  "address",
  "userAgent",
  "account",
  "eventId",
  "verdict",
  "exhibit",
  "file",
  "offset",
  "length",
] as const;

type TimelineRecord = Readonly<Record<(typeof TIMELINE_COLUMNS)[number], string | number | null>>;

/** One row of a listed timeline. Times are RFC 3339 in UTC; null where the record says nothing. */
export function timelineRecord(row: EventRow): TimelineRecord {
  return {
    seq: row.seq,
    time: row.time === null ? null : formatInstant(row.time),
    timeRecorded: row.timeRecorded,
    source: row.source,
    principal: row.principal,
    action: row.action,
    service: row.service,
    resource: row.resource,
    outcome: row.outcome,
    error: row.error,
    address: row.address,
    userAgent: row.userAgent,
    account: row.account,
    eventId: row.eventId,
    verdict: row.verdict,
    exhibit: row.exhibit,
    file: row.file,
    offset: row.offset,
    length: row.length,
  };
}

import { z } from "zod";

import { type CaseFile } from "../casefile/case-file.ts";
import { bigintOrNull, integerOf, textOf, textOrNull, type Row } from "../casefile/row.ts";
import { identifier, joinSql, sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type EventRow } from "../model/event.ts";
import { instant } from "../model/time.ts";
import { ROW_VERDICTS } from "../model/verdict.ts";
import { positionOfRow } from "./folding.ts";
import { type SavedResult } from "./saved-result.ts";

/** The columns are written by our own import; a word outside these sets is a damaged case. */
const verdictColumn = z.enum(ROW_VERDICTS);
const kindColumn = z.enum(["event", "log", "withheld", "unreadable"]);

/** What a row of the timeline holds of an event, beside its place. */
const EVENT_COLUMNS = joinSql(
  [
    "seq",
    "kind",
    "time",
    "time_recorded",
    "source",
    "principal",
    "principal_kind",
    "credential",
    "session",
    "action",
    "service",
    "resource",
    "outcome",
    "error",
    "address",
    "user_agent",
    "account",
    "region",
    "request_id",
    "event_id",
    "verdict",
    "exhibit_label",
    "file_path",
  ].map(identifier),
  sql`, `,
);

/** The rows `start` to before `start + count` of a result's grid; fewer at its end. */
export async function readRows(
  caseFile: CaseFile,
  result: SavedResult,
  start: number,
  count: number,
): Promise<readonly EventRow[]> {
  const end = Math.min(start + count, result.set.rows);
  if (start >= end) return [];
  return readEvents(caseFile, await readSeqs(caseFile, result, start, end - 1));
}

/** The events of the rows `first` to `last` of a result's grid; of a folded row, with `open`, all its activity's events. */
export async function readSeqs(
  caseFile: CaseFile,
  { table, folding, firstPosition }: SavedResult,
  first: number,
  last: number,
  folds: "folded" | "open" = "folded",
): Promise<readonly number[]> {
  const [from, to] = [positionOfRow(folding, first), positionOfRow(folding, last)];
  const hidden = new Set(folding.slice(from - first, to - last));
  const rows = await caseFile.query(
    sql`SELECT position, seq FROM ${table}
        WHERE position >= ${firstPosition + from} AND position <= ${firstPosition + to} ORDER BY position`,
  );
  const shown = rows
    .filter((row) => !hidden.has(integerOf(row, "position") - firstPosition))
    .map((row) => integerOf(row, "seq"));
  if (folds === "folded" || folding.length === 0) return shown;
  const folded = await caseFile.query(
    sql`SELECT t.seq FROM ${table} t JOIN event_activity m ON m.seq = t.seq WHERE m.activity IN (
          SELECT activity FROM event_activity WHERE seq IN (SELECT unnest(CAST(${JSON.stringify(shown)} AS BIGINT[]))))`,
  );
  return [...new Set([...shown, ...folded.map((row) => integerOf(row, "seq"))])];
}

/** These events, in this order. Throws `no-such-event` (usage) when one does not exist. */
export async function readEvents(caseFile: CaseFile, seqs: readonly number[]): Promise<readonly EventRow[]> {
  if (seqs.length === 0) return [];
  // The bounds let DuckDB skip row groups, which a list alone does not (measured: 8 instead of 60 ms for a page).
  const [first, last] = [Math.min(...seqs), Math.max(...seqs)];
  const list = joinSql(
    seqs.map((seq) => sql`${seq}`),
    sql`, `,
  );
  // Neighbours are read with the few rows between them, which is quicker than to look each up.
  const among = last - first < 2 * seqs.length ? sql`` : sql` AND seq IN (${list})`;
  const [rows, places] = await Promise.all([
    caseFile.query(sql`SELECT ${EVENT_COLUMNS} FROM timeline_event WHERE seq >= ${first} AND seq <= ${last}${among}`),
    caseFile.locateAll(seqs),
  ]);
  const bySeq = new Map(rows.map((row) => [integerOf(row, "seq"), row]));
  return places.map((place) =>
    eventRow(present(bySeq.get(place.seq), "a record that has a place has a row"), place.offset, place.length),
  );
}

function eventRow(row: Row, offset: number, length: number): EventRow {
  const time = bigintOrNull(row, "time");
  return {
    seq: integerOf(row, "seq"),
    kind: kindColumn.parse(row["kind"]),
    time: time === null ? null : instant(time),
    timeRecorded: textOrNull(row, "time_recorded"),
    source: textOf(row, "source"),
    principal: textOrNull(row, "principal"),
    principalKind: textOrNull(row, "principal_kind"),
    credential: textOrNull(row, "credential"),
    session: textOrNull(row, "session"),
    action: textOrNull(row, "action"),
    service: textOrNull(row, "service"),
    resource: textOrNull(row, "resource"),
    outcome: textOrNull(row, "outcome"),
    error: textOrNull(row, "error"),
    address: textOrNull(row, "address"),
    userAgent: textOrNull(row, "user_agent"),
    account: textOrNull(row, "account"),
    region: textOrNull(row, "region"),
    requestId: textOrNull(row, "request_id"),
    eventId: textOrNull(row, "event_id"),
    verdict: verdictColumn.parse(row["verdict"]),
    exhibit: textOf(row, "exhibit_label"),
    file: textOf(row, "file_path"),
    offset,
    length,
  };
}

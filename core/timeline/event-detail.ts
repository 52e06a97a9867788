import { type CaseFile } from "../casefile/case-file.ts";
import { readRecordValue } from "../casefile/record-value.ts";
import { integerOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type EventRow } from "../model/event.ts";
import { formatInstant } from "../model/time.ts";
import { type EventDetail } from "../model/timeline.ts";
import { flatten } from "./flatten.ts";
import { escapeInvisible } from "./invisible.ts";
import { readEvents } from "./rows.ts";

type SentencePart = EventDetail["sentence"][number];

const RAW_LIMIT_BYTES = 256 * 1024;

/**
 * One event with the record it was read from. Throws `no-such-event` (usage), and `working-copy-altered` (refused) when
 * the working copy is no longer what was imported.
 */
export async function readEventDetail(caseFile: CaseFile, seq: number): Promise<EventDetail> {
  const [found] = await readEvents(caseFile, [seq]);
  const row = present(found, "an event that can be located has a row");
  const { bytes, value, problems } = await readRecordValue(caseFile, seq);
  return {
    row,
    sentence: sentenceOf(row),
    fields: [
      ...problems.map(({ code, message }) => ({ name: `(${code})`, value: escapeInvisible(message) })),
      ...(value === undefined ? [] : flatten(value)),
    ],
    raw: rawText(bytes),
    rawByteLength: bytes.length,
    copies: await countCopies(caseFile, seq),
  };
}

/** The record's bytes as text: what is no UTF-8 becomes U+FFFD, what is invisible becomes visible. */
function rawText(bytes: Uint8Array): string {
  return escapeInvisible(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, RAW_LIMIT_BYTES)));
}

/** What the record says, as the record's word: a log attributes acts to accounts, never to people. */
export function sentenceOf(row: EventRow): EventDetail["sentence"] {
  const plain = (text: string) => ({ text, strong: false });
  const value = (field: NonNullable<SentencePart["field"]>) => ({
    text: escapeInvisible(row[field] ?? ""),
    strong: true,
    field,
  });
  const when =
    row.time === null
      ? [plain("Without a readable time, ")]
      : [plain("At recorded time "), { text: formatInstant(row.time), strong: true }, plain(", ")];
  switch (row.kind) {
    case "log":
      return [...when, plain("the log wrote a record about itself.")];
    case "withheld":
      return [plain("This record was withheld from the export: only its digest is given.")];
    case "unreadable":
      return [plain("These bytes could not be read as a record; they stand in the log at this place.")];
    case "event":
      return [
        ...when,
        plain("the log attributes "),
        ...(row.action === null ? [plain("an act")] : [value("action")]),
        ...(row.resource === null ? [] : [plain(" on "), value("resource")]),
        plain(" to "),
        ...(row.principal === null ? [plain("nobody it names")] : [value("principal")]),
        ...(row.credential === null ? [] : [plain(" with credential "), value("credential")]),
        ...(row.address === null ? [] : [plain(", from "), value("address")]),
        ...(row.outcome === null ? [] : [plain("; recorded outcome: "), value("outcome")]),
        ...(row.error === null ? [] : [plain(" ("), value("error"), plain(")")]),
        plain("."),
      ];
  }
}

async function countCopies(caseFile: CaseFile, seq: number): Promise<number> {
  const [row] = await caseFile.query(
    sql`SELECT count(*) AS copies FROM record_copy
        WHERE first_seq = coalesce((SELECT max(first_seq) FROM record_copy WHERE seq = ${seq}), ${seq})`,
  );
  return row ? integerOf(row, "copies") : 0;
}

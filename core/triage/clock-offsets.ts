import { performAct } from "../casefile/analyst-acts.ts";
import { type CaseFile } from "../casefile/case-file.ts";
import { type CustodyAct } from "../casefile/custody-journal.ts";
import { exhibitLabel, parseExhibitLabel } from "../casefile/exhibit-table.ts";
import { bigintOrNull, integerOf, textOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { type ClockOffset, type ClockSuggestion } from "../model/triage.ts";
import { type TriageSession } from "./marks.ts";

const PAIRS_SHOWN = 200;

/** The clock offsets that stand, by exhibit. */
export async function readClockOffsets(caseFile: CaseFile): Promise<readonly ClockOffset[]> {
  const rows = await caseFile.query(
    sql`SELECT exhibit, nanoseconds, method, anchors FROM clock_offset ORDER BY exhibit`,
  );
  return rows.map((row) => ({
    exhibit: exhibitLabel(integerOf(row, "exhibit")),
    nanoseconds: present(bigintOrNull(row, "nanoseconds"), "an offset has a length"),
    method: textOf(row, "method"),
    // Written by ourselves as JSON of exactly this type.
    anchors: JSON.parse(textOf(row, "anchors")) as [number, number][],
  }));
}

/** Shows an exhibit's times shifted by an offset; 0 as recorded. The records stay as they are. Throws `no-such-exhibit` (usage). */
export async function setClockOffset(session: TriageSession, offset: ClockOffset): Promise<void> {
  const exhibit = exhibitNumber(session.caseFile, offset.exhibit);
  const nanoseconds = offset.nanoseconds.toString();
  const params = { nanoseconds, method: offset.method, anchors: offset.anchors };
  const entry: CustodyAct = { action: "clock.offset-set", object: { id: offset.exhibit }, params };
  await performAct(session, `clock offset of ${offset.exhibit}`, entry, (rows, act) =>
    rows.run(
      sql`INSERT INTO triage_clock VALUES (${act}, ${exhibit}, ${offset.nanoseconds}, ${offset.method}, ${JSON.stringify(offset.anchors)})`,
    ),
  );
}

/**
 * Pairs of records of two exhibits with the same request id, where each has it once, and the median of how much later
 * the other one's clock puts them. Throws `no-such-exhibit` (usage).
 */
export async function suggestClockOffset(
  caseFile: CaseFile,
  exhibit: string,
  reference: string,
): Promise<ClockSuggestion> {
  const numbers = [exhibitNumber(caseFile, exhibit), exhibitNumber(caseFile, reference)] as const;
  const requests = (number: number) =>
    sql`(SELECT request_id, min(seq) AS seq, min(time) AS time FROM event
         WHERE exhibit = ${number} AND request_id <> '' AND time IS NOT NULL GROUP BY request_id HAVING count(*) = 1)`;
  const pairs = sql`(SELECT a.seq, b.seq AS other_seq, b.time - a.time AS difference
    FROM ${requests(numbers[0])} a JOIN ${requests(numbers[1])} b USING (request_id))`;
  const [whole] = await caseFile.query(
    sql`SELECT count(*) AS found, quantile_disc(difference, 0.5) AS median,
          quantile_disc(difference, 0.75) - quantile_disc(difference, 0.25) AS spread FROM ${pairs}`,
  );
  const row = present(whole, "an aggregate has one row");
  const shown = await caseFile.query(sql`SELECT * FROM ${pairs} ORDER BY seq LIMIT ${PAIRS_SHOWN}`);
  return {
    nanoseconds: bigintOrNull(row, "median"),
    spread: bigintOrNull(row, "spread") ?? 0n,
    found: integerOf(row, "found"),
    pairs: shown.map((pair) => ({
      seq: integerOf(pair, "seq"),
      otherSeq: integerOf(pair, "other_seq"),
      difference: present(bigintOrNull(pair, "difference"), "both records are dated"),
    })),
  };
}

function exhibitNumber(caseFile: CaseFile, label: string): number {
  const number = parseExhibitLabel(label);
  if (number !== undefined && caseFile.exhibits.some(({ id }) => id === label)) return number;
  throw new Problem("usage", "no-such-exhibit", `expected an exhibit of this case, got ${quote(label)}`);
}

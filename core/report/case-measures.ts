import { type CaseFile } from "../casefile/case-file.ts";
import { exhibitLabel } from "../casefile/exhibit-table.ts";
import { bigintOrNull, integerOf, textOf, type Row } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { instant, type Instant } from "../model/time.ts";

/** How many of the events state something. */
export interface Coverage {
  readonly of: number;
  readonly principal: number;
  readonly action: number;
  readonly time: number;
  readonly outcome: number;
  readonly resource: number;
  readonly address: number;
}

/** What can be counted over all events of a case. Log, withheld and unreadable records are not events here. */
export interface CaseMeasures {
  readonly coverage: Coverage;
  readonly first: Instant | null;
  readonly last: Instant | null;
  /** Largest step back in recorded time between neighbours in evidence order within one file, nanoseconds; 0 for none. */
  readonly largestStepBack: bigint;
  readonly failures: number;
  readonly signIns: number;
  readonly accessChanges: number;
  readonly configurationChanges: number;
  /** Files that hold events, in evidence order. */
  readonly files: readonly MeasuredFile[];
}

/** How many events a file holds, and when the first and the last of them happened as recorded. */
export interface MeasuredFile {
  readonly exhibit: string;
  /** Path inside the exhibit. */
  readonly file: string;
  readonly events: number;
  readonly first: Instant | null;
  readonly last: Instant | null;
}

/** Names of acts, in the words of many services. They count; what they count is a reading of names, not evidence. */
const SIGN_IN = "(log[-_ ]?in|log[-_ ]?on|sign[-_ ]?in|authenticat)";
const ACCESS_CHANGE =
  "(role|policy|permission|grant|accesskey|access[-_ ]key|api[-_]?key|mfa|member|user\\.|createuser|deleteuser|group)";
const CHANGE_VERB = "(create|add|put|attach|detach|update|set|grant|revoke|delete|remove|disable|enable|stop|rotate)";

/** Counts what the compliance mapping and the report's method need. */
export async function measureCase(caseFile: CaseFile): Promise<CaseMeasures> {
  const [counts] = await caseFile.query(sql`
    SELECT count(*) AS events, count(principal) AS principal, count(action) AS action, count(time) AS dated,
      count(outcome) AS outcome, count(resource) AS resource, count(address) AS address,
      min(time) AS first, max(time) AS last,
      count(*) FILTER (outcome IN ('failure', 'denied')) AS failures,
      count(*) FILTER (regexp_matches(lower(action), ${SIGN_IN})) AS sign_ins,
      count(*) FILTER (regexp_matches(lower(action), ${ACCESS_CHANGE}) AND regexp_matches(lower(action), ${CHANGE_VERB}))
        AS access_changes,
      count(*) FILTER (regexp_matches(lower(action), ${CHANGE_VERB})) AS changes
    FROM timeline_event WHERE kind = 'event'`);
  const [steps] = await caseFile.query(sql`
    SELECT coalesce(max(before - time), 0)::BIGINT AS step_back FROM (
      SELECT time, lag(time) OVER (PARTITION BY exhibit, file ORDER BY seq) AS before
      FROM timeline_event WHERE kind = 'event' AND time IS NOT NULL) WHERE before > time`);
  const files = await caseFile.query(sql`
    SELECT exhibit, file_path, count(*) AS events, min(time) AS first, max(time) AS last
    FROM timeline_event WHERE kind = 'event' GROUP BY exhibit, file_path ORDER BY min(seq)`);
  const row = present(counts, "an aggregate has one row");
  return {
    coverage: {
      of: integerOf(row, "events"),
      principal: integerOf(row, "principal"),
      action: integerOf(row, "action"),
      time: integerOf(row, "dated"),
      outcome: integerOf(row, "outcome"),
      resource: integerOf(row, "resource"),
      address: integerOf(row, "address"),
    },
    ...spanOf(row),
    largestStepBack: bigintOrNull(present(steps, "an aggregate has one row"), "step_back") ?? 0n,
    failures: integerOf(row, "failures"),
    signIns: integerOf(row, "sign_ins"),
    accessChanges: integerOf(row, "access_changes"),
    configurationChanges: integerOf(row, "changes"),
    files: files.map((file) => ({
      exhibit: exhibitLabel(integerOf(file, "exhibit")),
      file: textOf(file, "file_path"),
      events: integerOf(file, "events"),
      ...spanOf(file),
    })),
  };
}

function spanOf(row: Row): { readonly first: Instant | null; readonly last: Instant | null } {
  const [first, last] = [bigintOrNull(row, "first"), bigintOrNull(row, "last")];
  return { first: first === null ? null : instant(first), last: last === null ? null : instant(last) };
}

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

/** How the kinds of act are recorded: a kind is what one action names. */
export interface KindCoverage {
  readonly of: number;
  /** Kinds of which every event states account, time, object and address. */
  readonly complete: number;
  /** The kind with the most events that lack one of them; null when every kind is complete. */
  readonly least: { readonly action: string; readonly events: number; readonly lacking: number } | null;
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
  /** Acts that give access to an object, and those of them after which no act takes access to it away again. */
  readonly grants: number;
  readonly standingGrants: number;
  readonly configurationChanges: number;
  /** Acts that read logs, that begin, stop or change logging, and that create or delete something. */
  readonly logReads: number;
  readonly loggingChanges: number;
  readonly objectChanges: number;
  readonly kinds: KindCoverage;
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
/** What begins so manages what one signs in with, as in CreateLoginProfile. */
const MANAGEMENT = "^(add|create|delete|describe|disable|enable|get|list|modify|put|remove|set|update)";
const ACCESS_CHANGE =
  "(role|policy|permission|grant|accesskey|access[-_ ]key|api[-_]?key|mfa|member|user\\.|createuser|deleteuser|group)";
const CHANGE_VERB = "(create|add|put|attach|detach|update|set|grant|revoke|delete|remove|disable|enable|stop|rotate)";

const GRANT = "(create|add|put|attach|grant|enable)";
const REMOVAL = "(delete|remove|detach|revoke|disable)";
const LOG = "(log|trail|audit|eventselector|flowlog)";
const LOG_READ =
  "(lookupevents|(get|list|describe|read|export|search|query|filter)[-_ .]?[a-z]*(trail|audit|logevents))";
const LOGGING_CHANGE = "(start|stop|pause|create|delete|update|put|enable|disable)";
const CREATION = "(create|delete)";

/** Counts what the compliance mapping and the report's method need. */
export async function measureCase(caseFile: CaseFile): Promise<CaseMeasures> {
  const [counts] = await caseFile.query(sql`
    SELECT count(*) AS events, count(principal) AS principal, count(action) AS action, count(time) AS dated,
      count(outcome) AS outcome, count(resource) AS resource, count(address) AS address,
      min(time) AS first, max(time) AS last,
      count(*) FILTER (outcome IN ('failure', 'denied')) AS failures,
      count(*) FILTER (regexp_matches(lower(action), ${SIGN_IN}) AND NOT regexp_matches(lower(action), ${MANAGEMENT}))
        AS sign_ins,
      count(*) FILTER (regexp_matches(lower(action), ${ACCESS_CHANGE}) AND regexp_matches(lower(action), ${CHANGE_VERB}))
        AS access_changes,
      count(*) FILTER (regexp_matches(lower(action), ${LOG_READ})) AS log_reads,
      count(*) FILTER (regexp_matches(lower(action), ${LOG}) AND regexp_matches(lower(action), ${LOGGING_CHANGE})
        AND NOT regexp_matches(lower(action), ${SIGN_IN})) AS logging_changes,
      count(*) FILTER (regexp_matches(lower(action), ${CREATION})) AS object_changes,
      count(*) FILTER (regexp_matches(lower(action), ${CHANGE_VERB})) AS changes
    FROM timeline_event WHERE kind = 'event'`);
  const grants = await measureGrants(caseFile);
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
    ...grants,
    configurationChanges: integerOf(row, "changes"),
    logReads: integerOf(row, "log_reads"),
    loggingChanges: integerOf(row, "logging_changes"),
    objectChanges: integerOf(row, "object_changes"),
    kinds: await measureKinds(caseFile),
    files: files.map((file) => ({
      exhibit: exhibitLabel(integerOf(file, "exhibit")),
      file: textOf(file, "file_path"),
      events: integerOf(file, "events"),
      ...spanOf(file),
    })),
  };
}

/** Grants are matched with removals by the object they name: what is taken away under another name counts as standing. */
async function measureGrants(caseFile: CaseFile): Promise<Pick<CaseMeasures, "grants" | "standingGrants">> {
  const [row] = await caseFile.query(sql`
    WITH change AS (
      SELECT resource, time, regexp_matches(lower(action), ${REMOVAL}) AS removal FROM timeline_event
      WHERE kind = 'event' AND regexp_matches(lower(action), ${ACCESS_CHANGE})
        AND regexp_matches(lower(action), ${`${GRANT}|${REMOVAL}`})),
    removed AS (SELECT resource, max(time) AS time FROM change WHERE removal GROUP BY resource)
    SELECT count(*) AS grants, count(*) FILTER (r.time IS NULL OR r.time < c.time) AS standing
    FROM change c LEFT JOIN removed r USING (resource) WHERE NOT c.removal`);
  const counts = present(row, "an aggregate has one row");
  return { grants: integerOf(counts, "grants"), standingGrants: integerOf(counts, "standing") };
}

async function measureKinds(caseFile: CaseFile): Promise<KindCoverage> {
  const [row] = await caseFile.query(sql`
    WITH kind AS (
      SELECT action, count(*) AS events,
        count(*) FILTER (principal IS NULL OR time IS NULL OR resource IS NULL OR address IS NULL) AS lacking
      FROM timeline_event WHERE kind = 'event' AND action IS NOT NULL GROUP BY action)
    SELECT count(*) AS kinds, count(*) FILTER (lacking = 0) AS complete,
      arg_max(action, (lacking, action)) AS action, arg_max(events, (lacking, action)) AS events, max(lacking) AS lacking
    FROM kind`);
  const counts = present(row, "an aggregate has one row");
  const [of, complete] = [integerOf(counts, "kinds"), integerOf(counts, "complete")];
  if (complete === of) return { of, complete, least: null };
  const [events, lacking] = [integerOf(counts, "events"), integerOf(counts, "lacking")];
  return { of, complete, least: { action: textOf(counts, "action"), events, lacking } };
}

function spanOf(row: Row): { readonly first: Instant | null; readonly last: Instant | null } {
  const [first, last] = [bigintOrNull(row, "first"), bigintOrNull(row, "last")];
  return { first: first === null ? null : instant(first), last: last === null ? null : instant(last) };
}

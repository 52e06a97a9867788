import { type CaseFile } from "../casefile/case-file.ts";
import { type CaseSession } from "../casefile/case-session.ts";
import { type SqlSession } from "../casefile/database.ts";
import { integerOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type DetectionState, type RuleTrial } from "../model/detection.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { checkRegexes } from "./check-regexes.ts";
import { beginCorrelations, correlate } from "./correlate.ts";
import { clearRun, readDetections } from "./detection-store.ts";
import { matchExhibit, prepareExhibit, type ExhibitWork } from "./exhibit-work.ts";
import { looksIntoRecords, matchEvents } from "./match-records.ts";
import { type Placeholders } from "./placeholders.ts";
import { keepNearGaps } from "./near-gaps.ts";
import { keepNewValues } from "./new-values.ts";
import { readRules, type RuleFile } from "./read-rules.ts";
import { linkRules, type FilterReading } from "./rule-set.ts";
import { writeRules } from "./stored-rules.ts";
import {
  correlationMeans,
  planRun,
  readSearchedExhibits,
  storedRules,
  unmappedFields,
  unroutedCount,
  type LookedInto,
  type RunPlan,
} from "./run-plan.ts";

export interface RunOptions extends LongWork {
  /** Values of placeholders; a rule with another one is rejected. */
  readonly placeholders?: Placeholders | undefined;
  readonly filterReading?: FilterReading | undefined;
}

/**
 * Runs rules over all events of a case and stores what they found in place of what the run before had found; the journal
 * says which rules ran. A run that is cancelled changes nothing. Throws `cancelled`.
 */
export async function runRules(
  { caseFile, custody }: Pick<CaseSession, "caseFile" | "custody">,
  files: readonly RuleFile[],
  options: RunOptions = {},
): Promise<DetectionState> {
  const { signal } = options;
  const started = performance.now();
  const reading = options.filterReading ?? "conjoin";
  const placeholders = options.placeholders ?? new Map<string, readonly string[]>();
  const set = linkRules(await checkRegexes(caseFile, readRules(files, placeholders)), reading);
  const plan = planRun(set, await readSearchedExhibits(caseFile));
  const work = await prepare(caseFile, plan, options);
  reportPhase(options, "matching");
  await caseFile.transaction(async (session) => {
    await clearRun(session);
    await writeRules(session, storedRules(plan, placeholders, reading));
    const unmapped = await match(session, caseFile, plan, work, signal);
    const counts = await countsOf(session);
    const compiled = plan.numbers.size + set.filters;
    const entry = await custody.append({
      action: "rules.run",
      params: { compiled, rejected: set.rejected.length, filterReading: reading },
      result: counts,
    });
    await session.run(sql`INSERT INTO detection_run VALUES (${caseFile.events}, ${entry.at},
      ${Math.round(performance.now() - started)}, ${set.loaded}, ${compiled}, ${unroutedCount(plan)},
      ${JSON.stringify(set.rejected)}, ${JSON.stringify(unmapped)})`);
  });
  return present(await readDetections(caseFile), "a run was just stored");
}

/** A transaction whose work is only looked at ends with this. */
class Undone extends Error {}

/**
 * What rules would find now: how many events each matches, and how many alerts each correlation gives. Nothing of it stays
 * but tables of records, which the next run uses. Throws `cancelled`.
 */
export async function tryRules(
  caseFile: CaseFile,
  files: readonly RuleFile[],
  signal?: AbortSignal,
): Promise<RuleTrial> {
  const set = linkRules(await checkRegexes(caseFile, readRules(files)), "conjoin");
  const plan = planRun(set, await readSearchedExhibits(caseFile));
  const work = await prepare(caseFile, plan, { signal });
  let counts: RuleTrial["counts"] = [];
  let unmapped: RuleTrial["unmappedFields"] = [];
  const trial = caseFile.transaction(
    async (session) => {
      await clearRun(session);
      unmapped = await match(session, caseFile, plan, work, signal);
      const rows = await session.query(
        sql`SELECT rule, count(*) AS found FROM (SELECT rule FROM detection_match UNION ALL SELECT rule FROM detection_alert) GROUP BY rule`,
      );
      const found = new Map(rows.map((row) => [integerOf(row, "rule"), integerOf(row, "found")]));
      counts = [...plan.numbers].map(([{ title, kind }, number]) => ({ title, kind, count: found.get(number) ?? 0 }));
      throw new Undone();
    },
    { announce: false },
  );
  await trial.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  return { rejected: set.rejected, counts, unmappedFields: unmapped };
}

async function prepare(caseFile: CaseFile, plan: RunPlan, work: LongWork): Promise<readonly ExhibitWork[]> {
  const prepared: ExhibitWork[] = [];
  for (const exhibit of plan.exhibits) {
    throwIfCancelled(work.signal);
    reportPhase(work, `reading ${exhibit.id}`);
    prepared.push(await prepareExhibit(caseFile, plan, exhibit, work.signal));
  }
  return prepared;
}

function reportPhase({ onProgress }: LongWork, phase: string): void {
  onProgress?.({ phase, bytesDone: 0, bytesTotal: undefined, records: 0 });
}

/**
 * Rules, then baselines and nearness to gaps, then correlations, each of which reads what those before it stored.
 * @returns the fields that rules look at and no event has.
 */
async function match(
  session: SqlSession,
  caseFile: CaseFile,
  plan: RunPlan,
  work: readonly ExhibitWork[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  for (const rule of plan.rules) if (!looksIntoRecords(rule)) await matchEvents(session, rule, signal);
  const looked: LookedInto[] = [];
  for (const exhibit of work) looked.push(...(await matchExhibit(session, caseFile, exhibit, signal)));
  const tables = new Map(work.flatMap(({ exhibit, table }) => (table ? [[exhibit.id, table] as const] : [])));
  const means = correlationMeans(plan, tables);
  for (const { number, rule } of plan.rules) {
    if (rule.newValue) await keepNewValues(session, number, rule.newValue, means.relationsOf(rule), signal);
  }
  await keepNearGaps(session, caseFile, plan.rules);
  await beginCorrelations(session);
  for (const correlation of plan.set.correlations) await correlate(session, correlation, means, signal);
  return unmappedFields(session, plan, looked);
}

async function countsOf(session: SqlSession): Promise<{ readonly matches: number; readonly alerts: number }> {
  const [row] = await session.query(
    sql`SELECT (SELECT count(*) FROM detection_match) AS matches, (SELECT count(*) FROM detection_alert) AS alerts`,
  );
  const counted = present(row, "counting gives a row");
  return { matches: integerOf(counted, "matches"), alerts: integerOf(counted, "alerts") };
}

import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createSession, openSession, type CaseSession } from "../core/casefile/case-session.ts";
import { importEvidence } from "../core/casefile/import.ts";
import { sql } from "../core/casefile/sql.ts";
import { expressionSql } from "../core/detection/expression-sql.ts";
import { throughRoute } from "../core/detection/places.ts";
import { readRules, type RuleFile } from "../core/detection/read-rules.ts";
import { recordTable } from "../core/detection/record-table.ts";
import { linkRules } from "../core/detection/rule-set.ts";
import { planRun, readSearchedExhibits, rulesFor, wantedFields } from "../core/detection/run-plan.ts";
import { runRules } from "../core/detection/run-rules.ts";
import { present } from "../core/model/assert.ts";
import { writeTrail } from "./detect-data.ts";

/** Wall and processor time of one step, milliseconds; processor time is of all threads of the process. */
export interface Spent {
  readonly wall: number;
  readonly cpu: number;
}

export interface DetectPoint {
  readonly events: number;
  readonly rules: number;
  /** Rules for the log in the case: the others cost nothing. */
  readonly routed: number;
  readonly matches: number;
  /** The import, for comparison; null where the case was there already. */
  readonly import: Spent | null;
  /** `assay detect --no-pack` on the case as it was imported: reading rules, deciding, looking up, and storing matches. */
  readonly first: Spent;
  /** The same again. */
  readonly again: Spent;
  /** The other way, for comparison: the fields of all records, read once, and then one query a rule over them. */
  readonly table: Spent | null;
  readonly perRule: Spent | null;
}

export interface DetectOptions {
  readonly compare: boolean;
  /** Cases stay in the folder, and those that are there are used. */
  readonly keep: boolean;
  readonly onStep: (step: string) => void;
  readonly onPoint: (point: DetectPoint) => void;
}

/** Detection over cases of growing size. */
export async function measureDetection(
  root: string,
  files: readonly RuleFile[],
  sizes: readonly number[],
  options: DetectOptions,
): Promise<readonly DetectPoint[]> {
  const points: DetectPoint[] = [];
  for (const events of sizes) {
    const folder = join(root, `detect-${events}`);
    const { session, imported } = await openBenchCase(folder, events, options);
    try {
      const point = await measurePoint(session, files, events, options);
      const compared = options.compare ? await measurePerRule(session, files, point.matches) : {};
      points.push({ ...point, import: imported, ...compared });
      options.onPoint(present(points.at(-1), "a point was just measured"));
    } finally {
      await session.close();
      if (!options.keep) await rm(folder, { recursive: true, force: true });
    }
  }
  return points;
}

const ACTOR = { endorser: null, actorName: "bench", app: { version: "0", build: "bench" } };

/** A case of so many events as an import leaves it; `done` marks one whose import ended. */
async function openBenchCase(
  folder: string,
  events: number,
  { keep, onStep }: DetectOptions,
): Promise<{ readonly session: CaseSession; readonly imported: Spent | null }> {
  const root = join(folder, "bench.assay");
  const done = join(folder, "done");
  if (keep && existsSync(done)) {
    const session = await openSession(root, ACTOR);
    await session.caseFile.run(sql`DROP TABLE IF EXISTS detection_record_1`);
    await session.caseFile.run(sql`DELETE FROM detection_field`);
    return { session, imported: null };
  }
  await rm(folder, { recursive: true, force: true });
  onStep(`generating ${events} events`);
  await writeTrail(join(folder, "trail"), events);
  const session = await createSession(root, ACTOR);
  onStep("importing them");
  const imported = await spent(() => importEvidence(session, join(folder, "trail")));
  await writeFile(done, "");
  return { session, imported };
}

async function measurePoint(
  session: CaseSession,
  files: readonly RuleFile[],
  events: number,
  { onStep }: DetectOptions,
): Promise<DetectPoint> {
  onStep("running the rules");
  const first = await spent(() => runRules(session, files));
  onStep(`again, after ${first.wall / 1000} s`);
  const again = await spent(() => runRules(session, files));
  const matches = await countMatches(session);
  const set = linkRules(readRules(files), "conjoin");
  const routed = rulesFor(planRun(set, await readSearchedExhibits(session.caseFile)), "X-1").length;
  return { events, rules: set.routed.length, routed, matches, import: null, first, again, table: null, perRule: null };
}

/** The same rules, one query each over the fields of all records. */
async function measurePerRule(
  session: CaseSession,
  files: readonly RuleFile[],
  matches: number,
): Promise<Pick<DetectPoint, "table" | "perRule">> {
  const { caseFile } = session;
  const plan = planRun(linkRules(readRules(files), "conjoin"), await readSearchedExhibits(caseFile));
  const rules = rulesFor(plan, "X-1");
  const wanted = wantedFields(plan, rules);
  const built = await spent(() => recordTable(caseFile, "X-1", wanted, undefined));
  const { name, relation } = await recordTable(caseFile, "X-1", wanted, undefined);
  await caseFile.run(sql`DELETE FROM detection_match`);
  const perRule = await spent(async () => {
    for (const { number, rule, route } of rules) {
      const condition = expressionSql(rule.expression, throughRoute(relation, route));
      await caseFile.run(sql`INSERT INTO detection_match SELECT ${number}, seq FROM ${name} WHERE ${condition}`);
    }
  });
  if ((await countMatches(session)) !== matches) throw new Error("both ways should find the same matches");
  return { table: built, perRule };
}

async function countMatches({ caseFile }: CaseSession): Promise<number> {
  const [counted] = await caseFile.query(sql`SELECT count(*) AS matches FROM detection_match`);
  return Number(counted?.["matches"]);
}

async function spent(work: () => Promise<unknown>): Promise<Spent> {
  const wall = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: Math.round(performance.now() - wall), cpu: Math.round((user + system) / 1000) };
}

import { spawnSync } from "node:child_process";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { DuckDBInstance } from "@duckdb/node-api";

import { compileMapping } from "../core/casefile/compile-mapping.ts";
import { identifier, joinSql, renderSql, sql } from "../core/casefile/sql.ts";
import { ocsf } from "../core/sources/ocsf.ts";
import { TEXT_COLUMNS } from "../core/sources/source.ts";
import { runApart, type MeasuredRun } from "./apart.ts";
import { type Dataset } from "./dataset.ts";
import { measureQueries, type Taken } from "./queries.ts";

export interface Measurement {
  readonly name: string;
  /** Milliseconds of every run, in order. */
  readonly runs: readonly number[];
  /** Processor milliseconds of every run, where they were taken: steadier than the clock on a busy machine. */
  readonly cpu: readonly number[];
}

export interface BenchResult {
  readonly events: number;
  readonly bytes: number;
  readonly measurements: readonly Measurement[];
  /** Of the last import: largest resident memory of its process, and bytes of the case without its working copies. */
  readonly importPeakBytes: number;
  readonly caseBytes: number;
  /** The same memory of the last verification by two workers. */
  readonly verifyPeakBytes: number;
  /** What a timeline asked of the last case. */
  readonly taken: readonly Taken[];
}

/** How often things are run, where, and who hears of each step. */
export interface BenchPlan {
  /** The bundled bench/once.ts. */
  readonly program: string;
  /** Folder for cases and databases. */
  readonly work: string;
  readonly repeats: number;
  readonly questions: number;
  readonly onStep: (name: string) => void;
}

/** Fresh runs of everything that reads all events, one after the other and interleaved; then queries on the last case. */
export async function measureAll(data: Dataset, plan: BenchPlan): Promise<BenchResult> {
  const times = new Times(plan.onStep);
  let folder = "";
  let importPeakBytes = 0;
  let verifyPeakBytes = 0;
  const apart = (name: string, args: readonly string[]): MeasuredRun => {
    plan.onStep(name);
    const run = runApart(plan.program, args);
    times.add(name, run.milliseconds, run.cpuMilliseconds);
    return run;
  };
  for (let run = 0; run < plan.repeats; run += 1) {
    await times.take("sha256sum", () => digestBy("sha256sum", data));
    await times.take("openssl dgst -sha256", () => digestBy("openssl dgst -sha256", data));
    apart("verify, 1 worker", ["verify", data.bundle, "1"]);
    verifyPeakBytes = apart("verify, 2 workers", ["verify", data.bundle, "2"]).peakBytes;
    await times.take("one-statement CTAS", () => createTable(data, join(plan.work, `ctas-${run}.duckdb`)));
    if (folder !== "") await rm(folder, { recursive: true, force: true });
    folder = join(plan.work, `case-${run}.assay`);
    importPeakBytes = apart("verified import", ["import", data.bundle, folder]).peakBytes;
  }
  const { bytes, events } = data;
  const { measurements } = times;
  const caseBytes = await caseBytesOf(folder);
  const { taken } = await measureQueries(folder, plan.questions, plan.onStep);
  return { events, bytes, measurements, importPeakBytes, verifyPeakBytes, caseBytes, taken };
}

/** Bytes of a case without the working copies of the evidence. */
async function caseBytesOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !entry.name.endsWith(".log")) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

/** Times by name, in order of the first. */
class Times {
  readonly #taken = new Map<string, { readonly runs: number[]; readonly cpu: number[] }>();

  readonly #onStep: (name: string) => void;

  constructor(onStep: (name: string) => void) {
    this.#onStep = onStep;
  }

  /** Runs and times work; where it returns a number, that is its processor time in milliseconds. */
  async take(name: string, work: () => unknown): Promise<void> {
    this.#onStep(name);
    const before = process.cpuUsage();
    const started = performance.now();
    const result = await work();
    const milliseconds = performance.now() - started;
    const { user, system } = process.cpuUsage(before);
    this.add(name, milliseconds, typeof result === "number" ? result : (user + system) / 1_000);
  }

  add(name: string, milliseconds: number, cpuMilliseconds: number): void {
    const list = this.#taken.get(name) ?? { runs: [], cpu: [] };
    list.runs.push(milliseconds);
    list.cpu.push(cpuMilliseconds);
    this.#taken.set(name, list);
  }

  get measurements(): readonly Measurement[] {
    return [...this.#taken].map(([name, taken]) => ({ name, ...taken }));
  }
}

/** @returns the processor time of the program alone, milliseconds. */
function digestBy(program: "sha256sum" | "openssl dgst -sha256", { files }: Dataset): number {
  const script = `TIMEFORMAT="%U %S"; time ${program} "$@" > /dev/null`;
  const { status, stderr } = spawnSync("bash", ["-c", script, "bash", ...files], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} failed`);
  return stderr.split(" ").reduce((sum, seconds) => sum + 1_000 * Number(seconds), 0);
}

/** The yardstick: the same columns of the same files by one statement, without any of our work. */
async function createTable({ files }: Dataset, path: string): Promise<void> {
  const mapping = compileMapping(ocsf.mapping);
  const texts = TEXT_COLUMNS.map((column) => sql`${mapping.texts[column]} AS ${identifier(column)}`);
  const { text } = renderSql(
    sql`CREATE TABLE event AS SELECT ${mapping.time} AS time, ${mapping.timeRecorded} AS time_recorded,
      ${mapping.recordedAt} AS recorded_at, ${mapping.outcome} AS outcome, ${joinSql(texts, sql`, `)}
      FROM ${mapping.from(files)}`,
  );
  const instance = await DuckDBInstance.create(path, { memory_limit: "3GB" });
  const connection = await instance.connect();
  await connection.run(text);
  connection.closeSync();
  instance.closeSync();
  await rm(path);
}

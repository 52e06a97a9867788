import { spawnSync } from "node:child_process";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { DuckDBInstance } from "@duckdb/node-api";

import { openContainer } from "../core/bundle/open-container.ts";
import { createSession, openSession, type CaseSession } from "../core/casefile/case-session.ts";
import { compileMapping } from "../core/casefile/compile-mapping.ts";
import { importEvidence } from "../core/casefile/import.ts";
import { SegmentPool } from "../core/casefile/segment-pool.ts";
import { NO_TRUST, sealedLogMeans } from "../core/casefile/trust.ts";
import { identifier, joinSql, renderSql, sql } from "../core/casefile/sql.ts";
import { ocsf } from "../core/sources/ocsf.ts";
import { TEXT_COLUMNS } from "../core/sources/source.ts";
import { readFacets } from "../core/timeline/facets.ts";
import { readHistogram } from "../core/timeline/histogram.ts";
import { ResultSets } from "../core/timeline/result-sets.ts";
import { readRows } from "../core/timeline/rows.ts";
import { verifyBundle } from "../core/verification/verify-bundle.ts";
import { makeDataset, type Dataset } from "./dataset.ts";

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
  /** Of the last import: largest resident memory while it ran, and bytes of the case without its working copies. */
  readonly peakMemoryBytes: number;
  readonly caseBytes: number;
  /** The same memory while the last verification ran; what was measured before has left its own in it. */
  readonly verifyPeakMemoryBytes: number;
}

/** Fresh runs of everything that reads all events, one after the other and interleaved; then queries on the last case. */
export async function measureAll(root: string, events: number, repeats: number): Promise<BenchResult> {
  const data = await makeDataset(root, events);
  const times = new Times();
  let folder = "";
  let peakMemoryBytes = 0;
  let verifyPeakMemoryBytes = 0;
  for (let run = 0; run < repeats; run += 1) {
    await times.take("sha256sum", () => digestBy("sha256sum", data));
    await times.take("openssl dgst -sha256", () => digestBy("openssl dgst -sha256", data));
    await times.take("verify, 1 worker", () => verifyOnce(data, 1));
    verifyPeakMemoryBytes = await peakWhile(() => times.take("verify, 2 workers", () => verifyOnce(data, 2)));
    await times.take("one-statement CTAS", () => createTable(data, join(root, `ctas-${run}.duckdb`)));
    if (folder !== "") await rm(folder, { recursive: true, force: true });
    folder = join(root, `case-${run}.assay`);
    const session = await createSession(folder, OPTIONS);
    const trust = { ...NO_TRUST, logKeys: [data.key.verifier] };
    peakMemoryBytes = await peakWhile(() =>
      times.take("verified import", () => importEvidence(session, data.bundle, { trust })),
    );
    await session.close();
  }
  for (let run = 0; run < QUERY_RUNS; run += 1) {
    await times.take("reopen the case", async () => (await openSession(folder, OPTIONS)).close());
  }
  const session = await openSession(folder, OPTIONS);
  await measureQueries(session, times);
  await session.close();
  const { bytes } = data;
  const caseBytes = await caseBytesOf(folder);
  return { events, bytes, measurements: times.measurements, peakMemoryBytes, verifyPeakMemoryBytes, caseBytes };
}

const OPTIONS = { endorser: null, actorName: "bench", app: { version: "0", build: "bench" } };
const QUERY_RUNS = 9;
const SAMPLE_INTERVAL_MS = 50;

/** The largest resident memory of this process while `work` runs. */
async function peakWhile(work: () => Promise<unknown>): Promise<number> {
  let peak = process.memoryUsage.rss();
  const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_INTERVAL_MS);
  await work();
  clearInterval(sampling);
  return peak;
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

  /** Runs and times work; where it returns a number, that is its processor time in milliseconds. */
  async take<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    const before = process.cpuUsage();
    const started = performance.now();
    const result = await work();
    const list = this.#taken.get(name) ?? { runs: [], cpu: [] };
    list.runs.push(performance.now() - started);
    const { user, system } = process.cpuUsage(before);
    list.cpu.push(typeof result === "number" ? result : (user + system) / 1_000);
    this.#taken.set(name, list);
    return result;
  }

  get measurements(): readonly Measurement[] {
    return [...this.#taken].map(([name, taken]) => ({ name, ...taken }));
  }
}

async function measureQueries({ caseFile }: CaseSession, times: Times): Promise<void> {
  const random = seededPositions();
  const results = new ResultSets(caseFile);
  const ask = async (query: string) => {
    const { resultId } = await results.query({ query, from: null, to: null, logRecords: true, copies: true });
    return results.get(resultId);
  };
  for (let run = 0; run < QUERY_RUNS; run += 1) {
    await results.clear();
    const all = await times.take("query: all events", () => ask(""));
    await times.take("query: one principal", () => ask('principal:"person-77"'));
    await times.take("query: one event id", () => ask('eventId:"nothing-has-this"'));
    await times.take("query: a word in every text", () => ask("stuffing-not-there"));
    await times.take("query: a word in five columns", () => ask(FIVE_COLUMNS));
    await times.take("first page of 200", () => readRows(caseFile, all, 0, 200));
    const start = Math.floor(random() * Math.max(1, all.set.matching - 200));
    await times.take("any page of 200", () => readRows(caseFile, all, start, 200));
    const buckets = { from: null, to: null, buckets: 300 };
    await times.take("histogram, 300 buckets", () => readHistogram(caseFile, all, buckets));
    await times.take("all facets", () => readFacets(caseFile, all));
  }
}

const FIVE_COLUMNS = ["principal", "action", "resource", "userAgent", "address"]
  .map((name) => `${name}:*absent*`)
  .join(" OR ");

/** @returns the processor time of the program alone, milliseconds. */
function digestBy(program: "sha256sum" | "openssl dgst -sha256", { files }: Dataset): number {
  const script = `TIMEFORMAT="%U %S"; time ${program} "$@" > /dev/null`;
  const { status, stderr } = spawnSync("bash", ["-c", script, "bash", ...files], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} failed`);
  return stderr.split(" ").reduce((sum, seconds) => sum + 1_000 * Number(seconds), 0);
}

async function verifyOnce({ bundle, key }: Dataset, workers: number): Promise<void> {
  const container = await openContainer(bundle);
  const pool = new SegmentPool(workers);
  const trust = { ...NO_TRUST, logKeys: [key.verifier] };
  const judgement = await verifyBundle(container, { ...sealedLogMeans(trust), readSegments: pool.read });
  await pool.close();
  await container.close();
  const verdict = judgement?.result.verdict;
  if (verdict !== "verified-with-limits") throw new Error(`the bench bundle should verify with limits, got ${verdict}`);
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

/** Places spread over the result, the same in every bench. */
function seededPositions(): () => number {
  let step = 0;
  return () => {
    step += 1;
    return (step * 0.6180339887) % 1;
  };
}

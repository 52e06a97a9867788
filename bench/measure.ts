import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { DuckDBInstance } from "@duckdb/node-api";

import { openContainer } from "../core/bundle/open-container.ts";
import { platformHash } from "../core/bundle/platform-crypto.ts";
import { createSession, type CaseSession } from "../core/casefile/case-session.ts";
import { compileMapping } from "../core/casefile/compile-mapping.ts";
import { importEvidence } from "../core/casefile/import.ts";
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
}

export interface BenchResult {
  readonly events: number;
  readonly bytes: number;
  readonly measurements: readonly Measurement[];
}

/** Fresh runs of everything that reads all events, one after the other and interleaved; then queries on the last case. */
export async function measureAll(root: string, events: number, repeats: number): Promise<BenchResult> {
  const data = await makeDataset(root, events);
  const bulk = new Map<string, number[]>();
  let session: CaseSession | undefined;
  for (let run = 0; run < repeats; run += 1) {
    await timed(bulk, "openssl dgst -sha256", () => opensslDigest(data));
    await timed(bulk, "verify the bundle", () => verifyOnce(data));
    await timed(bulk, "one-statement CTAS", () => createTable(data, join(root, `ctas-${run}.duckdb`)));
    await session?.close();
    const folder = join(root, `case-${run}.assay`);
    session = await createSession(folder, {
      endorser: null,
      actorName: "bench",
      app: { version: "0", build: "bench" },
    });
    const target = session;
    await timed(bulk, "import into a case", () => importEvidence(target, data.folder));
  }
  const queries = session ? await measureQueries(session) : [];
  await session?.close();
  return { events, bytes: data.bytes, measurements: [...measurementsOf(bulk), ...queries] };
}

async function measureQueries({ caseFile }: CaseSession): Promise<readonly Measurement[]> {
  const times = new Map<string, number[]>();
  const random = seededPositions();
  const results = new ResultSets(caseFile);
  const ask = async (query: string) => {
    const { resultId } = await results.query({ query, from: null, to: null, logRecords: true, copies: true });
    return results.get(resultId);
  };
  for (let run = 0; run < 9; run += 1) {
    await results.clear();
    const all = await timed(times, "query: all events", () => ask(""));
    await timed(times, "query: one principal", () => ask('principal:"svc-web"'));
    await timed(times, "query: a word in every text", () => ask("stuffing-not-there"));
    await timed(times, "first page of 200", () => readRows(caseFile, all, 0, 200));
    const start = Math.floor(random() * Math.max(1, all.set.matching - 200));
    await timed(times, "any page of 200", () => readRows(caseFile, all, start, 200));
    const buckets = { from: null, to: null, buckets: 300 };
    await timed(times, "histogram, 300 buckets", () => readHistogram(caseFile, all, buckets));
    await timed(times, "all facets", () => readFacets(caseFile, all));
    const some = await ask("outcome:denied");
    await timed(times, "all facets of 5 %", () => readFacets(caseFile, some));
  }
  return measurementsOf(times);
}

async function timed<T>(times: Map<string, number[]>, name: string, work: () => T | Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  const list = times.get(name) ?? [];
  list.push(performance.now() - started);
  times.set(name, list);
  return result;
}

function measurementsOf(times: ReadonlyMap<string, readonly number[]>): readonly Measurement[] {
  return [...times].map(([name, runs]) => ({ name, runs }));
}

function opensslDigest({ files }: Dataset): void {
  const { status } = spawnSync("openssl", ["dgst", "-sha256", ...files], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error("openssl dgst failed");
}

async function verifyOnce({ bundle, key }: Dataset): Promise<void> {
  const container = await openContainer(bundle);
  const means = sealedLogMeans({ ...NO_TRUST, logKeys: [key.verifier] });
  const judgement = await verifyBundle(container, means);
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

import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { leafHashOf } from "../../../core/casefile/leaf-hash.ts";
import { exportParquet } from "../../../core/interchange/parquet.ts";
import { unportableSql } from "../../support/portable-sql.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 2);

let bench: CaseBench;
let out: string;
let files: readonly { readonly name: string; readonly rows: number; readonly sha256: string }[];

beforeAll(async () => {
  bench = await caseBench();
  const lines = Array.from({ length: 30 }, (_, index) => {
    const time = index % 10 === 9 ? "" : `"time":${START_MS + (index % 3) * DAY_MS + index},`;
    return `{"class_uid":6003,${time}"activity_id":1,"actor":{"user":{"name":"user-${index % 4}"}},"metadata":{"uid":"e${index}"}}`;
  });
  const path = join(bench.folder, "events.jsonl");
  await writeFile(path, `${lines.join("\n")}\nnot json\n`);
  await importEvidence(bench.session, path, { source: "ocsf" });
  out = join(bench.folder, "parquet");
  files = await exportTo(out);
}, 60_000);
afterAll(() => bench.remove());

async function exportTo(folder: string, batchRows?: number): Promise<typeof files> {
  const order = {
    question: { query: "", from: null, to: null, logRecords: true, copies: true },
    out: folder,
    program: { version: "0", build: "test" },
    exportedAt: "2026-01-02T00:00:00Z",
    signer: null,
    journal: bench.session.custody,
  };
  const result = await exportParquet(bench.session.caseFile, order, batchRows);
  expect(result).toMatchObject({ format: "parquet", rows: 31, undated: 0 });
  return result.files;
}

/** Runs the export's own scripts on DuckDB, and then a query. */
async function ask(query: string, folder = out): Promise<readonly Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run(`SET file_search_path = '${folder}'`);
    for (const name of ["tables-duckdb.sql", "views.sql"])
      await connection.run(await readFile(join(folder, name), "utf8"));
    return (await connection.runAndReadAll(query)).getRowObjectsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test("has a folder for every day, and one for what has no time", async () => {
  expect((await readdir(join(out, "events"))).sort()).toEqual([
    "day=2026-01-02",
    "day=2026-01-03",
    "day=2026-01-04",
    "day=undated",
  ]);
  const days = await ask("SELECT day, SUM(events) AS events FROM event_per_day GROUP BY day ORDER BY day");
  expect(days.map(({ events }) => Number(events))).toEqual([9, 9, 9, 4]);
});

test("holds every event once, and leads each to its bytes", async () => {
  const rows = await ask("SELECT * FROM event ORDER BY seq");
  expect(rows).toHaveLength(31);
  const { caseFile } = bench.session;
  for (const [seq, row] of rows.entries()) {
    const record = await caseFile.readRecord(seq);
    expect(row).toMatchObject({
      seq: BigInt(seq),
      record_index: BigInt(seq),
      exhibit: "X-1",
      file_path: "events.jsonl",
    });
    expect(row["leaf_hash"]).toBe(leafHashOf(record).toString("hex"));
    expect([row["record_length"], row["exhibit_sha256"]]).toEqual([
      BigInt(record.length),
      caseFile.exhibits[0]?.sha256,
    ]);
  }
  expect(rows[4]).toMatchObject({
    time_us: BigInt(START_MS + DAY_MS + 4) * 1_000n,
    principal: "user-0",
    event_id: "e4",
  });
});

test("holds the same events when it is written in many parts, each in order of time", async () => {
  const folder = join(bench.folder, "parts");
  const parts = await exportTo(folder, 7);
  const names = parts.map(({ name }) => name).filter((name) => name.startsWith("events/"));
  expect(new Set(names.map((name) => name.split("/")[2]))).toEqual(
    new Set([0, 1, 2, 3, 4].map((part) => `part_${part}_0.parquet`)),
  );
  expect(await ask("SELECT * FROM event ORDER BY seq", folder)).toEqual(await ask("SELECT * FROM event ORDER BY seq"));
  const times = await ask("SELECT time_us FROM read_parquet('events/day=2026-01-02/part_0_0.parquet')", folder);
  expect(times.map(({ time_us }) => time_us)).toEqual([0, 3, 6].map((row) => BigInt(START_MS + row) * 1_000n));
});

test("states the digest and the rows of every file in its manifest", async () => {
  const manifest = JSON.parse(await readFile(`${out}.manifest.json`, "utf8")) as { files: typeof files };
  expect(manifest.files).toEqual(files);
  expect(files.reduce((sum, { rows }) => sum + rows, 0)).toBe(31);
  for (const { name, sha256 } of files) {
    expect(sha256).toBe(
      createHash("sha256")
        .update(await readFile(join(out, name)))
        .digest("hex"),
    );
  }
});

/** Names that are a word of the language on some engine, and would have to be quoted there. */
const RESERVED = [
  ..."all and as between by case cast cross distinct else end exists false for from full group having in inner".split(
    " ",
  ),
  ..."into is join left like limit natural not null on or order outer right select table then true union using".split(
    " ",
  ),
  ..."values when where with user current_user interval timestamp date key index references grant row rows to".split(
    " ",
  ),
];

test("has views that keep to what Spark, Trino and ClickHouse have in common", async () => {
  const script = await readFile(join(out, "views.sql"), "utf8");
  const columns = (await ask("DESCRIBE event")).map((row) => String(row["column_name"]));
  expect(unportableSql(script, [...columns, "event_file"])).toEqual([]);
  const made = [...script.matchAll(/(?:VIEW|\bAS) ([a-z_]+)/g)].map(([, name]) => name ?? "");
  const names = [...columns, ...made, "event_file"];
  expect(names.filter((name) => RESERVED.includes(name))).toEqual([]);
  expect(script.match(/CREATE VIEW/g)).toHaveLength(4);
  for (const engine of ["spark", "trino", "clickhouse"]) {
    expect(await readFile(join(out, `tables-${engine}.sql`), "utf8")).toContain("not run");
  }
});

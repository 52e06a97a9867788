import { mkdtempSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { EventProofs } from "../../../core/casefile/event-proof.ts";
import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { NO_TRUST } from "../../../core/casefile/trust.ts";
import { testKey } from "../../support/sealed-bundle.ts";
import { entryOf, tileLog, type TileFiles } from "../../support/tile-log.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

const TRUST = { ...NO_TRUST, logKeys: [testKey().verifier] };

let bench: CaseBench;
let folder: string;
beforeEach(async () => {
  bench = await caseBench();
  folder = mkdtempSync(join(tmpdir(), "assay-tiles-"));
});
afterEach(async () => {
  await bench.remove();
  await rm(folder, { recursive: true, force: true });
});

async function written(files: TileFiles): Promise<string> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

test("imports a tiled log: every entry is a record, and its row is its index", async () => {
  const result = await importEvidence(bench.session, await written(tileLog(testKey(), 600)), { trust: TRUST });
  expect(result).toMatchObject({ records: 600, events: 600, problems: [], verdict: "verified-with-limits" });
  const { caseFile } = bench.session;
  for (const seq of [0, 255, 256, 599]) {
    expect(Buffer.from(await caseFile.readRecord(seq)).toString()).toBe(entryOf(seq).toString());
  }
  const proof = await new EventProofs(caseFile).prove(300);
  expect(proof).toMatchObject({ kind: "inclusion", leafIndex: 300, treeSize: 600 });
});

test("keeps entries that are no JSON as rows with a problem", async () => {
  const files = tileLog(testKey(), 4, (index) =>
    index === 1 ? Buffer.of(0xff, 0x0a, 0x00) : index === 2 ? Buffer.alloc(0) : entryOf(index),
  );
  const result = await importEvidence(bench.session, await written(files), { trust: TRUST });
  expect(result).toMatchObject({ records: 4, events: 4, verdict: "verified-with-limits" });
  expect(result.problems.map(({ line }) => line)).toEqual([2, 3]);
  expect(Buffer.from(await bench.session.caseFile.readRecord(1))).toEqual(Buffer.of(0xff, 0x0a, 0x00));
});

test("imports a log that holds no JSON at all", async () => {
  const files = tileLog(testKey(), 2, (index) => Buffer.of(index, 1, 2));
  const result = await importEvidence(bench.session, await written(files), { trust: TRUST });
  expect(result).toMatchObject({ records: 2, verdict: "verified-with-limits" });
  expect(result.problems).toHaveLength(2);
});

test("marks the altered entry and no other", async () => {
  const files = tileLog(testKey(), 600);
  const path = "tile/entries/002.p/88";
  const changed = Buffer.from(files.get(path) ?? Buffer.alloc(0));
  changed[20] = 0x58;
  files.set(path, changed);
  const result = await importEvidence(bench.session, await written(files), { trust: TRUST });
  expect(result.verdict).toBe("altered");
  const rows = await bench.session.caseFile.query(sql`SELECT seq FROM timeline_event WHERE verdict = 'altered'`);
  expect(rows.map((row) => Number(row["seq"]))).toEqual([512]);
});

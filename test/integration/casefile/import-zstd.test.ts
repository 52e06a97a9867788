import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterEach, beforeEach, expect, test } from "vitest";

import { DEFAULT_LIMITS } from "../../../core/bundle/container.ts";
import { openContainer } from "../../../core/bundle/open-container.ts";
import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { NO_TRUST } from "../../../core/casefile/trust.ts";
import { verifyContainer } from "../../../core/casefile/verify-evidence.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

const text = (user: string): string => `{"time":"2026-01-02T03:04:05Z","user":"${user}","action":"read"}\n`;

/** One raw block that states its length (RFC 8878 §3.1.1). */
function zstd(content: string): Buffer {
  const data = Buffer.from(content);
  const header = Buffer.alloc(3);
  header.writeUIntLE((data.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from("28b52ffd20", "hex"), Buffer.of(data.length), header, data]);
}

let bench: CaseBench;
beforeEach(async () => {
  bench = await caseBench();
});
afterEach(() => bench.remove());

async function principals(): Promise<readonly unknown[]> {
  const rows = await bench.session.caseFile.query(sql`SELECT principal FROM event ORDER BY seq`);
  return rows.map((row) => row["principal"]);
}

test("imports zstd files alone, in folders and in archives, and says what follows their frame", async () => {
  const alone = join(bench.folder, "alone.jsonl.zst");
  await writeFile(alone, zstd(text("alice")));
  expect(await importEvidence(bench.session, alone)).toMatchObject({ records: 1, notes: [] });
  const folder = join(bench.folder, "logs");
  await mkdir(folder);
  await writeFile(join(folder, "a.zst"), Buffer.concat([zstd(text("bob")), zstd(text("hidden"))]));
  await writeFile(join(folder, "b.json.gz"), gzipSync(text("carol")));
  expect(await importEvidence(bench.session, folder)).toMatchObject({
    records: 2,
    notes: [{ code: "zstd-trailing-data", count: 1 }],
  });
  await writeFile(join(bench.folder, "c.zst"), zstd(text("dave")));
  const tar = join(bench.folder, "logs.tar");
  expect(spawnSync("tar", ["-cf", tar, "-C", bench.folder, "c.zst"]).status).toBe(0);
  expect(await importEvidence(bench.session, tar)).toMatchObject({ records: 1 });
  expect(await principals()).toEqual(["alice", "bob", "carol", "dave"]);
  const container = await openContainer(tar);
  expect((await verifyContainer(container, NO_TRUST, {})).counts).toMatchObject({ records: 1, segments: 1 });
  await container.close();
});

test("a raised limit holds for files packed inside the evidence, too", async () => {
  const folder = join(bench.folder, "wide");
  await mkdir(folder);
  const wide = text("x".repeat(600)).repeat(4_000);
  await writeFile(join(folder, "wide.json.gz"), gzipSync(wide, { level: 9 }));
  const limits = { ...DEFAULT_LIMITS, maxRatio: 100 };
  await expect(importEvidence(bench.session, folder, { limits })).rejects.toMatchObject({ code: "expansion-ratio" });
  const raised = { ...DEFAULT_LIMITS, maxRatio: 2_000 };
  expect(await importEvidence(bench.session, folder, { limits: raised })).toMatchObject({ records: 4_000 });
});

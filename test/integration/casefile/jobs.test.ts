import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type CaseFile } from "../../../core/casefile/case-file.ts";
import { createCase } from "../../../core/casefile/open-case.ts";
import { sql } from "../../../core/casefile/sql.ts";

/** Takes minutes unless it is stopped. */
const ENDLESS = sql`SELECT count(*) AS rows FROM range(10_000_000) a, range(10_000_000) b WHERE a.range + b.range = 1`;

let folder: string;
let caseFile: CaseFile;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-jobs-"));
  caseFile = await createCase(join(folder, "t.assay"));
});
afterEach(async () => {
  await caseFile.close();
  await rm(folder, { recursive: true });
});

test("a question is answered while a job runs, and both see the tables in memory", async () => {
  const stop = new AbortController();
  await caseFile.jobs.run(sql`CREATE TABLE scratch.numbers AS SELECT 7 AS number`);
  const job = expect(caseFile.jobs.query(ENDLESS, { signal: stop.signal })).rejects.toMatchObject({
    code: "cancelled",
  });
  expect(await caseFile.query(sql`SELECT number FROM scratch.numbers`)).toEqual([{ number: 7 }]);
  stop.abort();
  await job;
});

test("closing the case ends the jobs that run and wait", async () => {
  const cancelled = [1, 2].map(() => expect(caseFile.jobs.query(ENDLESS)).rejects.toMatchObject({ code: "cancelled" }));
  await caseFile.close();
  await Promise.all(cancelled);
});

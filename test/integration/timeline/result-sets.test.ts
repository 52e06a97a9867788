import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { type CaseFile } from "../../../core/casefile/case-file.ts";
import { integerOf } from "../../../core/casefile/row.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { Problem } from "../../../core/model/problem.ts";
import { ResultSets } from "../../../core/timeline/result-sets.ts";
import { EVENTS } from "../../support/query-oracle.ts";
import { caseWithEvents } from "../../support/timeline-case.ts";

let folder: string;
let caseFile: CaseFile;
let results: ResultSets;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-timeline-"));
  caseFile = await caseWithEvents(join(folder, "t.assay"), EVENTS);
  results = new ResultSets(caseFile);
});

afterAll(async () => {
  await caseFile.close();
  await rm(folder, { recursive: true });
});

test("results tell how many events there are, match and have no time", async () => {
  const set = await results.query({ query: "kind:event", from: null, to: null, logRecords: true, copies: true });
  const dated = EVENTS.filter(({ kind, time }) => kind === "event" && time !== null);
  expect(set).toMatchObject({ total: 240, matching: 234, undated: 234 - dated.length });
  const times = dated.flatMap(({ time }) => (time === null ? [] : [time])).sort((a, b) => (a < b ? -1 : 1));
  expect([set.first, set.last]).toEqual([times.at(0), times.at(-1)]);
});

test("two spellings of a query share one result", async () => {
  const ask = (query: string) => results.query({ query, from: null, to: null, logRecords: true, copies: true });
  expect(await ask("action:x (principal:y)")).toBe(await ask("Action:x AND Principal:y"));
});

test("only the latest are kept, and a dropped one says so", async () => {
  const first = await results.query({ query: "seq:1", from: null, to: null, logRecords: true, copies: true });
  for (let other = 2; other < 9; other += 1)
    await results.query({ query: `seq:${other}`, from: null, to: null, logRecords: true, copies: true });
  expect(() => results.get(first.resultId)).toThrow(expect.objectContaining({ code: "result-gone" }));
  const [row] = await caseFile.query(
    sql`SELECT count(*) AS kept FROM duckdb_tables() WHERE table_name LIKE 'timeline_result%'`,
  );
  expect(row && integerOf(row, "kept")).toBe(6);
});

test("a cancelled query leaves nothing behind", async () => {
  const stop = AbortSignal.abort();
  const asked = results.query({ query: "seq:777", from: null, to: null, logRecords: true, copies: true }, stop);
  await expect(asked).rejects.toThrow(Problem);
  await expect(asked).rejects.toMatchObject({ code: "cancelled" });
  const next = await results.query({ query: "seq:77", from: null, to: null, logRecords: true, copies: true });
  expect(next.matching).toBe(1);
});

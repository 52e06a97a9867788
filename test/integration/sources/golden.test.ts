import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { assertRowsOfRecords } from "../../../core/casefile/rows-of-records.ts";
import { identifier, joinSql, sql } from "../../../core/casefile/sql.ts";
import { TEXT_COLUMNS } from "../../../core/sources/source.ts";
import { hasShared, listShared, sharedPath } from "../../support/shared.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

/** Real events, one file a service: read where they lie, and never copied in. */
const EVENTS = "data/events";
const FILES = listShared(EVENTS).filter((name) => name.endsWith(".jsonl"));
const COLUMNS = ["time", "time_recorded", "recorded_at", "outcome", ...TEXT_COLUMNS];

let bench: CaseBench;
beforeAll(async () => {
  bench = await caseBench();
});
afterAll(() => bench.remove());

/** How many rows of each source an import gave, and how many of them hold a value in each column. */
async function summary(file: string): Promise<Record<string, unknown>> {
  const { caseFile } = bench.session;
  const first = caseFile.events;
  const result = await importEvidence(bench.session, sharedPath(join(EVENTS, file)));
  const seqs = Array.from({ length: result.records }, (_, position) => first + position);
  await assertRowsOfRecords(caseFile, seqs);
  const counts = COLUMNS.map((column) => sql`count(${identifier(column)})::INTEGER AS ${identifier(column)}`);
  const rows = await caseFile.query(sql`SELECT source, count(*)::INTEGER AS rows, ${joinSql(counts, sql`, `)}
    FROM event WHERE seq >= ${first} GROUP BY source ORDER BY source`);
  return {
    source: result.source.name,
    records: result.records,
    problems: result.problems.map(({ code, line }) => `${code} in line ${line}`),
    rows: rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== 0))),
  };
}

describe.skipIf(!hasShared(EVENTS))("real events", () => {
  test.each(FILES)("%s gives the rows that it always gave, and gives them again", async (file) => {
    const found = await summary(file);
    expect(["jsonl", "csv"]).not.toContain(found["source"]);
    expect(JSON.stringify(found)).not.toContain("unmapped");
    await expect(`${JSON.stringify(found, null, 2)}\n`).toMatchFileSnapshot(join("golden", `${file}.json`));
  });
});

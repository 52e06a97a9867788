import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { type ImportResult } from "../../../core/model/exhibit.ts";
import { readEventDetail } from "../../../core/timeline/event-detail.ts";
import { ResultSets } from "../../../core/timeline/result-sets.ts";
import { readRows } from "../../../core/timeline/rows.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

const SAMPLES = join(import.meta.dirname, "../../../samples");
const STORY = await readFile(join(SAMPLES, "README.md"), "utf8");
/** The table of queries: a query in backquotes and its count. */
const QUERIES = [...STORY.matchAll(/^\| `([^`]+)` +\| +(\d+) \|$/gm)].map(
  ([, query = "", count = ""]) => [query, Number(count)] as const,
);

let bench: CaseBench;
let imported: ImportResult;
let results: ResultSets;

beforeAll(async () => {
  bench = await caseBench("sample.assay");
  imported = await importEvidence(bench.session, join(SAMPLES, "bundles/marrowbridge-audit.zip"));
  results = new ResultSets(bench.session.caseFile);
}, 120_000);

afterAll(async () => {
  await bench.remove();
});

async function rowsOf(query: string, count = 5) {
  const { resultId } = await results.query({ query, from: null, to: null, logRecords: true, copies: true });
  return readRows(bench.session.caseFile, results.get(resultId), 0, count);
}

describe("the sample", () => {
  test("is imported whole and without problems", () => {
    expect(imported).toMatchObject({ records: 49_166, events: 49_166, undated: 0, problems: [] });
    expect(imported.source.name).toBe("ocsf");
    expect(STORY).toContain("49,142 events in 12 segments, and 24 records of the log");
  });

  test("has a story with queries", () => {
    expect(QUERIES.length).toBeGreaterThan(10);
  });

  test.each(QUERIES)("%s", async (query, count) => {
    const set = await results.query({ query, from: null, to: null, logRecords: true, copies: true });
    expect(set.matching).toBe(count);
  });

  test("shows the changed audit settings as what the record says", async () => {
    const [row] = await rowsOf("action:audit.settings.update");
    const detail = await readEventDetail(bench.session.caseFile, row?.seq ?? -1);
    expect(detail.sentence.map(({ text }) => text).join("")).toBe(
      "At recorded time 2026-09-15T02:52:30.275Z, the log attributes audit.settings.update on audit-settings to " +
        "svc-reports with credential key-reports-93d1, from 203.0.113.88; recorded outcome: success.",
    );
    expect(detail.fields).toContainEqual({ name: "entity_result.data.bulk_read_alert", value: "false" });
    expect(detail.rawByteLength).toBe(row?.length);
    expect(JSON.parse(detail.raw)).toMatchObject({ class_uid: 3004 });
    expect(detail.copies).toBe(0);
  });

  test("gives every row the place of its record in the evidence", async () => {
    const { caseFile } = bench.session;
    for (const row of await rowsOf("address:203.0.113.88", 50)) {
      const record = await caseFile.readRecord(row.seq);
      expect(record.length).toBe(row.length);
      expect(Buffer.from(record).toString("utf8")).toContain(`"uid":"${row.eventId}"`);
    }
  });
});

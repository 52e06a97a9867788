import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { formatInstant, instant } from "../../../core/model/time.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

const INVICTUS = resolve(import.meta.dirname, "../../../../shared/data/cloudtrail-invictus");

let bench: CaseBench;
beforeEach(async () => {
  bench = await caseBench();
});
afterEach(() => bench.remove());

describe.skipIf(!existsSync(INVICTUS))("the real CloudTrail set (skipped where ../shared/data is not at hand)", () => {
  test("gives one dated row per record and cannot be verified for want of digests", async () => {
    const result = await importEvidence(bench.session, INVICTUS);
    expect(result).toMatchObject({
      exhibit: "X-1",
      source: { name: "cloudtrail", score: 1 },
      records: 2900,
      events: 2900,
      undated: 0,
      problems: [],
      verdict: "not-verifiable",
    });
    const [span] = await bench.session.caseFile.query(
      sql`SELECT count(*) AS n, min(time) AS first, max(time) AS last FROM timeline_event WHERE verdict = 'not-verifiable'`,
    );
    expect(span?.["n"]).toBe(2900n);
    expect(formatInstant(instant(span?.["first"] as bigint)).slice(0, 16)).toBe("2023-07-10T11:42");
    expect(formatInstant(instant(span?.["last"] as bigint)).slice(0, 16)).toBe("2023-07-10T12:37");
    expect(bench.session.caseFile.exhibits[0]?.verification.findings[0]?.code).toBe("no-digests");
  });

  test("leads from every row back to the very bytes of its record", async () => {
    await importEvidence(bench.session, INVICTUS);
    const { caseFile } = bench.session;
    const rows = await caseFile.query(sql`SELECT seq, event_id, file_path FROM timeline_event ORDER BY seq`);
    for (const row of rows) {
      const record: unknown = JSON.parse(Buffer.from(await caseFile.readRecord(Number(row["seq"]))).toString());
      expect(record).toHaveProperty("eventID", row["event_id"]);
    }
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type CaseFile } from "../../../core/casefile/case-file.ts";
import { integerOf } from "../../../core/casefile/row.ts";
import { renderSql, sql } from "../../../core/casefile/sql.ts";
import { QUERY_FIELDS } from "../../../core/timeline/fields.ts";
import { parseQuery } from "../../../core/timeline/query-parse.ts";
import { querySql } from "../../../core/timeline/query-sql.ts";
import { ResultSets } from "../../../core/timeline/result-sets.ts";
import { anyQuery, EVENTS, inOrder, matches, SECOND, START } from "../../support/query-oracle.ts";
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

/** Every matching seq in the order of the result. */
async function seqsOf(
  query: string,
  more: { from?: bigint; to?: bigint; logRecords?: boolean; copies?: boolean } = {},
): Promise<number[]> {
  const { resultId } = await results.query({
    query,
    from: more.from ?? null,
    to: more.to ?? null,
    logRecords: more.logRecords ?? true,
    copies: more.copies ?? true,
  });
  const { table } = results.get(resultId);
  const rows = await caseFile.query(sql`SELECT seq, position FROM ${table} ORDER BY position`);
  rows.forEach((row, index) => expect(integerOf(row, "position")).toBe(index));
  return rows.map((row) => integerOf(row, "seq"));
}

describe("queries", () => {
  test(
    "every query finds exactly what its meaning says, in order of time and then of evidence",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(anyQuery, async (query) => {
          const rows = await caseFile.query(
            sql`SELECT seq FROM timeline_event WHERE ${querySql(query)} ORDER BY time NULLS LAST, seq`,
          );
          const expected = EVENTS.flatMap((event, seq) => (matches(query, event, seq) ? [seq] : [])).sort(inOrder);
          expect(rows.map((row) => integerOf(row, "seq"))).toEqual(expected);
        }),
        { numRuns: 300 },
      );
    },
  );

  test.each([
    ["principal:ada", 70],
    ['principal:"ada"', 35],
    ['principal:""', 68],
    ["-principal:*", 68],
    ["NOT action:keys.*", 96],
    ["verdict:altered", 4],
    ["kind:log", 6],
    ["seq:0..9", 10],
    ["exhibit:X-1 file:log.jsonl", 240],
    ["address:192.0.2.0/30", 60],
    ["address:2001:db8::/33", 60],
    ['action:~"^keys\\\\.(create|delete)$"', 96],
    ['~"^svc-"', 34],
  ])("%s", async (query, count) => {
    const expected = EVENTS.filter((event, seq) => matches(parseQuery(query), event, seq)).length;
    expect(expected).toBe(count);
    expect(await seqsOf(query)).toHaveLength(expected);
  });

  test("every field can be asked for on the real schema", async () => {
    for (const field of QUERY_FIELDS) {
      const value =
        field.kind === "time"
          ? "2026-09-14"
          : field.kind === "number"
            ? "1"
            : field.kind === "verdict"
              ? "altered"
              : field.kind === "mark"
                ? "keep"
                : "x*";
      const query = `${field.name}:${value} OR ${field.name}:* OR ${field.name}:""`;
      await expect(
        caseFile.query(sql`EXPLAIN SELECT seq FROM timeline_event WHERE ${querySql(parseQuery(query))}`),
      ).resolves.toHaveLength(1);
    }
  });

  test("what a person typed is bound and never becomes SQL", () => {
    const { text, values } = renderSql(querySql(parseQuery(`action:"'; DROP TABLE event; --" principal:a%_*b*`)));
    expect(text).toBe(String.raw`("action" = $1) AND (lower("principal") LIKE lower($2) ESCAPE '\')`);
    expect(values).toEqual(["'; DROP TABLE event; --", String.raw`a\%\_%b%`]);
  });

  test("bounds include their start and not their end, and leave out what has no time", async () => {
    const from = START + 100n * SECOND;
    const to = START + 200n * SECOND;
    const expected = EVENTS.flatMap(({ time }, seq) => (time !== null && time >= from && time < to ? [seq] : []));
    expect(await seqsOf("", { from, to })).toEqual(expected.sort(inOrder));
    expect(await seqsOf("", { from: -(2n ** 90n), to: 2n ** 90n })).toHaveLength(
      EVENTS.filter(({ time }) => time !== null).length,
    );
  });

  test("records of the log about itself can be left out", async () => {
    expect(await seqsOf("", { logRecords: false })).toHaveLength(234);
  });
});

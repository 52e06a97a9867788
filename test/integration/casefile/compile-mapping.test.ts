import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type CaseFile } from "../../../core/casefile/case-file.ts";
import { createCase } from "../../../core/casefile/open-case.ts";
import { compileMapping } from "../../../core/casefile/compile-mapping.ts";
import { joinSql, renderSql, sql, type Sql } from "../../../core/casefile/sql.ts";
import { SOURCES } from "../../../core/sources/registry.ts";
import { TEXT_COLUMNS, type Mapping } from "../../../core/sources/source.ts";

/** One rule of every kind. */
const MAPPING: Mapping = {
  time: { from: [["when"]], formats: ["rfc3339", "epoch-ms"] },
  texts: {
    principal: [{ path: ["user", "name"] }, { path: ["user's id"] }],
    action: [{ path: ["op"], startsWith: "do:" }],
    resource: [{ path: ["targets", 0, "id"] }],
  },
  outcomes: [
    { path: ["status"], oneOf: ["ok", "it's ok"], outcome: "success" },
    { path: ["error"], outcome: "failure" },
  ],
};

let folder: string;
let caseFile: CaseFile;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-mapping-"));
  caseFile = await createCase(join(folder, "a.assay"));
});
afterAll(async () => {
  await caseFile.close();
  await rm(folder, { recursive: true, force: true });
});

/** The statement that a mapping makes, over a file in the only folder that SQL may read. */
function statement(mapping: Mapping): Sql {
  const compiled = compileMapping(mapping);
  const texts = TEXT_COLUMNS.map((column) => compiled.texts[column]);
  return sql`SELECT ${compiled.time} AS time, ${compiled.timeRecorded} AS time_recorded, ${compiled.outcome} AS outcome,
      ${compiled.texts.principal} AS principal, ${compiled.texts.action} AS action, ${compiled.texts.resource} AS resource,
      ${compiled.isEmpty} AS is_empty, ${compiled.logMember} AS log_member, ${compiled.recordedAt} AS recorded_at,
      [${joinSql(texts, sql`, `)}] AS texts
    FROM ${compiled.from([join(caseFile.folder.evidence, "records.jsonl")])}`;
}

describe("a compiled mapping", () => {
  test("reads texts, objects of texts, and what holds an array as JSON", () => {
    expect(renderSql(compileMapping(MAPPING).from(["a*.jsonl"])).text).toContain(
      `read_json(['a[*].jsonl'], format = 'newline_delimited', auto_detect = false, records = 'true', columns = {'_log': 'VARCHAR', 'when': 'VARCHAR', 'user': 'STRUCT("name" VARCHAR)', 'user''s id': 'VARCHAR', ` +
        `'op': 'VARCHAR', 'targets': 'JSON', 'status': 'VARCHAR', 'error': 'VARCHAR'}`,
    );
  });

  test("takes the first value that is no empty text, and binds nothing", () => {
    const { texts, outcome, isEmpty } = compileMapping(MAPPING);
    expect(renderSql(texts.principal)).toEqual({
      text: `coalesce(nullif("user"."name", ''), nullif("user's id", ''))`,
      values: [],
    });
    expect(renderSql(texts.action).text).toBe(
      `CASE WHEN starts_with(nullif("op", ''), 'do:') THEN nullif("op", '') END`,
    );
    expect(renderSql(outcome).text).toBe(
      `CASE WHEN list_contains(['ok', 'it''s ok'], nullif("status", '')) THEN 'success' ` +
        `WHEN nullif("error", '') IS NOT NULL THEN 'failure' END`,
    );
    expect(renderSql(isEmpty).text).toContain(`"user's id" IS NULL AND`);
  });

  test("gives the values that its rules say", async () => {
    const records = [
      {
        when: "2026-01-02T03:04:05.000000001Z",
        user: { name: "a" },
        op: "do:x",
        targets: [{ id: "t" }],
        status: "it's ok",
      },
      { when: 1_767_323_045_000, user: { name: "" }, "user's id": "b", op: "x", targets: [], error: "no" },
      { when: "1800-01-01T00:00:00Z", user: "text", targets: "text" },
      { other: 1 },
    ];
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    await writeFile(join(caseFile.folder.evidence, "records.jsonl"), lines);
    expect(await caseFile.query(statement(MAPPING))).toMatchObject([
      { time: 1_767_323_045_000_000_001n, principal: "a", action: "do:x", resource: "t", outcome: "success" },
      { time: 1_767_323_045_000_000_000n, principal: "b", action: null, resource: null, outcome: "failure" },
      { time: null, time_recorded: "1800-01-01T00:00:00Z", principal: null, outcome: null, is_empty: false },
      { time: null, time_recorded: null, is_empty: true },
    ]);
  });

  test.each([
    ["epoch-s", "1767323045", 1_767_323_045_000_000_000n],
    ["epoch-s", "1767323045.000000001", 1_767_323_045_000_000_001n],
    ["epoch-s", "631152000", 631_152_000_000_000_000n],
    ["epoch-s", "631151999.999999999", null],
    ["epoch-s", "4102444799.999999999", 4_102_444_799_999_999_999n],
    ["epoch-s", "4102444800", null],
    ["epoch-s", "-1767323045", null],
    ["epoch-s", "1767323045.", null],
    ["epoch-s", "9999999999999999999", null],
    ["epoch-s", "17673230450000000000000", null],
    ["epoch-ms", "1767323045000.5", 1_767_323_045_000_500_000n],
    ["epoch-us", "1767323045000001.25", 1_767_323_045_000_001_250n],
    ["epoch-ns", "1767323045000000001", 1_767_323_045_000_000_001n],
    ["epoch-ns", "1767323045000000001.9", 1_767_323_045_000_000_001n],
    ["epoch-ns", "4102444800000000000", null],
  ] as const)("reads %s %s to the nanosecond, in the range alone", async (format, recorded, time) => {
    await writeFile(join(caseFile.folder.evidence, "records.jsonl"), `{"when":${JSON.stringify(recorded)}}\n`);
    const mapping: Mapping = { ...MAPPING, time: { from: [["when"]], formats: [format] } };
    expect(await caseFile.query(statement(mapping))).toMatchObject([{ time, time_recorded: recorded }]);
  });

  test.each(SOURCES.map((source) => [source.name, source.mapping] as const))(
    "of the source %s fits the table of events",
    async (_, mapping) => {
      await writeFile(join(caseFile.folder.evidence, "records.jsonl"), "{}\n");
      const { values, text } = renderSql(statement(mapping));
      expect(values).toEqual([]);
      expect(text).not.toContain("$1");
      const compiled = compileMapping(mapping);
      const columns = TEXT_COLUMNS.map((column) => sql`CAST(${compiled.texts[column]} AS VARCHAR)`);
      const plan = await caseFile.query(sql`EXPLAIN INSERT INTO event BY NAME SELECT 0 AS seq, 1 AS exhibit, 0 AS file,
          'event' AS kind, '' AS source, ${compiled.time} AS time, ${compiled.outcome} AS outcome,
          ${joinSql(columns, sql` || `)} AS principal
        FROM ${compiled.from([join(caseFile.folder.evidence, "records.jsonl")])}`);
      expect(JSON.stringify(plan)).toContain("INSERT");
    },
  );

  test("tells members whose names differ in case only", async () => {
    const texts = {
      principal: [{ path: ["user"] }, { path: ["User", "name"] }],
      address: [{ path: ["client", "ip"] }, { path: ["client", "IP"] }],
    };
    const lines = [
      { user: "a", client: { ip: "1" }, when: "2026-01-02T03:04:05Z" },
      { User: { name: "b" }, client: { IP: "2" } },
      { user: {}, User: "c" },
      { other: 1 },
    ];
    const text = `${lines.map((line) => JSON.stringify(line)).join("\n")}\n{"user":"no\n`;
    await writeFile(join(caseFile.folder.evidence, "records.jsonl"), text);
    expect(await caseFile.query(statement({ ...MAPPING, texts }))).toMatchObject([
      {
        principal: "a",
        time: 1_767_323_045_000_000_000n,
        texts: expect.arrayContaining(["1"]) as unknown,
        is_empty: false,
      },
      { principal: "b", time: null, texts: expect.arrayContaining(["2"]) as unknown, is_empty: false },
      { principal: null, is_empty: false },
      { principal: null, is_empty: true },
      { principal: null, is_empty: true },
    ]);
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type CaseFile } from "../../../core/casefile/case-file.ts";
import { runSql } from "../../../core/timeline/sql-mode.ts";
import { caseWithEvents } from "../../support/timeline-case.ts";

const EVENT = { kind: "event", outcome: null, address: null, resource: null, verdict: null };
let folder: string;
let caseFile: CaseFile;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-sql-"));
  caseFile = await caseWithEvents(join(folder, "t.assay"), [
    { ...EVENT, time: 5n, principal: "ada", action: "a" },
    { ...EVENT, time: 2n ** 60n, principal: "bo", action: "b" },
    { ...EVENT, time: null, principal: "ada", action: "a" },
  ]);
});
afterAll(async () => {
  await caseFile.close();
  await rm(folder, { recursive: true });
});

describe("SQL of a person", () => {
  test.each([
    [
      "SELECT principal, count(*) AS n FROM timeline_event GROUP BY ALL ORDER BY n DESC",
      [
        ["ada", 2],
        ["bo", 1],
      ],
    ],
    ["WITH a AS (SELECT seq, time FROM timeline_event) SELECT max(time) FROM a;", [["1152921504606846976"]]],
    ["SELECT list(seq ORDER BY seq) FROM timeline_event -- all", [["[0,1,2]"]]],
    ["SELECT x FROM unnest([1, 2]) t(x) WHERE x NOT IN (SELECT seq FROM timeline_event WHERE seq = 1)", [[2]]],
    ["SELECT upper(action) || '!' FROM timeline_event WHERE time BETWEEN 1 AND 9", [["A!"]]],
    ["FROM activity", []],
  ])("%s", async (text, rows) => {
    expect((await runSql(caseFile, text)).rows).toEqual(rows);
  });

  test.each([
    "SELECT original_path FROM exhibit",
    "SELECT * FROM main.timeline_event",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM duckdb_settings()",
    "SELECT getenv('HOME')",
    "SELECT current_setting('temp_directory')",
    "SELECT (SELECT count(*) FROM evidence_file)",
    "SELECT * FROM timeline_event e, LATERAL (SELECT * FROM exhibit) x",
    "WITH exhibit AS (SELECT 1), b AS (WITH c AS (SELECT 1) SELECT * FROM c) SELECT * FROM exhibit",
    "SELECT seq FROM timeline_event UNION ALL SELECT id FROM exhibit",
    "SELECT 1; SELECT 2",
    "INSERT INTO triage_mark VALUES (1, 1, 'keep')",
    "COPY timeline_event TO 'evidence/x.csv'",
    "ATTACH ':memory:' AS other",
    "PRAGMA database_list",
    "SET threads = 1",
    "SHOW TABLES",
    "DESCRIBE exhibit",
    "SELECT * FROM query('SELECT * FROM exhibit')",
    "SELECT * FROM query_table(['exhibit'])",
    "SELECT nextval('s')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_json_auto('evidence/x.json')",
    "SELECT list_transform(['HOME'], name -> getenv(name))",
    "SELECT seq FROM timeline_event WHERE seq IN (SELECT count(*) FROM duckdb_tables())",
    "SELECT * FROM timeline_event JOIN 'evidence/x.parquet' ON TRUE",
    "SUMMARIZE exhibit",
    "EXPLAIN ANALYZE INSERT INTO meta VALUES ('x', 1)",
    "EXPORT DATABASE 'evidence'",
    "INSTALL httpfs; LOAD httpfs",
    "PREPARE p AS SELECT * FROM exhibit",
    "CREATE MACRO peek() AS TABLE SELECT * FROM exhibit",
    "CALL pragma_version()",
    "CHECKPOINT",
    "BEGIN; SELECT 1",
    "SELECT 1 /* one */; /* two */ DROP TABLE event",
    "SELECT 1 --\n; ATTACH 'x.db'",
    "pragma database_list",
    "Install httpfs",
    "DETACH assay",
    "USE memory",
    "RESET threads",
    "VACUUM",
    "UPDATE event SET seq = 1",
    "DELETE FROM event",
    "CREATE TABLE x AS SELECT 1",
    "WITH gone AS (DELETE FROM event RETURNING seq) SELECT * FROM gone",
    "WITH put AS (INSERT INTO meta VALUES ('x', 1) RETURNING *) SELECT * FROM put",
    "WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM exhibit, a) SELECT * FROM a",
    "WITH timeline_event AS (SELECT * FROM exhibit) SELECT * FROM timeline_event",
    "WITH glob AS (SELECT 1) SELECT * FROM glob('/etc/*')",
    "SELECT * FROM parquet_scan('x')",
    "SELECT * FROM parquet_metadata('x')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_ndjson('/etc/passwd')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM sqlite_scan('x', 'y')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM pragma_table_info('exhibit')",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM sqlite_master",
    "FROM '/etc/passwd' SELECT *",
    'SELECT * FROM "/etc/passwd"',
    "SELECT * FROM system.main.duckdb_tables()",
    "SELECT system.main.getenv('HOME')",
    "SELECT GetEnv('HOME')",
    "SELECT \"getenv\"('HOME')",
    "SELECT seq FROM timeline_event ORDER BY getenv('HOME')",
    "SELECT seq FROM timeline_event GROUP BY seq HAVING getenv('HOME') = ''",
    "SELECT sum(seq) OVER (ORDER BY getenv('HOME')) FROM timeline_event",
    "SELECT seq FROM timeline_event LIMIT (SELECT count(*) FROM exhibit)",
    "SELECT CASE WHEN EXISTS (FROM exhibit) THEN 1 END",
    "SELECT * FROM timeline_event, (VALUES (getenv('HOME'))) v",
    "SELECT * FROM (PIVOT exhibit ON id USING count(*))",
    "PIVOT exhibit ON id USING count(*)",
    "SELECT COLUMNS(x -> getenv(x) = '') FROM timeline_event",
    "SELECT * REPLACE (getenv('HOME') AS seq) FROM timeline_event",
    "SELECT write_log('x')",
    "SELECT txid_current()",
    "VALUES (getenv('HOME'))",
    "not SQL at all",
    "",
  ])("is refused before it runs: %s", async (text) => {
    await expect(runSql(caseFile, text)).rejects.toMatchObject({ code: "sql-refused", exitCode: 64 });
  });

  test("that names what is not there says what DuckDB says", async () => {
    await expect(runSql(caseFile, "SELECT nope FROM timeline_event")).rejects.toMatchObject({ code: "sql-failed" });
  });

  test("says that there are more rows than are given", async () => {
    const { rows, cut } = await runSql(caseFile, "SELECT * FROM range(10001)");
    expect([rows.length, cut]).toEqual([10_000, true]);
  });

  test("stops when nobody waits for it any more", async () => {
    const stop = new AbortController();
    const asked = runSql(caseFile, "SELECT count(*) FROM range(100000000) a, range(1000) b", stop.signal);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: "cancelled" });
  });

  test("cannot write even if a statement passed the lists", async () => {
    const { sql } = await import("../../../core/casefile/sql.ts");
    const written = caseFile.readOnly((session) => session.run(sql`INSERT INTO meta VALUES ('x', 1)`));
    await expect(written).rejects.toThrow("read-only");
  });
});

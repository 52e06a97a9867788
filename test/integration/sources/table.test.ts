import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { withRecordFields } from "../../../core/casefile/record-fields.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

let bench: CaseBench;
beforeAll(async () => {
  bench = await caseBench();
});
afterAll(() => bench.remove());

async function imported(name: string, text: string | Buffer) {
  const { caseFile } = bench.session;
  const first = caseFile.events;
  const path = join(bench.folder, name);
  await writeFile(path, text);
  const result = await importEvidence(bench.session, path);
  const rows = await caseFile.query(
    sql`SELECT kind, time_recorded, principal, action, resource FROM event WHERE seq >= ${first} ORDER BY seq`,
  );
  const records = await caseFile.readRecords(rows.map((_, index) => first + index));
  return {
    exhibit: result.exhibit,
    source: result.source.name,
    problems: result.problems.map(({ code, line }) => [code, line]),
    rows: rows.map((row) => [row["kind"], row["time_recorded"], row["principal"], row["action"], row["resource"]]),
    records: records.map((bytes) => Buffer.from(bytes).toString()),
  };
}

describe("a table", () => {
  test("has a row per record, whose bytes are its own, and loses none that is malformed", async () => {
    const lines = [
      "\ufefftime,user,action,path",
      "2026-01-02T03:04:05Z,alice,read,/a",
      '2026-01-02T03:04:06Z,"b ""x"", jr","two\nlines",/b',
      "",
      "2026-01-02T03:04:07Z,carol",
      '2026-01-02T03:04:08Z,dave,5" pipe,/d\r',
      '2026-01-02T03:04:09Z,"never closed,write,/e',
    ];
    expect(await imported("table.csv", lines.join("\n"))).toMatchObject({
      source: "csv",
      problems: [
        ["blank-line", 5],
        ["cells-differ", 6],
        ["cells-differ", 8],
      ],
      rows: [
        ["event", "2026-01-02T03:04:05Z", "alice", "read", "/a"],
        ["event", "2026-01-02T03:04:06Z", 'b "x", jr', "two\nlines", "/b"],
        ["unreadable", null, null, null, null],
        ["event", "2026-01-02T03:04:07Z", "carol", null, null],
        ["event", "2026-01-02T03:04:08Z", "dave", '5" pipe', "/d"],
        ["event", "2026-01-02T03:04:09Z", "never closed,write,/e", null, null],
      ],
      records: lines.slice(1),
    });
  });

  test("of Zeek names its columns in a comment, and has no value where it says so", async () => {
    const text = [
      "#separator \\x09",
      "#fields\tts\tuid\tid.orig_h\tid.resp_h\tproto\tmethod\thost\turi\tusername",
      "#types\ttime\tstring\taddr\taddr\tenum\tstring\tstring\tstring\tstring",
      "1591367999.305988\tCMdz\t192.0.2.1\t198.51.100.2\ttcp\tGET\texample.com\t/a\t-",
      "#close\t2020-06-05-14-00-00",
    ].join("\n");
    const found = await imported("http.log", text);
    expect(found).toMatchObject({
      source: "zeek",
      problems: [],
      rows: [["event", "1591367999.305988", null, "GET", "example.com/a"]],
    });
    const { caseFile } = bench.session;
    const field = { name: "responder", path: ["id.resp_h"], as: "text" } as const;
    expect(
      await withRecordFields(caseFile, found.exhibit, [field], (relation) =>
        caseFile.query(sql`SELECT responder FROM ${relation}`),
      ),
    ).toEqual([{ responder: "198.51.100.2" }]);
  });

  test("in Timesketch's form is known by its columns", async () => {
    const text = "message,datetime,timestamp_desc,user\nalice logged in,2026-10-03T09:14:22+00:00,Logon,alice\n";
    expect(await imported("timeline.csv", text)).toMatchObject({ source: "timesketch", problems: [] });
  });

  test("without a time that is known is no log unless it is chosen", async () => {
    await expect(imported("prices.csv", "item,price\na,1\nb,2\n")).rejects.toMatchObject({ code: "no-evidence" });
    await expect(imported("notes.txt", "Some notes, of a meeting.\nNothing else.\n")).rejects.toMatchObject({
      code: "no-evidence",
    });
  });
});

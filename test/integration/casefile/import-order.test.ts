import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterAll, beforeAll, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

/** Enough files for several to be read at a time, and enough records in each for DuckDB to pass on parts of it. */
const FILES = 20;
const RECORDS = 2_500;

let bench: CaseBench;
beforeAll(async () => {
  bench = await caseBench();
});
afterAll(() => bench.remove());

const ids = (file: number): readonly string[] => Array.from({ length: RECORDS }, (_, index) => `${file}-${index}`);

const FORMATS = {
  "lines.jsonl": (file: number) =>
    ids(file)
      .map(
        (id) => `{"class_uid":6003,"category_uid":6,"activity_id":1,"time":1767323045000,"metadata":{"uid":"${id}"}}\n`,
      )
      .join(""),
  "trail.json.gz": (file: number) => {
    const records = ids(file).map((id) => ({
      eventVersion: "1.08",
      eventTime: "2026-01-02T03:04:05Z",
      eventName: "GetObject",
      eventSource: "s3.amazonaws.com",
      eventID: id,
      additionalEventData: file % 2 === 0 ? "x".repeat(file * 10) : undefined,
    }));
    return gzipSync(JSON.stringify({ Records: records }), { level: 1 });
  },
  "table.csv": (file: number) =>
    `message,datetime,timestamp_desc,id\n${ids(file)
      .map((id) => `"${id}",2026-01-02T03:04:05Z,"made",${id}\n`)
      .join("")}`,
};

test.each(Object.entries(FORMATS))("row k of a folder of %s is its record k", async (name, content) => {
  const folder = join(bench.folder, name);
  await mkdir(folder);
  for (let file = 0; file < FILES; file += 1) {
    await writeFile(join(folder, `${String(file).padStart(3, "0")}-${name}`), content(file));
  }
  const { caseFile } = bench.session;
  const first = caseFile.events;
  const result = await importEvidence(bench.session, folder);
  expect(result).toMatchObject({ records: FILES * RECORDS, problems: [] });
  const { seq, file, id } = await caseFile.columns(
    sql`SELECT seq, file, coalesce(event_id, resource) AS id FROM event WHERE seq >= ${first} ORDER BY seq`,
  );
  const expected = Array.from({ length: FILES }, (_, number) => ids(number)).flat();
  expect(seq).toHaveLength(expected.length);
  const misplaced = expected.findIndex(
    (wanted, row) =>
      seq?.[row] !== BigInt(first + row) || file?.[row] !== Math.floor(row / RECORDS) || id?.[row] !== wanted,
  );
  const found = { row: misplaced, seq: seq?.[misplaced], file: file?.[misplaced], id: id?.[misplaced] };
  expect(found).toEqual({ row: -1 });
});

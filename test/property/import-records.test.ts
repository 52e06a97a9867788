import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { importEvidence } from "../../core/casefile/import.ts";
import { sql } from "../../core/casefile/sql.ts";
import { caseBench, type CaseBench } from "../integration/casefile/import-support.ts";

let bench: CaseBench;
beforeAll(async () => {
  bench = await caseBench();
});
afterAll(() => bench.remove());

const line = fc.oneof(
  { weight: 4, arbitrary: fc.json().map((text) => Buffer.from(text.replaceAll("\n", " "))) },
  {
    weight: 2,
    arbitrary: fc
      .dictionary(fc.constantFrom("class_uid", "time", "actor", "_log"), fc.jsonValue())
      .map((value) => Buffer.from(JSON.stringify(value))),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom("", " ", "\t", "\v\f", "\r", "{", '{"time":1}', '{"time":1}{}', "~", "\u0000")
      .map((text) => Buffer.from(text)),
  },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 40 })
      .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 10 ? 32 : byte)))),
  },
);

let imports = 0;

test("whatever the lines are, each is one row that leads back to its bytes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), async (lines) => {
      const path = join(bench.folder, `${imports}.jsonl`);
      // The first line makes the file a log, and this one no copy of another.
      const all = [Buffer.from(`{"class_uid":6003,"time":${1_767_323_045_000 + imports++}}`), ...lines];
      await writeFile(path, Buffer.concat(all.flatMap((bytes) => [bytes, Buffer.from("\n")])));
      const { caseFile } = bench.session;
      const first = caseFile.events;
      const result = await importEvidence(bench.session, path, { source: "ocsf" });
      expect([result.records, result.events]).toEqual([all.length, all.length]);
      for (const [index, bytes] of all.entries()) {
        expect(Buffer.from(await caseFile.readRecord(first + index))).toEqual(bytes);
      }
      const [row] =
        await caseFile.query(sql`SELECT count(*) AS n FROM event e WHERE seq >= ${first} AND kind = 'unreadable'
        AND NOT EXISTS (SELECT 1 FROM record_problem p WHERE p.seq = e.seq)`);
      expect(row).toEqual({ n: 0n });
      await rm(path);
    }),
    { numRuns: 25 },
  );
}, 120_000);

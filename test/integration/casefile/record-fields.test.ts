import { chmod, mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { withRecordFields } from "../../../core/casefile/record-fields.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { type RecordField } from "../../../core/sources/record-field.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

let bench: CaseBench;
beforeAll(async () => {
  bench = await caseBench();
});
afterAll(() => bench.remove());

const FIELDS: readonly RecordField[] = [
  { name: "key", path: ["responseElements", "credentials", "accessKeyId"], as: "text" },
  { name: "parameters", path: ["requestParameters"], as: "json" },
  { name: "second", path: ["resources", 1, "ARN"], as: "text" },
];
const event = (index: number, more: object) =>
  JSON.stringify({
    eventVersion: "1.08",
    eventTime: "2026-01-01T00:00:00Z",
    eventSource: "s3.amazonaws.com",
    eventName: `Get${index}`,
    userIdentity: { type: "Root" },
    ...more,
  });

async function fieldsOf(path: string) {
  const { exhibit } = await importEvidence(bench.session, path);
  const { caseFile } = bench.session;
  return withRecordFields(caseFile, exhibit, FIELDS, (relation) =>
    caseFile.query(sql`SELECT action, key, parameters, second FROM ${relation} JOIN event USING (seq) ORDER BY seq`),
  );
}

test("members that have no column are read from the records, whatever lies between them", async () => {
  const lines = [
    event(0, { responseElements: { credentials: { accessKeyId: "ASIA1" } } }),
    "",
    "{broken",
    event(1, { requestParameters: { a: [1, { b: null }] }, resources: [{}, { ARN: "arn:1" }] }),
  ];
  const path = join(bench.folder, "lines.jsonl");
  await writeFile(path, lines.map((line) => `${line}\n`).join(""));
  expect(await fieldsOf(path)).toEqual([
    { action: "Get0", key: "ASIA1", parameters: null, second: null },
    { action: null, key: null, parameters: null, second: null },
    { action: null, key: null, parameters: null, second: null },
    { action: "Get1", key: null, parameters: '{"a":[1,{"b":null}]}', second: "arn:1" },
  ]);
});

test("members are read from a document that is one array, as from lines", async () => {
  const path = join(bench.folder, "array.json");
  await writeFile(
    path,
    `{"Records":[${event(2, { requestParameters: "x" })},\n ${event(3, { responseElements: null })}]}`,
  );
  expect(await fieldsOf(path)).toEqual([
    { action: "Get2", key: null, parameters: '"x"', second: null },
    { action: "Get3", key: null, parameters: null, second: null },
  ]);
});

test("a working copy that is shorter, or gone, is told and never read as other records", async () => {
  const path = join(bench.folder, "damaged.jsonl");
  await writeFile(path, `${event(4, {})}\n${event(5, {})}\n`);
  const { exhibit } = await importEvidence(bench.session, path);
  const { caseFile } = bench.session;
  const staged = caseFile.files.at(-1)?.stagedPath ?? "";
  const copy = join(caseFile.folder.root, staged);
  const read = () => withRecordFields(caseFile, exhibit, FIELDS, (relation) => caseFile.query(sql`FROM ${relation}`));
  await chmod(copy, 0o644);
  await truncate(copy, 10);
  await expect(read()).rejects.toMatchObject({
    code: "working-copy-altered",
    details: { file: "damaged.jsonl", found: "10 bytes" },
  });
  await rm(copy);
  await expect(read()).rejects.toMatchObject({ code: "working-copy-missing", details: { file: "damaged.jsonl" } });
});

test("every record of several files has its own members, whatever is asked of them together", async () => {
  const folder = join(bench.folder, "several");
  await mkdir(folder);
  for (let file = 0; file < 6; file += 1) {
    const lines = Array.from({ length: 3_000 }, (_, line) => event(3_000 * file + line, { file }));
    await writeFile(join(folder, `${file}.jsonl`), lines.join("\n"));
  }
  const { exhibit } = await importEvidence(bench.session, folder);
  const { caseFile } = bench.session;
  const fields: readonly RecordField[] = [{ name: "again", path: ["eventName"], as: "text" }];
  const counted = await withRecordFields(caseFile, exhibit, fields, (relation) =>
    caseFile.query(sql`SELECT count(*)::INTEGER AS rows, count(*) FILTER (action = again)::INTEGER AS equal
      FROM (SELECT max(seq) AS seq, again FROM ${relation} WHERE again LIKE 'Get%' GROUP BY again) JOIN event USING (seq)`),
  );
  expect(counted).toEqual([{ rows: 18_000, equal: 18_000 }]);
});

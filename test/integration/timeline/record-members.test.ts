import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { readGroups } from "../../../core/timeline/facets.ts";
import { formatQuery } from "../../../core/timeline/query-format.ts";
import { parseQuery } from "../../../core/timeline/query-parse.ts";
import { ResultSets } from "../../../core/timeline/result-sets.ts";
import { readRows } from "../../../core/timeline/rows.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

const BUCKETS = ["logs-a", "logs-b", null, "Photos", "logs-a", ""];

let bench: CaseBench;
let results: ResultSets;
beforeEach(async () => {
  bench = await caseBench();
  await importRecords("first.jsonl", 0);
  results = new ResultSets(bench.session.caseFile);
});
afterEach(() => bench.remove());

async function importRecords(file: string, shift: number): Promise<void> {
  const records = BUCKETS.map((bucket, index) => {
    const parameters = { bucketName: bucket, "x/y": { size: index }, keys: [`k${index + shift}`, "last"] };
    return JSON.stringify({
      eventVersion: "1.08",
      eventTime: `2026-01-02T03:04:0${index}Z`,
      eventSource: "s3.amazonaws.com",
      eventName: "GetObject",
      awsRegion: "eu-south-1",
      userIdentity: { type: "IAMUser", userName: "u", arn: "arn:aws:iam::1:user/u" },
      eventID: `${file}-${index}`,
      requestParameters: parameters,
    });
  });
  const path = join(bench.folder, file);
  await writeFile(path, `${records.join("\n")}\n`);
  await importEvidence(bench.session, path);
}

async function seqsOf(query: string): Promise<readonly number[]> {
  const { resultId } = await results.query({ query, from: null, to: null, logRecords: true, copies: true });
  return (await readRows(bench.session.caseFile, results.get(resultId), 0, 100)).map(({ seq }) => seq);
}

test.each<[string, readonly number[]]>([
  ["record.requestParameters.bucketName:logs-*", [0, 1, 4]],
  ['record.requestParameters.bucketName:"photos"', []],
  ["record.requestParameters.bucketName:photos", [3]],
  ["record.requestParameters.bucketName:*", [0, 1, 3, 4]],
  ['record.requestParameters.bucketName:""', [2, 5]],
  ["-record.requestParameters.bucketName:(logs-a OR logs-b)", [2, 3, 5]],
  ['record.requestParameters."x/y".size:4', [4]],
  ['record.requestParameters.keys[0]:~"k[12]"', [1, 2]],
  ["record.requestParameters.keys:*k4*", [4]],
  ["record.requestParameters.keys[7]:*", []],
  ["record.nothing.here:*", []],
  ["record.requestParameters.bucketName:logs-a action:GetObject record.requestParameters.keys[0]:k4", [4]],
])("a member of the records is asked for: %s", async (query, seqs) => {
  expect(await seqsOf(query)).toEqual(seqs);
  expect(parseQuery(formatQuery(parseQuery(query)))).toEqual(parseQuery(query));
});

test("evidence that arrives later is read as well", async () => {
  expect(await seqsOf("record.requestParameters.keys[0]:k7")).toEqual([]);
  await importRecords("second.jsonl", 6);
  expect(await seqsOf("record.requestParameters.keys[0]:k7")).toEqual([7]);
});

test("its values are counted among the matching events, also when no query named it before", async () => {
  const { resultId } = await results.query({
    query: "seq:1..5",
    from: null,
    to: null,
    logRecords: true,
    copies: true,
  });
  const { values } = await readGroups(
    bench.session.caseFile,
    results.get(resultId),
    "record.requestParameters.bucketName",
  );
  expect(values).toEqual([
    { value: "Photos", count: 1 },
    { value: "logs-a", count: 1 },
    { value: "logs-b", count: 1 },
  ]);
});

test("more members than are kept are read again", async () => {
  for (let index = 0; index < 10; index += 1) await seqsOf(`record.requestParameters.keys[${index}]:*`);
  expect(await seqsOf("record.requestParameters.keys[0]:k3")).toEqual([3]);
});

test("a record as a whole is no field", () => {
  expect(() => parseQuery("record:x")).toThrow("query: expected one of");
});

test("two questions at once read a member once and both answer", async () => {
  const query = "record.requestParameters.bucketName:logs-a";
  const other = new ResultSets(bench.session.caseFile);
  const question = { query, from: null, to: null, logRecords: true, copies: true };
  const [first, second] = await Promise.all([results.query(question), other.query(question)]);
  expect([first.matching, second.matching]).toEqual([2, 2]);
  await other.clear();
});

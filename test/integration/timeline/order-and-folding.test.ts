import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { readFacets, readGroups } from "../../../core/timeline/facets.ts";
import { readHistogram } from "../../../core/timeline/histogram.ts";
import { readLanes } from "../../../core/timeline/lanes.ts";
import { locateNeighbour, locateSeq, locateTime } from "../../../core/timeline/locate.ts";
import { ResultSets } from "../../../core/timeline/result-sets.ts";
import { type TimelineQuestion } from "../../../core/timeline/timeline-question.ts";
import { readRows, readSeqs } from "../../../core/timeline/rows.ts";
import { suggestTerms } from "../../../core/timeline/suggest.ts";
import { makeActivity } from "../../../core/triage/activities.ts";
import { setClockOffset } from "../../../core/triage/clock-offsets.ts";
import { markEvents, setFlag, tagEvents } from "../../../core/triage/marks.ts";
import { undoAct } from "../../../core/casefile/analyst-acts.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

const NAMES = [
  "ListRoles",
  "DeleteRole",
  "GetRole",
  "DeleteRole",
  "ListRoles",
  "PutRolePolicy",
  "DeleteRole",
  "GetUser",
];
const START = BigInt(Date.parse("2026-01-02T03:04:00Z")) * 1_000_000n;
const SECOND = 1_000_000_000n;

let bench: CaseBench;
let results: ResultSets;
beforeEach(async () => {
  bench = await caseBench();
  await importRecords("first.jsonl", NAMES, 0);
  results = new ResultSets(bench.session.caseFile);
});
afterEach(() => bench.remove());

async function importRecords(file: string, names: readonly string[], shift: number): Promise<void> {
  const records = names.map((name, index) => {
    const second = String(index * 2 + shift).padStart(2, "0");
    const outcome = name === "GetUser" ? ',"errorCode":"AccessDenied"' : "";
    return `{"eventVersion":"1.08","eventTime":"2026-01-02T03:04:${second}Z","eventSource":"iam.amazonaws.com","eventName":"${name}","awsRegion":"eu-south-1","sourceIPAddress":"198.51.100.${index % 3}","userIdentity":{"type":"IAMUser","userName":"u${index % 2}","arn":"arn:aws:iam::1:user/u${index % 2}"},"eventID":"${file}-${index}"${outcome}}`;
  });
  const path = join(bench.folder, file);
  await writeFile(path, `${records.join("\n")}\n`);
  await importEvidence(bench.session, path);
}

async function ask(change: Partial<TimelineQuestion>) {
  const question = { query: "", from: null, to: null, logRecords: true, copies: true, ...change };
  return results.get((await results.query(question)).resultId);
}

const seqs = async (change: Partial<TimelineQuestion>): Promise<readonly number[]> => {
  const result = await ask(change);
  return (await readRows(bench.session.caseFile, result, 0, 100)).map(({ seq }) => seq);
};

describe("sorting", () => {
  test("orders by any column of the record, equal values by time", async () => {
    expect(await seqs({ sort: { field: "action", descending: false } })).toEqual([1, 3, 6, 2, 7, 0, 4, 5]);
    expect(await seqs({ sort: { field: "action", descending: true } })).toEqual([5, 0, 4, 7, 2, 1, 3, 6]);
    expect(await seqs({ sort: { field: "verdict", descending: false } })).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await expect(ask({ sort: { field: "tag", descending: false } })).rejects.toMatchObject({ code: "no-such-field" });
  });
});

describe("folding", () => {
  test("gives an activity one row, where its first matching event stands, and every place agrees", async () => {
    const { caseFile } = bench.session;
    await makeActivity(bench.session, [1, 3, 6], {
      name: "Roles removed",
      technique: "",
      confidence: "likely",
      note: "",
    });
    const result = await ask({ activities: "folded" });
    expect(result.set).toMatchObject({ matching: 8, rows: 6 });
    expect(await seqs({ activities: "folded" })).toEqual([0, 1, 2, 4, 5, 7]);
    expect(await seqs({ activities: "folded", query: "-seq:1" })).toEqual([0, 2, 3, 4, 5, 7]);
    expect(await seqs({ activities: "open" })).toHaveLength(8);
    for (const [start, count] of [
      [0, 2],
      [1, 3],
      [4, 9],
      [6, 1],
    ] as const) {
      const rows = await readRows(caseFile, result, start, count);
      expect(rows.map(({ seq }) => seq)).toEqual([0, 1, 2, 4, 5, 7].slice(start, start + count));
    }
    const places = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((seq) => locateSeq(caseFile, result, seq)));
    expect(places).toEqual([0, 1, 2, 1, 3, 4, 1, 5]);
    expect(await locateTime(caseFile, result, START + 7n * SECOND)).toBe(3);
    const neighbours = [
      [0, "next", 2],
      [4, "next", null],
      [5, "previous", 1],
      [1, "previous", null],
    ] as const;
    for (const [seq, direction, row] of neighbours) {
      expect(await locateNeighbour(caseFile, result, { seq, by: "principal", direction })).toBe(row);
    }
    expect(await locateNeighbour(caseFile, result, { seq: 0, by: "service", direction: "next" })).toBe(1);
    expect(await readSeqs(caseFile, result, 1, 2, "open")).toEqual(expect.arrayContaining([1, 2, 3, 6]));
    expect((await readHistogram(caseFile, result, { from: null, to: null, buckets: 1 })).matching).toEqual([8]);
  });
});

test("the neighbour in a lane is found however many rows lie between", async () => {
  const { caseFile } = bench.session;
  const dense = await ask({});
  // As if of 100,000 rows one matched: what is between them is not asked for.
  const table = sql`(SELECT position * 100000 AS position, seq, time FROM ${dense.table})`;
  const sparse = { ...dense, table, set: { ...dense.set, matching: 800_000, rows: 800_000 } };
  const from = (seq: number, direction: "next" | "previous") =>
    locateNeighbour(caseFile, sparse, { seq, by: "principal", direction });
  expect(await from(0, "next")).toBe(200_000);
  expect(await from(7, "previous")).toBe(500_000);
  expect(await from(7, "next")).toBeNull();
  expect(await from(1, "previous")).toBeNull();
  const two = await ask({ query: "seq:1 OR seq:7" });
  const far = { ...sparse, table: sql`(SELECT * FROM ${table} WHERE seq IN (SELECT seq FROM ${two.table}))` };
  expect(await locateNeighbour(caseFile, far, { seq: 1, by: "principal", direction: "next" })).toBe(700_000);
  expect(await locateNeighbour(caseFile, far, { seq: 7, by: "service", direction: "previous" })).toBe(100_000);
});

describe("what the analyst says", () => {
  test("is asked for like any field, and follows every act and its undoing", async () => {
    await markEvents(bench.session, [1, 2], "keep");
    await markEvents(bench.session, [7], "noise");
    await tagEvents(bench.session, [2, 5], "Clean-up", true);
    await setFlag(bench.session, { time: START, seq: 4, label: "turn" });
    await makeActivity(bench.session, [5, 6], { name: "Last acts", technique: "", confidence: "possible", note: "" });
    expect(await seqs({ query: "triage:keep" })).toEqual([1, 2]);
    expect(await seqs({ query: "-triage:noise tag:*" })).toEqual([2, 5]);
    expect(await seqs({ query: "triage:undecided" })).toEqual([0, 3, 4, 5, 6]);
    expect(await seqs({ query: "tag:clean*" })).toEqual([2, 5]);
    expect(await seqs({ query: 'tag:"clean-up"' })).toEqual([]);
    expect(await seqs({ query: 'activity:"Last acts" activity:a-1' })).toEqual([5, 6]);
    expect(await seqs({ query: 'flag:turn OR tag:~"^Clean"' })).toEqual([2, 4, 5]);
    const facets = await readFacets(bench.session.caseFile, await ask({}));
    expect(facets.find(({ field }) => field === "triage")?.values).toEqual([
      { value: "keep", count: 2 },
      { value: "noise", count: 1 },
    ]);
    await undoAct(bench.session);
    expect(await seqs({ query: "activity:*" })).toEqual([]);
  });
});

describe("clock offsets", () => {
  test("shift an exhibit's events among the others in order, strip and bounds", async () => {
    await importRecords("second.jsonl", ["GetRole", "GetRole"], 1);
    expect(await seqs({ query: "seq:0..1 OR seq:8..9" })).toEqual([0, 8, 1, 9]);
    await setClockOffset(bench.session, { exhibit: "X-2", nanoseconds: 10n * SECOND, method: "m", anchors: [] });
    expect(await seqs({ query: "seq:0..1 OR seq:8..9" })).toEqual([0, 1, 8, 9]);
    expect(await seqs({ from: START + 11n * SECOND, to: START + 12n * SECOND })).toEqual([8]);
    const result = await ask({ query: "exhibit:X-2" });
    expect(result.set).toMatchObject({ first: START + 11n * SECOND, last: START + 13n * SECOND });
    const [row] = await readRows(bench.session.caseFile, result, 0, 1);
    expect(row?.time).toBe(START + SECOND);
  });
});

describe("lanes, groups and suggestions", () => {
  test("a lane has at most one mark a bucket, and its marks add up", async () => {
    const lanes = await readLanes(bench.session.caseFile, await ask({}), {
      by: "principal",
      from: null,
      to: null,
      buckets: 4,
      lanes: 1,
    });
    expect(lanes).toMatchObject({ from: START, others: 1 });
    const [lane] = lanes.lanes;
    expect(lane).toMatchObject({ events: 4, exhibit: "X-1" });
    expect(lane?.marks.reduce((sum, { events }) => sum + events, 0)).toBe(4);
    expect(new Set(lane?.marks.map(({ bucket }) => bucket)).size).toBe(lane?.marks.length);
    const denied = await readLanes(bench.session.caseFile, await ask({ query: "action:GetUser" }), {
      by: "service",
      from: null,
      to: null,
      buckets: 10,
      lanes: 5,
    });
    expect(denied.lanes.map(({ marks }) => marks)).toEqual([
      [{ bucket: 9, events: 1, failures: 1, altered: false, seq: 7 }],
    ]);
  });

  test("a group holds every value of a field", async () => {
    const facet = await readGroups(bench.session.caseFile, await ask({}), "action");
    expect(facet.values[0]).toEqual({ value: "DeleteRole", count: 3 });
    expect(facet.values.reduce((sum, { count }) => sum + count, 0)).toBe(8);
    const whole = await ask({});
    await expect(readGroups(bench.session.caseFile, whole, "nope")).rejects.toThrow("expected a field");
  });

  test.each([
    ["act", 3, ["activity:", "action:"]],
    ["action:d", 8, ["DeleteRole"]],
    ['(action:"Get', 12, ["GetRole", "GetUser"]],
    ["triage:k", 8, ["keep"]],
    ["source:x an", 11, ["AND "]],
    ["seq:1", 5, []],
    ["action:GetRole ", 15, []],
  ])("after %s", async (text, cursor, offered) => {
    const found = await suggestTerms(bench.session.caseFile, { text, cursor, result: null });
    expect(found.map((suggestion) => suggestion.text)).toEqual(
      text.endsWith(" ") ? expect.arrayContaining(["verdict:", "seq:"]) : offered,
    );
  });
});

test("relative times count from the first and the last event of the case", async () => {
  expect(await seqs({ query: "time:last-4s.." })).toEqual([5, 6, 7]);
  expect(await seqs({ query: "time:first..first+2s" })).toEqual([0, 1]);
  expect(await seqs({ query: "time:>now-1h" })).toEqual([]);
  await expect(ask({ query: "time:last-2y" })).rejects.toMatchObject({ code: "query-syntax" });
});

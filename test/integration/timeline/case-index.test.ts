import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type CaseFile } from "../../../core/casefile/case-file.ts";
import { openCase } from "../../../core/casefile/open-case.ts";
import { integerOf } from "../../../core/casefile/row.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { makeCaseIndex, readCaseIndex } from "../../../core/timeline/case-index.ts";
import { readFacets, readGroups } from "../../../core/timeline/facets.ts";
import { readHistogram } from "../../../core/timeline/histogram.ts";
import { readLanes } from "../../../core/timeline/lanes.ts";
import { locateSeq, locateTime } from "../../../core/timeline/locate.ts";
import { ResultSets } from "../../../core/timeline/result-sets.ts";
import { type TimelineQuestion } from "../../../core/timeline/timeline-question.ts";
import { caseWithEvents, type StoredEvent } from "../../support/timeline-case.ts";

const START = 1_789_344_000_000_000_000n;
const SECOND = 1_000_000_000n;
const EVENTS: readonly StoredEvent[] = Array.from({ length: 400 }, (_, seq) => ({
  kind: seq % 40 === 0 ? "log" : "event",
  time: seq % 17 === 3 ? null : START + BigInt((seq * 7919) % 1_000) * SECOND,
  principal: [`person-${seq % 300}`, "Ada", "", null][seq % 4] ?? null,
  action: ["keys.create", "keys.delete", "KEYS.LIST", null][(seq * 3) % 4] ?? null,
  outcome: ["success", "failure", null][seq % 3] ?? null,
  address: ["192.0.2.1", "198.51.100.7", "2001:db8::1", null][(seq * 11) % 4] ?? null,
  resource: ["key-1", "a\\b", "100%", "Grün"][(seq * 7) % 4] ?? null,
  verdict: seq % 60 === 9 ? "altered" : null,
  eventId: seq % 50 === 7 ? null : `Id-${seq % 390}`,
}));

const QUERIES = [
  "",
  "ada",
  "person-1",
  'principal:"person-12"',
  "principal:PERSON-12",
  "principal:person-*",
  "-principal:*son-1*",
  "resource:gr*",
  "NOT (ada OR 100%)",
  "address:192.0.2.0/24",
  "address:2001:db8::/32 action:keys.*",
  'action:~"^keys\\\\."',
  '~"(?i)ADA"',
  "eventId:id-5",
  'eventId:"Id-5"',
  'eventId:"id-5"',
  "eventId:Id-7",
  "-eventId:Id-389",
  "eventId:none OR principal:ada",
  'eventId:""',
  'action:"keys.create"',
  "action:KEYS.*",
  "-action:keys.*",
  'outcome:~"^s"',
  "outcome:success outcome:success",
  "address:192.0.2.1",
  "resource:key-1",
  "verdict:altered ada",
];

const QUESTIONS: readonly TimelineQuestion[] = [
  ...QUERIES.map((query) => ({ query, from: null, to: null, logRecords: false, copies: false })),
  ...[true, false].flatMap((logRecords) =>
    [true, false].flatMap((copies) =>
      [
        { from: null, to: null },
        { from: START + 200n * SECOND, to: START + 700n * SECOND },
        { from: START + 200n * SECOND, to: null },
        { from: null, to: START + 700n * SECOND },
        { from: START - 500n * SECOND, to: START - 400n * SECOND },
        { from: START + 5_000n * SECOND, to: null },
        { from: START + 700n * SECOND, to: START + 200n * SECOND },
      ].map((bounds) => ({ query: "", ...bounds, logRecords, copies })),
    ),
  ),
  { query: "", from: null, to: null, logRecords: true, copies: true, sort: { field: "principal", descending: true } },
];

let folder: string;
let caseFile: CaseFile;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-index-"));
  caseFile = await caseWithEvents(join(folder, "t.assay"), EVENTS);
  await caseFile.transaction((session) => session.run(sql`INSERT INTO record_copy VALUES (21, 5), (22, 6), (23, 7)`));
});
afterEach(async () => {
  await caseFile.close();
  await rm(folder, { recursive: true });
});

/** Everything that is read from the results of these questions. */
async function answers(): Promise<readonly unknown[]> {
  const results = new ResultSets(caseFile);
  const all = [];
  for (const question of QUESTIONS) {
    const { resultId } = await results.query(question);
    const result = results.get(resultId);
    const rows = await caseFile.query(
      sql`SELECT position - ${result.firstPosition} AS position, seq FROM ${result.table} ORDER BY position`,
    );
    const bounds = { from: null, to: null, buckets: 30 };
    const set = { ...result.set, resultId: 0, milliseconds: 0 };
    all.push({
      question,
      set,
      rows: rows.map((row) => [integerOf(row, "position"), integerOf(row, "seq")]),
      facets: question.query.length % 3 === 0 ? await readFacets(caseFile, result) : [],
      few: [await readGroups(caseFile, result, "action"), await readGroups(caseFile, result, "outcome")],
      groups: await readGroups(caseFile, result, "principal"),
      histogram: await readHistogram(caseFile, result, bounds),
      lanes: await readLanes(caseFile, result, { by: "principal", ...bounds, lanes: 4 }),
      places: [
        await locateSeq(caseFile, result, 100),
        await locateTime(caseFile, result, START + 300n * SECOND),
        await locateTime(caseFile, result, START + 999n * SECOND),
      ],
    });
  }
  await results.clear();
  return all;
}

describe("the index of a case", () => {
  test("changes no answer", async () => {
    const without = await answers();
    await makeCaseIndex(caseFile);
    expect([...(await readCaseIndex(caseFile))].sort()).toEqual([
      "event_id_key",
      "field_value",
      "shown_order",
      "time_order",
      "value_pair",
    ]);
    const withIndex = await answers();
    for (const [at, answer] of withIndex.entries()) expect(answer).toEqual(without[at]);
  });

  test("is used: a result of all events, or of a stretch of time, has no table of its own", async () => {
    await makeCaseIndex(caseFile);
    const results = new ResultSets(caseFile);
    for (const from of [null, START + 200n * SECOND]) {
      const { resultId } = await results.query({ query: "", from, to: null, logRecords: false, copies: false });
      expect(results.get(resultId).order).toBe("shown_order");
    }
    await results.clear();
    expect((await readCaseIndex(caseFile)).size).toBe(5);
  });

  test("has the values of one field among the events that have a value of another", async () => {
    await makeCaseIndex(caseFile);
    const results = new ResultSets(caseFile);
    const ask = async (change: Partial<TimelineQuestion>) => {
      const question = { query: "", from: null, to: null, logRecords: false, copies: false, ...change };
      return results.get((await results.query(question)).resultId);
    };
    const term = await ask({ query: "action:keys.*" });
    const all = await ask({ query: "action:keys.*", logRecords: true, copies: true });
    const stretch = await ask({ query: "action:keys.*", from: START });
    const two = await ask({ query: "action:keys.* outcome:success" });
    const before = await readGroups(caseFile, term, "outcome");
    // A value that no event has shows where an answer comes from.
    await caseFile.transaction((session) => session.run(sql`UPDATE value_pair SET counted_value = 'from the index'`));
    const valuesOf = async (result: typeof term) =>
      (await readGroups(caseFile, result, "outcome")).values.map(({ value }) => value);
    expect(before.values.map(({ value }) => value)).toEqual(expect.arrayContaining(["success", "failure", null]));
    expect(await valuesOf(term)).toEqual(["from the index"]);
    expect(await valuesOf(all)).toEqual(["from the index"]);
    expect(await valuesOf(stretch)).not.toContain("from the index");
    expect(await valuesOf(two)).toEqual(["success"]);
    await results.clear();
  });

  test("says how far its making is, and makes nothing twice", async () => {
    const said: number[] = [];
    await makeCaseIndex(caseFile, ({ done, of }) => said.push(done / of));
    expect(said).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
    await makeCaseIndex(caseFile, ({ done }) => said.push(done));
    expect(said).toHaveLength(5);
  });

  test("does not answer for evidence that came later, and results from before are gone", async () => {
    await makeCaseIndex(caseFile);
    const results = new ResultSets(caseFile);
    const { resultId } = await results.query({ query: "", from: null, to: null, logRecords: true, copies: true });
    await caseFile.transaction(async (session) => {
      await session.run(
        sql`INSERT INTO exhibit SELECT 2, state, label, received_at, byte_length, sha256, source_name, source_score,
            source_reason, proof, 400, 1, 0, 0, verdict, verification, original_path FROM exhibit`,
      );
      await session.run(
        sql`INSERT INTO event (seq, exhibit, file, kind, time, source) VALUES (400, 2, 0, 'event', ${START}, 'ocsf')`,
      );
    });
    await caseFile.refreshEvidence();
    expect(() => results.get(resultId)).toThrow("no longer kept");
    expect((await readCaseIndex(caseFile)).size).toBe(0);
    await makeCaseIndex(caseFile);
    const { matching } = await results.query({ query: "", from: null, to: null, logRecords: true, copies: true });
    expect(matching).toBe(401);
  });

  test("is whole or not there when the case is closed while it is made, and a reader uses what there is", async () => {
    let closed: Promise<void> | undefined;
    const making = makeCaseIndex(caseFile, ({ done }) => {
      if (done === 2) closed = caseFile.close();
    });
    await expect(making).rejects.toMatchObject({ code: "cancelled" });
    await closed;
    caseFile = await openCase(join(folder, "t.assay"), { writable: false });
    const index = await readCaseIndex(caseFile);
    const results = new ResultSets(caseFile);
    const { resultId, matching } = await results.query({
      query: "",
      from: null,
      to: null,
      logRecords: true,
      copies: true,
    });
    expect(matching).toBe(400);
    expect([...index]).toEqual(["shown_order", "time_order"]);
    expect(results.get(resultId).order).toBe("time_order");
  });
});

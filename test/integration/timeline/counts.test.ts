import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type CaseFile } from "../../../core/casefile/case-file.ts";
import { readFacets } from "../../../core/timeline/facets.ts";
import { QUERY_FIELDS } from "../../../core/timeline/fields.ts";
import { readHistogram } from "../../../core/timeline/histogram.ts";
import { readLanes } from "../../../core/timeline/lanes.ts";
import { locateSeq, locateTime } from "../../../core/timeline/locate.ts";
import { formatQuery } from "../../../core/timeline/query-format.ts";
import { readSeqs } from "../../../core/timeline/rows.ts";
import { ResultSets } from "../../../core/timeline/result-sets.ts";
import { anyQuery, EVENTS, SECOND, START } from "../../support/query-oracle.ts";
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
async function seqsOf(query: string): Promise<readonly number[]> {
  const result = await saved(query);
  return readSeqs(caseFile, result, 0, result.set.matching - 1);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

async function saved(query: string) {
  const { resultId } = await results.query({ query, from: null, to: null, logRecords: true, copies: true });
  return results.get(resultId);
}

test(
  "grid, strip, lanes, facets and groups count the same events, whatever is asked",
  { timeout: 60_000 },
  async () => {
    const flag = fc.boolean();
    await fc.assert(
      fc.asyncProperty(anyQuery, flag, flag, async (query, logRecords, copies) => {
        const question = { query: formatQuery(query), from: null, to: null, logRecords, copies };
        const { resultId, matching, undated } = await results.query(question);
        const result = results.get(resultId);
        const rows = matching === 0 ? [] : await readSeqs(caseFile, result, 0, matching - 1);
        const whole = { from: null, to: null, buckets: 7 };
        const strip = await readHistogram(caseFile, result, whole);
        const { lanes } = await readLanes(caseFile, result, { ...whole, by: "principal", lanes: 40 });
        const facets = await readFacets(caseFile, result);
        expect({
          grid: rows.length,
          strip: sum(strip.matching) + undated,
          lanes: sum(lanes.map(({ events }) => events)) + undated,
          marks: sum(lanes.flatMap(({ marks }) => marks.map(({ events }) => events))) + undated,
          facets: [...new Set(facets.map(({ values, others }) => sum(values.map(({ count }) => count)) + others))],
        }).toEqual({
          grid: matching,
          strip: matching,
          lanes: matching,
          marks: matching,
          facets: facets.length === 0 ? [] : [matching],
        });
      }),
      { numRuns: 25 },
    );
  },
);

test("buckets add up to the dated events, whatever their number", async () => {
  for (const buckets of [1, 7, 300]) {
    const result = await saved("action:keys.*");
    const histogram = await readHistogram(caseFile, result, { from: null, to: null, buckets });
    expect(histogram.all).toHaveLength(buckets);
    expect(sum(histogram.all)).toBe(EVENTS.filter(({ time }) => time !== null).length);
    expect(sum(histogram.matching)).toBe(result.set.matching - result.set.undated);
    histogram.matching.forEach((count, index) => expect(count).toBeLessThanOrEqual(histogram.all[index] ?? 0));
  }
});

test("a bucket holds the events from its start to before its end", async () => {
  const result = await saved("");
  const from = START;
  const histogram = await readHistogram(caseFile, result, { from, to: from + 10n * SECOND, buckets: 10 });
  expect(histogram).toMatchObject({ from, bucketNanoseconds: SECOND });
  const expected = Array.from(
    { length: 10 },
    (_, second) => EVENTS.filter(({ time }) => time === from + BigInt(second) * SECOND).length,
  );
  expect(histogram.all).toEqual(expected);
});

test("bounds far outside all time are answered and not overflowed", async () => {
  const histogram = await readHistogram(caseFile, await saved(""), {
    from: -(2n ** 100n),
    to: 2n ** 100n,
    buckets: 3,
  });
  expect(sum(histogram.all)).toBeGreaterThan(0);
});

test("every facet adds up to the matching events", async () => {
  const result = await saved("-action:roles.grant");
  const facets = await readFacets(caseFile, result);
  expect(facets.map(({ field }) => field)).toEqual([
    "verdict",
    "source",
    "principal",
    "action",
    "outcome",
    "address",
    "exhibit",
  ]);
  for (const { values, others } of facets) {
    expect(sum(values.map(({ count }) => count)) + others).toBe(result.set.matching);
  }
  const principal = facets.find(({ field }) => field === "principal");
  const empty = EVENTS.filter(({ action, principal: name }) => action !== "roles.grant" && !name).length;
  expect(principal?.values).toContainEqual({ value: null, count: empty });
});

test("a value of a facet, quoted, finds as many events as the facet counts", async () => {
  const facets = await readFacets(caseFile, await saved(""));
  for (const { field, values } of facets) {
    for (const { value, count } of values) {
      const named = QUERY_FIELDS.find(({ name }) => name === field);
      if (!named) throw new Error(`a facet without a field: ${field}`);
      const query = formatQuery(
        value === null
          ? { kind: "absent", field: named }
          : { kind: "text", field: named, pattern: { text: value, literal: true } },
      );
      expect(await seqsOf(query)).toHaveLength(count);
    }
  }
});

test("an event and a moment have a place in a result, or none", async () => {
  const result = await saved("action:keys.create");
  const seqs = await seqsOf("action:keys.create");
  expect(await locateSeq(caseFile, result, seqs[5] ?? -1)).toBe(5);
  expect(
    await locateSeq(
      caseFile,
      result,
      EVENTS.findIndex(({ action }) => action === null),
    ),
  ).toBeNull();
  const time = EVENTS[seqs[5] ?? 0]?.time ?? 0n;
  expect(await locateTime(caseFile, result, time)).toBe(seqs.findIndex((seq) => EVENTS[seq]?.time === time));
  expect(await locateTime(caseFile, result, 2n ** 80n)).toBeNull();
  expect(await locateTime(caseFile, result, -(2n ** 80n))).toBe(0);
});

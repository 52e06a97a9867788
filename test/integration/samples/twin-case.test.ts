import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { importEvidence } from "../../../core/casefile/import.ts";
import { prepareSample } from "../../../core/casefile/sample-case.ts";
import { NO_TRUST } from "../../../core/casefile/trust.ts";
import { type ImportResult } from "../../../core/model/exhibit.ts";
import { parseVerifierKey } from "../../../core/signing/verifier-key.ts";
import { readGaps } from "../../../core/casefile/gaps.ts";
import { ResultSets } from "../../../core/timeline/result-sets.ts";
import { readRows } from "../../../core/timeline/rows.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

let bench: CaseBench;
let imported: ImportResult;
let results: ResultSets;

beforeAll(async () => {
  bench = await caseBench("twin.assay");
  const sample = await prepareSample(bench.folder, join(import.meta.dirname, "../../../samples/bundles"));
  imported = await importEvidence(bench.session, sample.twin, {
    trust: { ...NO_TRUST, logKeys: [parseVerifierKey(platformHash, sample.vkey)] },
  });
  results = new ResultSets(bench.session.caseFile);
}, 120_000);

afterAll(async () => {
  await bench.remove();
});

test("altered evidence is imported whole, and says that it is altered", () => {
  expect(imported).toMatchObject({ verdict: "altered", records: 49_166 - 256, events: 49_166 - 256 });
});

test("the one changed record is marked, and no other", async () => {
  const { caseFile } = bench.session;
  const { resultId } = await results.query({
    query: "verdict:altered",
    from: null,
    to: null,
    logRecords: true,
    copies: true,
  });
  const rows = await readRows(caseFile, results.get(resultId), 0, 1_000);
  expect(rows.map(({ seq, principal, action }) => [seq, principal, action])).toEqual([
    [17_844, "svc-monitor", "audit.settings.update"],
  ]);
});

test("every unaltered record shares the limits of the whole proof", async () => {
  const { resultId } = await results.query({
    query: "verdict:with-limits",
    from: null,
    to: null,
    logRecords: true,
    copies: true,
  });
  expect(results.get(resultId).set.matching).toBe(49_166 - 256 - 1);
});

test("the missing block is a gap before the row that follows it", async () => {
  const gaps = await readGaps(bench.session.caseFile);
  expect(gaps).toMatchObject([{ exhibit: "X-1", beforeSeq: 18_144, missing: 256, altered: true }]);
  const [gap] = gaps;
  expect((gap?.to ?? 0n) - (gap?.from ?? 0n)).toBeGreaterThan(15n * 60n * 1_000_000_000n);
});

test("beside the intact export, folding copies leaves only what the twin has of its own", async () => {
  const { intact } = await prepareSample(bench.folder, join(import.meta.dirname, "../../../samples/bundles"));
  await importEvidence(bench.session, intact, {});
  const ask = (copies: boolean) => results.query({ query: "", from: null, to: null, logRecords: true, copies });
  expect((await ask(true)).matching).toBe(2 * 49_166 - 256);
  expect((await ask(false)).matching).toBe(49_166 + 1);
}, 120_000);

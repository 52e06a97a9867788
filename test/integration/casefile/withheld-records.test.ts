import { afterAll, beforeAll, expect, test } from "vitest";

import { sealBundle } from "../../../core/bundle/seal.ts";
import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { sealOptions } from "../../support/sealed-bundle.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

let bench: CaseBench;

beforeAll(async () => {
  bench = await caseBench("withheld.assay");
});

afterAll(async () => {
  await bench.remove();
});

// The letters of a digest may look like a number that JSON does not have (`record-shape-reference.ts`).
test("withheld records are rows without a problem, whatever their digests look like", async () => {
  const withhold = [{ range: { first: 11, last: 110 }, reason: "privileged" }];
  const bundle = sealOptions(bench.folder, [150], { withhold });
  await sealBundle(bundle);
  const { problems, records } = await importEvidence(bench.session, bundle.output);
  expect(problems).toEqual([]);
  expect(records).toBe(152);
  const kinds = await bench.session.caseFile.query(
    sql`SELECT kind, count(*) AS rows FROM event GROUP BY kind ORDER BY kind`,
  );
  expect(kinds.map(({ kind, rows }) => [kind, Number(rows)])).toEqual([
    ["event", 50],
    ["log", 2],
    ["withheld", 100],
  ]);
});

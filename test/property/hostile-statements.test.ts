import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";

import { memoryContainer } from "../../core/bundle/memory-container.ts";
import { present } from "../../core/model/assert.ts";
import { fileOf, type BagBytes } from "../../core/selftest/bag-bytes.ts";
import { LOG_KEY, sealCorpusBundle } from "../../core/selftest/corpus.ts";
import { exportAnew } from "../../core/selftest/forgery.ts";
import { examinerMeans } from "../../core/selftest/run.ts";
import { verifyBundle } from "../../core/verification/verify-bundle.ts";

const RUNS = 150;
const TRUSTED_ROOT = "data/keys/trusted_root.json";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What a hostile exporter writes where a reader expects something else. */
const ODD_VALUES: readonly Json[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  2 ** 53,
  "",
  "\u0000",
  "\ud800",
  "__proto__",
  "-1",
  "9999-12-31T23:59:60Z",
  "+275760-09-13T00:00:00.001Z",
  "P999999Y",
  "P9999Y999999D",
  "A".repeat(10_000),
  [],
  {},
  [[[[[]]]]],
  { firstIndex: 0, endIndex: 2 ** 53, reason: "lost", compactRange: ["AA=="] },
];

let base: BagBytes;

beforeAll(async () => {
  base = (await sealCorpusBundle({ seed: "hostile", counts: [3, 2], encoding: "plain" })).bag;
});

/** Replaces what the numbers lead to: each chooses among the members of the value before. */
function replaceAt(value: Json, path: readonly number[], odd: Json): Json {
  const [step, ...rest] = path;
  if (typeof value !== "object" || value === null || step === undefined) return odd;
  const names = Object.keys(value);
  const name = names[step % Math.max(1, names.length)];
  if (name === undefined) return odd;
  const entries = Object.entries(value).map(([key, member]) => [
    key,
    key === name ? replaceAt(member, rest, odd) : member,
  ]);
  const members = Object.fromEntries(entries) as { [name: string]: Json }; // made of entries of such a value
  return Array.isArray(value) ? Object.values(members) : members;
}

const change = fc.record({
  path: fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
  odd: fc.oneof(fc.constantFrom(...ODD_VALUES), fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>),
});

/** A result, whatever it is: nothing that the log's own key signed may stop the verifier. */
async function isJudged(bag: BagBytes): Promise<void> {
  const { result } = present(await verifyBundle(memoryContainer("bundle", bag), examinerMeans()), "a bundle");
  expect(result.checks.length).toBeGreaterThan(10);
}

describe("what a log's key signed is judged, whatever it says", () => {
  const EXTRA = {
    absent: [{ firstIndex: 0, endIndex: 5, reason: "retention-expired", policyRef: "R7", compactRange: ["AA=="] }],
    withheld: [{ index: 2, reason: "privileged", authority: "court" }],
    retention: { policyId: "R7", rules: [{ class: "R7", period: "P90D" }], expiredBefore: "2026-01-01T00:00:00Z" },
  };

  it("in the export description", async () => {
    await fc.assert(
      fc.asyncProperty(change, async ({ path, odd }) => {
        const bag = new Map(base);
        exportAnew(bag, LOG_KEY, (predicate) => {
          const changed = replaceAt({ ...(predicate as { [name: string]: Json }), ...EXTRA }, path, odd);
          for (const name of Object.keys(predicate)) delete predicate[name];
          Object.assign(predicate, changed);
        });
        await isJudged(bag);
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    [TRUSTED_ROOT, ""],
    ["data/disclosures/00000000000000000000.jsonl", '{"index":1,"disclosures":["WyJhIiwiYiIsImMiXQ"]}\n'],
    ["custody/0001.dsse.json", '{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[]}'],
  ])("in %s", async (file, content) => {
    await fc.assert(
      fc.asyncProperty(change, async ({ path, odd }) => {
        const bag = new Map(base);
        const before = content === "" ? fileOf(bag, file).toString("utf8") : content;
        bag.set(file, Buffer.from(`${JSON.stringify(replaceAt(JSON.parse(before) as Json, path, odd))}\n`));
        exportAnew(bag, LOG_KEY);
        await isJudged(bag);
      }),
      { numRuns: RUNS },
    );
  });
});

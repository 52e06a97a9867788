import { beforeAll, describe, expect, it } from "vitest";

import { memoryContainer } from "../../../core/bundle/memory-container.ts";
import { present } from "../../../core/model/assert.ts";
import { segmentsOf, type BagBytes } from "../../../core/selftest/bag-bytes.ts";
import {
  corpusKey,
  sealCorpusBundle,
  sealStampedBundle,
  SELFTEST_ORIGIN,
  STAMPED_SHAPES,
} from "../../../core/selftest/corpus.ts";
import { examinerMeans } from "../../../core/selftest/run.ts";
import { SEALED_LOG_CLASSES } from "../../../core/selftest/sealed-log-classes.ts";
import { SeededRandom } from "../../../core/selftest/seeded-random.ts";
import { type SealedLogMeans } from "../../../core/verification/means.ts";
import { verifyBundle } from "../../../core/verification/verify-bundle.ts";

const PLACES = 6;
const bags = new Map<string, BagBytes>();
let foreign: BagBytes;
let impostor: BagBytes;

beforeAll(async () => {
  for (const shape of STAMPED_SHAPES) bags.set(shape.seed, await sealStampedBundle(shape));
  const shape = { seed: "foreign", counts: [4, 5, 3], encoding: "plain" } as const;
  const origin = "other.example/log";
  foreign = (await sealCorpusBundle(shape, { origin, key: corpusKey(origin, "another log") })).bag;
  impostor = (await sealCorpusBundle(shape, { key: corpusKey(SELFTEST_ORIGIN, "an impostor") })).bag;
});

async function judged(bag: BagBytes, means: SealedLogMeans) {
  const { result } = present(await verifyBundle(memoryContainer("bundle", bag), means), "a bundle");
  return { verdict: result.verdict, codes: [...new Set(result.findings.map(({ code }) => code))].sort() };
}

it.each(STAMPED_SHAPES)("an unchanged bundle ($seed) is verified without a finding", async ({ seed }) => {
  expect(await judged(present(bags.get(seed), "sealed"), examinerMeans())).toEqual({ verdict: "verified", codes: [] });
});

describe("a changed bundle has the findings of its change and no others, wherever the change is", () => {
  const exact = SEALED_LOG_CLASSES.filter(({ codes }) => codes !== null);
  it.each(exact.map((tamper) => [`${tamper.id} ${tamper.what}`, tamper] as const))("%s", async (_name, tamper) => {
    const { packing, minSegments = 1, minRecords = 1, codes, atBest } = tamper;
    const shapes = STAMPED_SHAPES.filter(
      ({ counts, encoding }) =>
        (packing ?? encoding) === encoding && counts.length >= minSegments && Math.max(...counts) >= minRecords,
    );
    for (let place = 0; place < PLACES; place += 1) {
      const { seed } = present(shapes[place % shapes.length], "a bundle");
      const sibling = [...bags].find(([other]) => other !== seed)?.[1];
      const bag = new Map(bags.get(seed));
      expect(segmentsOf(bag).length).toBeGreaterThan(0);
      const random = new SeededRandom(`${tamper.id} at ${place}`);
      tamper.apply({ bag, random, foreign, impostor, sibling: present(sibling, "several bundles") });
      const means = tamper.means?.(examinerMeans()) ?? examinerMeans();
      expect(await judged(bag, means)).toEqual({ verdict: atBest, codes: [...(codes ?? [])].sort() });
    }
  });
});

it("an unknown signature line explains no changed checkpoint", async () => {
  const bag = new Map(bags.get("first"));
  const checkpoint = Buffer.from(present(bag.get("data/checkpoint"), "a checkpoint"));
  checkpoint.write("x", checkpoint.indexOf("— ") + 4);
  bag.set("data/checkpoint", checkpoint);
  expect(await judged(bag, examinerMeans())).toEqual({
    verdict: "altered",
    codes: ["file-altered", "unknown-signatures"],
  });
});

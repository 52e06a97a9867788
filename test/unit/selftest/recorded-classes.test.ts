import { describe, expect, it } from "vitest";

import { memoryContainer } from "../../../core/bundle/memory-container.ts";
import { present } from "../../../core/model/assert.ts";
import { RECORDED_CLASSES, recordedBundle } from "../../../core/selftest/recorded-classes.ts";
import { examinerMeans } from "../../../core/selftest/run.ts";
import { SeededRandom } from "../../../core/selftest/seeded-random.ts";
import { verifyBundle } from "../../../core/verification/verify-bundle.ts";

const PLACES = 6;

describe("what a log recorded is told exactly, wherever it is", () => {
  it.each(RECORDED_CLASSES.map((recorded) => [`${recorded.id} ${recorded.what}`, recorded] as const))(
    "%s",
    async (_name, recorded) => {
      for (let place = 0; place < PLACES; place += 1) {
        const bag = await recordedBundle(recorded, new SeededRandom(`${recorded.id} at ${place}`));
        const { result } = present(await verifyBundle(memoryContainer("bundle", bag), examinerMeans()), "a bundle");
        const codes = [...new Set(result.findings.map(({ code }) => code))].sort();
        expect([result.verdict, codes]).toEqual([recorded.atBest, [...(recorded.codes ?? [])].sort()]);
      }
    },
  );
});

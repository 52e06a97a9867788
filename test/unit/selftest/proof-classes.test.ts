import { expect, it } from "vitest";

import { sealStampedBundle, STAMPED_SHAPES } from "../../../core/selftest/corpus.ts";
import { PROOF_CHANGES, proofClasses } from "../../../core/selftest/proof-classes.ts";
import { examinerMeans } from "../../../core/selftest/run.ts";

it("finds every changed proof of a record, and none in good ones", async () => {
  const bags = await Promise.all(STAMPED_SHAPES.map((shape) => sealStampedBundle(shape)));
  const [found] = await proofClasses("assay", bags, examinerMeans(), {});
  expect(found).toMatchObject({ id: "T33", missed: 0, falseAlarms: 0 });
  expect(found?.of).toBeGreaterThan(6 * PROOF_CHANGES.length);
});

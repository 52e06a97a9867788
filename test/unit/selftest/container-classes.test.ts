import { expect, it } from "vitest";

import { sealStampedBundle, STAMPED_SHAPES } from "../../../core/selftest/corpus.ts";
import { containerClasses } from "../../../core/selftest/container-run.ts";
import { examinerMeans } from "../../../core/selftest/run.ts";

it("refuses every archive that tools would read differently, and takes good ones", { timeout: 120_000 }, async () => {
  const bags = await Promise.all(STAMPED_SHAPES.map((shape) => sealStampedBundle(shape)));
  const classes = await containerClasses("assay", bags, examinerMeans(), {});
  expect(classes.map(({ id, missed, falseAlarms }) => [id, missed, falseAlarms])).toEqual(
    classes.map(({ id }) => [id, 0, 0]),
  );
  expect(classes.map(({ id }) => id.slice(0, 3))).toEqual(
    expect.arrayContaining(["T51", "T52", "T53", "T54", "T55", "T56"]),
  );
});

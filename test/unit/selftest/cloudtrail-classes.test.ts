import { expect, it } from "vitest";

import { cloudTrailClasses } from "../../../core/selftest/cloudtrail-classes.ts";

it("misses no change of a CloudTrail export, and takes no whole one for changed", { timeout: 240_000 }, async () => {
  const classes = await cloudTrailClasses("assay", {});
  expect(classes.map(({ id, missed, falseAlarms }) => [id, missed, falseAlarms])).toEqual(
    classes.map(({ id }) => [id, 0, 0]),
  );
  expect(classes.length).toBeGreaterThan(10);
});

import { expect, it } from "vitest";

import { buildExport } from "../../../core/selftest/cloudtrail-corpus.ts";
import { CLOUDTRAIL_VARIANTS } from "../../../samples/generator/cloudtrail-variants.ts";
import { judgeExport } from "../../support/cloudtrail-export.ts";

/** The first test that asks for a key makes it. */
const MAKING_KEYS = { timeout: 60_000 };

it.each(CLOUDTRAIL_VARIANTS)(
  "the variant $name gets its verdict and exactly its findings",
  MAKING_KEYS,
  async (variant) => {
    const { files, publicKeys } = buildExport(variant.plan);
    variant.mutate?.(files);
    const keys = variant.pinned ? buildExport(variant.pinned).publicKeys : publicKeys;
    const { result } = await judgeExport(files, keys);
    expect(result.findings.map(({ code }) => code)).toEqual(variant.findings);
    expect(result.verdict).toBe(variant.verdict);
  },
);

it("the same plan gives the same export", () => {
  const [{ plan } = { plan: undefined }] = CLOUDTRAIL_VARIANTS;
  if (!plan) throw new Error("there are variants");
  expect(buildExport(plan).files).toEqual(buildExport(plan).files);
});

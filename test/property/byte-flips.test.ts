import { expect, it } from "vitest";

import { judge, memoryBundle } from "../support/memory-bundle.ts";
import { testKey, trusting } from "../support/sealed-bundle.ts";

const LIMITS = ["not-witnessed", "not-stamped"];
const MAX_BUNDLE_BYTES = 12 * 1024;
/** Each flip verifies every signature again, twice: every byte takes minutes (ASSAY_EXHAUSTIVE=1), every 31st a few seconds. */
const STRIDE = process.env["ASSAY_EXHAUSTIVE"] === "1" ? 1 : 31;

it("no flipped byte of a bundle goes without a finding", { timeout: 1_200_000 }, async () => {
  const base = await memoryBundle([1, 1, 1]);
  const byteLength = [...base.values()].reduce((total, bytes) => total + bytes.length, 0);
  expect(byteLength).toBeLessThanOrEqual(MAX_BUNDLE_BYTES);
  const means = trusting(testKey());
  const silent: string[] = [];
  let flips = 0;
  for (const [path, bytes] of base) {
    for (let offset = 0; offset < bytes.length; offset += STRIDE) {
      const flipped = Buffer.from(bytes);
      flipped[offset] = (flipped[offset] ?? 0) ^ (1 << (offset % 8));
      const { result } = await judge(new Map(base).set(path, flipped), means);
      const found = result.findings.filter(({ code }) => !LIMITS.includes(code));
      if (found.length === 0) silent.push(`${path} byte ${offset}`);
      flips += 1;
    }
  }
  expect(flips).toBeGreaterThanOrEqual(byteLength / STRIDE);
  expect(silent).toEqual([]);
});

import { expect, it } from "vitest";

import { memoryContainer } from "../../../core/bundle/memory-container.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { present } from "../../../core/model/assert.ts";
import { type Hash } from "../../../core/model/digest.ts";
import { ComparedHash, withComparison } from "../../../core/verification/compared-hash.ts";
import { verifyBundle, verifyBundleOutline } from "../../../core/verification/verify-bundle.ts";
import { memoryBundle } from "../../support/memory-bundle.ts";
import { testKey, trusting } from "../../support/sealed-bundle.ts";

it("compares the digests of tiles, too", async () => {
  const bundle = await memoryBundle([3, 2]);
  const checkedOf = async (files: typeof bundle): Promise<number> => {
    const comparison = new ComparedHash(platformHash);
    await verifyBundleOutline(memoryContainer("bundle", files), { ...trusting(testKey()), compared: comparison });
    return comparison.checked;
  };
  const withoutTiles = new Map([...bundle].filter(([path]) => !path.startsWith("data/tile/")));
  const tiles = bundle.size - withoutTiles.size;
  expect(tiles).toBeGreaterThan(0);
  expect(await checkedOf(bundle)).toBe((await checkedOf(withoutTiles)) + tiles);
});

async function compared(first: Hash) {
  const comparison = new ComparedHash(first);
  const means = { ...trusting(testKey()), hash: comparison.hash };
  const { result } = present(
    await verifyBundle(memoryContainer("bundle", await memoryBundle([3, 2])), means),
    "a bundle",
  );
  return withComparison(result, comparison);
}

it("computes every digest of records, tree and chain twice and adds a check", async () => {
  const result = await compared(platformHash);
  const added = result.checks.find(({ name }) => name === "hash-comparison");
  // 9 leaves and 9 links of the chain at the least.
  expect(added?.checked).toBeGreaterThan(18);
  expect(added).toMatchObject({ verdict: "verified", failed: 0 });
  expect(result.verdict).toBe("verified-with-limits");
});

it("relies on nothing when the implementations disagree", async () => {
  let calls = 0;
  const flaky: Hash = (data) => {
    const digest = platformHash(data);
    calls += 1;
    return calls === 20 ? digest.map((byte) => byte ^ 1) : digest;
  };
  const result = await compared(flaky);
  expect(result.checks.at(-1)).toMatchObject({ name: "hash-comparison", verdict: "failed", failed: 1 });
  expect(result.findings.at(-1)).toMatchObject({ code: "hash-disagreement", verdict: "not-verifiable" });
  expect(["not-verifiable", "altered"]).toContain(result.verdict);
});

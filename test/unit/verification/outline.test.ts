import { expect, it } from "vitest";

import { type Container } from "../../../core/bundle/container.ts";
import { memoryContainer } from "../../../core/bundle/memory-container.ts";
import { type SealOptions } from "../../../core/bundle/seal.ts";
import { formatVerifierKey } from "../../../core/signing/verifier-key.ts";
import { type SealedLogMeans } from "../../../core/verification/means.ts";
import { verifyBundleOutline } from "../../../core/verification/verify-bundle.ts";
import { memoryBundle, rewriteManifests, segmentsOf, type MemoryBundle } from "../../support/memory-bundle.ts";
import { ORIGIN, testKey, trusting } from "../../support/sealed-bundle.ts";

const PINNED = trusting(testKey());

/** How often the first segment is read; where its records are proven, they are read once more by themselves. */
async function readings(bundle: MemoryBundle, means: SealedLogMeans): Promise<number> {
  const [segment] = segmentsOf(bundle);
  let count = 0;
  const container = memoryContainer("bundle", bundle);
  const counting: Container = {
    ...container,
    open: (path) => {
      if (path === segment) count += 1;
      return container.open(path);
    },
  };
  await verifyBundleOutline(counting, means);
  return count;
}

async function bundleOf(change: Partial<SealOptions> = {}, isListed = true): Promise<MemoryBundle> {
  const bundle = await memoryBundle([300, 304], change);
  if (!isListed) bundle.delete("statement.dsse.json");
  rewriteManifests(bundle);
  return bundle;
}

const WITHHELD = { withhold: [{ range: { first: 2, last: 2 }, reason: "privacy" }] };
const expired = (first: number, last: number): Partial<SealOptions> => {
  return { expire: [{ range: { first, last }, policy: { id: "audit", period: null } }] };
};
const LAST_ABSENT = expired(302, 607);
const FIRST_ABSENT = expired(0, 301);

it.each<readonly [string, Partial<SealOptions>, boolean, SealedLogMeans, number]>([
  ["whose key is not pinned", {}, true, trusting(), 1],
  ["whose key is not pinned, without a list of its files", {}, false, trusting(), 1],
  ["whose key is not pinned, with withheld records", WITHHELD, true, trusting(), 1],
  ["whose key is pinned", {}, true, PINNED, 2],
  ["whose key is pinned, without a list of its files", {}, false, PINNED, 2],
  ["whose key is pinned, with absent records", FIRST_ABSENT, true, PINNED, 2],
  ["whose key is not pinned, of which the last records are absent", LAST_ABSENT, true, trusting(), 1],
  ["whose key is not pinned, and which begins in the midst of a tile", FIRST_ABSENT, true, trusting(), 2],
])("a log %s is read as often as it needs to be", async (_what, change, isListed, means, times) => {
  expect(await readings(await bundleOf(change, isListed), means)).toBe(times);
});

it("a log that was changed is read once more, with all that tells what differs", async () => {
  const bundle = await bundleOf();
  const [, path = ""] = segmentsOf(bundle);
  bundle.set(path, Buffer.from((bundle.get(path) ?? Buffer.alloc(0)).toString().replace("read", "reap")));
  expect(await readings(bundle, PINNED)).toBe(2);
});

it("a log of which a state is held that ends in the midst of a segment is read once more", async () => {
  const [vkey, root] = [formatVerifierKey(testKey().verifier), "00".repeat(32)];
  const held = { vkey, origin: ORIGIN, size: 7, root, seenAt: "2026-08-01T00:00:00Z", statedAt: null };
  expect(await readings(await bundleOf(), { ...PINNED, knownStates: [held] })).toBe(4);
});

import { createHash } from "node:crypto";

import fc from "fast-check";
import { expect, it } from "vitest";

import { type SegmentFile } from "../../../core/bundle/bundle-reader.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { segmentReader } from "../../../core/bundle/read-segment.ts";
import { areTilesOf, tilesOf, type SegmentTiles } from "../../../core/bundle/segment-tiles.ts";
import { formatHex } from "../../../core/encoding/bytes.ts";
import { rangeOfLeaves, recordHashing } from "../../../core/merkle/record-hashing.ts";
import { buildTree, TILE_LEVELS, TILE_WIDTH, tileOf } from "../../../core/merkle/tree.ts";
import { present } from "../../../core/model/assert.ts";
import { HASH_BYTES } from "../../../core/model/digest.ts";
import { expectedTiles, tileKey } from "../../../core/verification/expected-tiles.ts";

/** Leaves that all differ. */
function leavesOf(count: number): Uint8Array {
  const leaves = new Uint8Array(count * HASH_BYTES);
  const view = new DataView(leaves.buffer);
  for (let index = 0; index < count; index += 1) view.setUint32(index * HASH_BYTES, index + 1);
  return leaves;
}

function tilesFrom(leaves: Uint8Array, firstIndex: number): SegmentTiles {
  let roots = new Uint8Array();
  rangeOfLeaves(recordHashing(platformHash), firstIndex, leaves, (level, nodes) => {
    if (level === TILE_LEVELS) roots = nodes.slice();
  });
  return tilesOf(leaves, firstIndex, roots, platformHash);
}

/** Segments of these lengths, by the tiles alone. */
function segmentsOf(counts: readonly number[], leaves: Uint8Array): SegmentFile[] {
  let firstIndex = 0;
  return counts.map((count) => {
    const own = leaves.subarray(firstIndex * HASH_BYTES, (firstIndex + count) * HASH_BYTES);
    const segment = { firstIndex, content: { count, tiles: tilesFrom(own, firstIndex) } };
    firstIndex += count;
    return segment as unknown as SegmentFile; // nothing else is looked at
  });
}

/** Of a tree of all leaves. */
function digestsOfTree(leaves: Uint8Array): Map<string, string> {
  const tree = buildTree(platformHash, leaves);
  const digests = new Map<string, string>();
  for (let level = 0; ; level += 1) {
    for (let index = 0; ; index += 1) {
      const tile = tileOf(tree, level, index);
      if (tile === undefined && index === 0) return digests;
      if (tile === undefined) break;
      const digest = createHash("sha256").update(tile).digest("hex");
      digests.set(tileKey({ level, index, width: tile.length / HASH_BYTES }), digest);
    }
  }
}

it("are those of the whole tree, wherever segments end", () => {
  const length = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 200, max: 900 }));
  fc.assert(
    fc.property(fc.array(length, { minLength: 1, maxLength: 8 }), (counts) => {
      const leaves = leavesOf(counts.reduce((sum, count) => sum + count, 0));
      expect(expectedTiles(segmentsOf(counts, leaves), platformHash)).toEqual(digestsOfTree(leaves));
    }),
    { numRuns: 100 },
  );
});

it("are those of three levels, too", () => {
  const counts = [1, 255, 256, 257, 30_000, 512, 35_000];
  const leaves = leavesOf(counts.reduce((sum, count) => sum + count, 0));
  const found = present(expectedTiles(segmentsOf(counts, leaves), platformHash), "segments follow each other");
  expect([...found.keys()].filter((key) => !key.startsWith("0/"))).toEqual(
    expect.arrayContaining(["1/0/256", "1/1/2", "2/0/1"]),
  );
  expect(found).toEqual(digestsOfTree(leaves));
});

it("are not known where segments leave a gap, overlap, or give no tiles", () => {
  const leaves = leavesOf(600);
  const [first, second, third] = segmentsOf([100, 300, 200], leaves);
  if (!first || !second || !third) throw new Error("three segments");
  expect(expectedTiles([first, second, third], platformHash)?.size).toBe(4);
  expect(expectedTiles([first, third], platformHash)).toBeNull();
  expect(expectedTiles([second, third], platformHash)).toBeNull();
  expect(expectedTiles([first, first, second], platformHash)).toBeNull();
  expect(expectedTiles([{ ...first, content: null }], platformHash)).toBeNull();
  const content = present(first.content, "it has content");
  expect(expectedTiles([{ ...first, content: { ...content, tiles: null } }], platformHash)).toBeNull();
});

it("of a segment are told from those of any other number of leaves or place", () => {
  for (const firstIndex of [0, 1, 200, 255, 256, 511]) {
    for (const count of [1, 55, 56, 255, 256, 257, 512, 700]) {
      const tiles = tilesFrom(leavesOf(count), firstIndex);
      expect(areTilesOf(tiles, firstIndex, count)).toBe(true);
      expect(areTilesOf(tiles, firstIndex, count + 1)).toBe(false);
      expect(areTilesOf({ ...tiles, head: tiles.head.slice(1) }, firstIndex, count)).toBe(tiles.head.length === 0);
      expect(areTilesOf({ ...tiles, digests: leavesOf(9) }, firstIndex, count)).toBe(false);
      if (tiles.roots.length > 0) expect(areTilesOf(tiles, firstIndex + 1, count)).toBe(false);
      const moved = {
        ...tiles,
        head: leavesOf(tiles.head.length / HASH_BYTES + TILE_WIDTH),
        roots: tiles.roots.slice(HASH_BYTES),
      };
      if (tiles.roots.length > 0) expect(areTilesOf(moved, firstIndex, count)).toBe(false);
    }
  }
});

it("come with every segment that is read", async () => {
  const text = Buffer.from(`\0${Array.from({ length: 600 }, (_, index) => `{"index":${index}}\n`).join("")}`);
  const path = "data/segments/00000000000000000100.jsonl";
  const [read] = await segmentReader(platformHash)([
    { name: { firstIndex: 100, encoding: "plain" }, path, data: text, maxRatio: 1 },
  ]);
  const { leaves, tiles } = present(read?.content, "a segment that was read");
  expect(tiles).toEqual(tilesFrom(leaves, 100));
  expect(tiles?.head.length).toBe(156 * HASH_BYTES);
  expect(formatHex(present(tiles, "tiles").digests)).toBe(
    createHash("sha256")
      .update(leaves.subarray(156 * HASH_BYTES, 412 * HASH_BYTES))
      .digest("hex"),
  );
});

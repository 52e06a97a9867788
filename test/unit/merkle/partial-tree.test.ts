import { createHash } from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { concatBytes, formatHex } from "../../../core/encoding/bytes.ts";
import { leafHash } from "../../../core/merkle/hash.ts";
import { buildPartialTree, type AbsentLeaves } from "../../../core/merkle/partial-tree.ts";
import { buildTree, compactRangeOf, leafOf, proveInclusion, rootOf, type Tree } from "../../../core/merkle/tree.ts";

const hash = (data: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(data).digest());

function treeOf(size: number): Tree {
  return buildTree(
    hash,
    concatBytes(...Array.from({ length: size }, (_, index) => leafHash(hash, Buffer.from([index])))),
  );
}

/** What is left of a tree without the leaves at these indexes: the known ones, and ranges for the others. */
function without(tree: Tree, isAbsent: (index: number) => boolean) {
  const known = Array.from({ length: tree.size }, (_, index) => index).filter((index) => !isAbsent(index));
  const absent: AbsentLeaves[] = [];
  for (let index = 0; index < tree.size; index += 1) {
    if (!isAbsent(index)) continue;
    const firstIndex = index;
    while (index < tree.size && isAbsent(index)) index += 1;
    absent.push({ firstIndex, endIndex: index, range: compactRangeOf(tree, firstIndex, index) });
  }
  return { known, leaves: concatBytes(...known.map((index) => leafOf(tree, index))), absent };
}

describe("buildPartialTree", () => {
  it("gives root and inclusion proofs of the whole tree, for every absent range of every small tree", () => {
    for (let size = 1; size <= 24; size += 1) {
      const tree = treeOf(size);
      for (let first = 0; first < size; first += 1) {
        for (let end = first + 1; end <= size; end += 1) {
          const { known, leaves, absent } = without(tree, (index) => first <= index && index < end);
          const partial = buildPartialTree(hash, leaves, absent);
          if (partial === undefined) throw new Error(`no tree of ${size} without ${first}–${end}`);
          expect(partial.size).toBe(size);
          expect(formatHex(rootOf(partial))).toBe(formatHex(rootOf(tree)));
          for (const index of known) expect(proveInclusion(partial, index)).toEqual(proveInclusion(tree, index));
        }
      }
    }
  });

  it("does so with several absent ranges", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 200 }), (isAbsent) => {
        const tree = treeOf(isAbsent.length);
        const { known, leaves, absent } = without(tree, (index) => isAbsent[index] === true);
        const partial = buildPartialTree(hash, leaves, absent);
        expect(partial && formatHex(rootOf(partial))).toBe(formatHex(rootOf(tree)));
        for (const index of known)
          expect(partial && proveInclusion(partial, index)).toEqual(proveInclusion(tree, index));
      }),
      { numRuns: 60 },
    );
  });

  it("is none of ranges that meet, lie behind the last leaf, or have another number of hashes", () => {
    const tree = treeOf(12);
    const { leaves, absent } = without(tree, (index) => index >= 3 && index < 7);
    const [range] = absent;
    if (range === undefined) throw new Error("a range");
    const wrong: readonly (readonly AbsentLeaves[])[] = [
      [range, range],
      [{ ...range, firstIndex: 9, endIndex: 13 }],
      [{ ...range, range: range.range.slice(1) }],
      [{ ...range, range: range.range.map((node) => node.subarray(1)) }],
      [{ ...range, endIndex: range.firstIndex }],
      [{ ...range, endIndex: 2 ** 53 }],
    ];
    for (const ranges of wrong) expect(buildPartialTree(hash, leaves, ranges)).toBeUndefined();
  });
});

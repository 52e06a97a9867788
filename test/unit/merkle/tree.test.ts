import { describe, expect, it } from "vitest";
import { concatBytes, formatHex } from "../../../core/encoding/bytes.ts";
import { extendChain, extendChainByAll, initialChainHead } from "../../../core/merkle/chain.ts";
import { CompactRange } from "../../../core/merkle/compact-range.ts";
import { rootsFromConsistencyProof } from "../../../core/merkle/consistency.ts";
import { emptyRoot, leafHash, nodeHash } from "../../../core/merkle/hash.ts";
import { inclusionProofSides, rootFromInclusionProof } from "../../../core/merkle/inclusion.ts";
import {
  buildTree,
  compactRangeOf,
  leafOf,
  proveConsistency,
  proveInclusion,
  rootOf,
  tileOf,
} from "../../../core/merkle/tree.ts";
import { nativeHash as hash } from "../../support/hashes.ts";

const MAX_SIZE = 256;
const leaves = Array.from({ length: MAX_SIZE + 44 }, (_, index) =>
  leafHash(hash, Uint8Array.of(index & 255, index >> 8)),
);
const tree = buildTree(hash, concatBytes(...leaves));

/** The definitions of RFC 9162 §2.1, word for word and slow. */
function naiveRoot(part: readonly Uint8Array[]): Uint8Array {
  const [first] = part;
  if (first === undefined) return hash(new Uint8Array());
  if (part.length === 1) return first;
  const k = split(part.length);
  return nodeHash(hash, naiveRoot(part.slice(0, k)), naiveRoot(part.slice(k)));
}

function naivePath(index: number, part: readonly Uint8Array[]): Uint8Array[] {
  if (part.length === 1) return [];
  const k = split(part.length);
  return index < k
    ? [...naivePath(index, part.slice(0, k)), naiveRoot(part.slice(k))]
    : [...naivePath(index - k, part.slice(k)), naiveRoot(part.slice(0, k))];
}

function naiveSubproof(m: number, part: readonly Uint8Array[], complete: boolean): Uint8Array[] {
  if (m === part.length) return complete ? [] : [naiveRoot(part)];
  const k = split(part.length);
  return m <= k
    ? [...naiveSubproof(m, part.slice(0, k), complete), naiveRoot(part.slice(k))]
    : [...naiveSubproof(m - k, part.slice(k), false), naiveRoot(part.slice(0, k))];
}

function split(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1));
}

const hexOf = (hashes: readonly Uint8Array[]): string[] => hashes.map(formatHex);

describe("a tree of every size up to 256", () => {
  const roots = Array.from({ length: MAX_SIZE + 1 }, (_, size) => formatHex(naiveRoot(leaves.slice(0, size))));

  it("has the root of the definition, in the whole tree, alone, and as a compact range", () => {
    const range = new CompactRange(hash);
    for (let size = 0; size <= MAX_SIZE; size++) {
      expect(formatHex(rootOf(tree, size))).toBe(roots[size]);
      expect(formatHex(rootOf(buildTree(hash, concatBytes(...leaves.slice(0, size)))))).toBe(roots[size]);
      expect(formatHex(range.root())).toBe(roots[size]);
      expect(hexOf(range.encode())).toEqual(hexOf(compactRangeOf(tree, 0, size)));
      range.append(leafOf(tree, size));
    }
    expect(formatHex(emptyRoot(hash))).toBe(roots[0]);
  });

  it("proves every leaf, and the proof leads to the root from that index only", () => {
    for (let size = 1; size <= MAX_SIZE; size++) {
      for (let index = 0; index < size; index++) {
        const proof = proveInclusion(tree, index, size);
        expect(proof.length).toBe(inclusionProofSides(index, size).length);
        const leaf = leafOf(tree, index);
        const root = rootFromInclusionProof(hash, index, size, leaf, proof);
        expect(root && formatHex(root)).toBe(roots[size]);
        if (size > 1) {
          const neighbour = rootFromInclusionProof(hash, index ^ 1, size, leaf, proof);
          expect(neighbour === undefined ? undefined : formatHex(neighbour)).not.toBe(roots[size]);
        }
        expect(rootFromInclusionProof(hash, index, size, leaf, [...proof, leaf])).toBeUndefined();
        expect(rootFromInclusionProof(hash, index, size, leaf, proof.slice(1))).toEqual(size === 1 ? leaf : undefined);
      }
    }
  });

  it("gives the proofs of the definition", () => {
    for (const size of [1, 2, 3, 5, 7, 8, 11, 64, 65, 100, 255, 256]) {
      for (let index = 0; index < size; index++) {
        expect(hexOf(proveInclusion(tree, index, size))).toEqual(hexOf(naivePath(index, leaves.slice(0, size))));
      }
    }
    for (const size of [1, 2, 3, 6, 7, 8, 13, 64, 65, 100]) {
      for (let first = 1; first <= size; first++) {
        const expected = naiveSubproof(first, leaves.slice(0, size), true);
        expect(hexOf(proveConsistency(tree, first, size))).toEqual(hexOf(expected));
      }
    }
  });

  it("is consistent with every smaller tree, and with no other root of that size", () => {
    for (let size2 = 1; size2 <= MAX_SIZE; size2++) {
      for (let size1 = 1; size1 <= size2; size1++) {
        const proof = proveConsistency(tree, size1, size2);
        const found = rootsFromConsistencyProof(hash, size1, size2, rootOf(tree, size1), proof);
        expect(found && formatHex(found.first)).toBe(roots[size1]);
        expect(found && formatHex(found.second)).toBe(roots[size2]);
        expect(
          rootsFromConsistencyProof(hash, size1, size2, leafOf(tree, 0), [...proof, leafOf(tree, 0)]),
        ).toBeUndefined();
      }
    }
  });
});

describe("a compact range", () => {
  it("stands in for absent leaves anywhere: neighbours merge to the signed root", () => {
    const size = 53;
    for (let begin = 0; begin <= size; begin++) {
      for (let end = begin; end <= size; end++) {
        const encoded = compactRangeOf(tree, begin, end);
        const absent = CompactRange.decode(hash, begin, end, encoded);
        if (absent === undefined) throw new Error("the range does not decode");
        const range = new CompactRange(hash);
        for (let index = 0; index < begin; index++) range.append(leafOf(tree, index));
        range.merge(absent);
        for (let index = end; index < size; index++) range.append(leafOf(tree, index));
        expect(range.end).toBe(size);
        expect(formatHex(range.root())).toBe(formatHex(rootOf(tree, size)));
      }
    }
  });

  it("does not decode from a number of hashes that does not fit it", () => {
    const encoded = compactRangeOf(tree, 3, 29);
    expect(CompactRange.decode(hash, 3, 29, encoded.slice(1))).toBeUndefined();
    expect(CompactRange.decode(hash, 3, 29, [...encoded, leafOf(tree, 0)])).toBeUndefined();
    expect(CompactRange.decode(hash, 3, 29, [...encoded.slice(1), new Uint8Array(31)])).toBeUndefined();
  });
});

describe("proofs of sizes beyond 32 bits", () => {
  it("have the sides and length of the definition", () => {
    const size = 2 ** 53 - 1;
    expect(inclusionProofSides(0, size)).toEqual(Array.from({ length: 53 }, () => "right"));
    expect(inclusionProofSides(2 ** 52, 2 ** 52 + 1)).toEqual(["left"]);
    const proof = [leafOf(tree, 1)];
    const root = rootFromInclusionProof(hash, 2 ** 52, 2 ** 52 + 1, leafOf(tree, 0), proof);
    expect(root && formatHex(root)).toBe(formatHex(nodeHash(hash, leafOf(tree, 1), leafOf(tree, 0))));
    const end = 2 ** 52 + 1;
    const first = leafOf(tree, 2);
    const roots = rootsFromConsistencyProof(hash, 2 ** 52, end, first, proof);
    expect(roots && formatHex(roots.second)).toBe(formatHex(nodeHash(hash, first, leafOf(tree, 1))));
  });

  it("of indexes and sizes that are no counts lead nowhere", () => {
    const leaf = leafOf(tree, 0);
    for (const [index, size] of [
      [-1, 4],
      [4, 4],
      [0.5, 4],
      [0, Number.NaN],
      [0, 2 ** 53],
      [Number.NaN, 4],
    ] as const) {
      expect(rootFromInclusionProof(hash, index, size, leaf, [leaf, leaf])).toBeUndefined();
    }
    expect(rootsFromConsistencyProof(hash, 0, 0, leaf, [])).toBeUndefined();
    expect(rootsFromConsistencyProof(hash, 0, 4, leaf, [])).toBeUndefined();
  });
});

describe("tiles", () => {
  it("hold 256 hashes of their level, the last one fewer", () => {
    expect(tileOf(tree, 0, 0)).toEqual(concatBytes(...leaves.slice(0, 256)));
    expect(tileOf(tree, 0, 1)).toEqual(concatBytes(...leaves.slice(256)));
    expect(tileOf(tree, 0, 2)).toBeUndefined();
    expect(formatHex(tileOf(tree, 1, 0) ?? new Uint8Array())).toBe(formatHex(rootOf(tree, 256)));
    expect(tileOf(tree, 2, 0)).toBeUndefined();
  });
});

describe("the chain", () => {
  it("extends by all leaves as it does one by one, and notices their order", () => {
    let head: Uint8Array = initialChainHead();
    for (const leaf of leaves.slice(0, 5)) head = extendChain(hash, head, leaf);
    expect(formatHex(extendChainByAll(hash, initialChainHead(), concatBytes(...leaves.slice(0, 5))))).toBe(
      formatHex(head),
    );
    const swapped = concatBytes(...leaves.slice(0, 3), ...leaves.slice(3, 5).reverse());
    expect(formatHex(extendChainByAll(hash, initialChainHead(), swapped))).not.toBe(formatHex(head));
  });
});

import { describe, expect, it } from "vitest";

import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { concatBytes, equalBytes } from "../../../core/encoding/bytes.ts";
import { leafHash, nodeHash } from "../../../core/merkle/hash.ts";
import { rootFromInclusionProof } from "../../../core/merkle/inclusion.ts";
import { buildTree, leafOf, proveInclusion, rootOf } from "../../../core/merkle/tree.ts";

const SIZE = 11;
const INDEX = 6;
const records = Array.from({ length: SIZE }, (_, index) => Buffer.from(`{"n":${index}}`));
const tree = buildTree(platformHash, concatBytes(...records.map((record) => leafHash(platformHash, record))));
const root = rootOf(tree);
const leaf = leafOf(tree, INDEX);
const proof = proveInclusion(tree, INDEX);

function leadsToRoot(index: number, size: number, of: Uint8Array, hashes: readonly Uint8Array[]): boolean {
  const found = rootFromInclusionProof(platformHash, index, size, of, hashes);
  return found !== undefined && equalBytes(found, root);
}

describe("an inclusion proof (T33, T34)", () => {
  it("leads from its record to the signed root", () => {
    expect(leadsToRoot(INDEX, SIZE, leaf, proof)).toBe(true);
  });

  it("leads nowhere from another index, whatever size is claimed", () => {
    for (let size = 1; size <= 2 * SIZE; size += 1) {
      for (let index = 0; index < size; index += 1) {
        if (index !== INDEX) expect(leadsToRoot(index, size, leaf, proof)).toBe(false);
      }
    }
  });

  it("leads nowhere when it is cut, padded, or has one flipped bit", () => {
    expect(leadsToRoot(INDEX, SIZE, leaf, proof.slice(0, -1))).toBe(false);
    expect(leadsToRoot(INDEX, SIZE, leaf, [...proof, new Uint8Array(32)])).toBe(false);
    for (let bit = 0; bit < proof.length * 256; bit += 1) {
      const flipped = proof.map((hash) => hash.slice());
      const hash = flipped[Math.floor(bit / 256)] ?? new Uint8Array(32);
      const byte = Math.floor(bit / 8) % 32;
      hash[byte] = (hash[byte] ?? 0) ^ (1 << (bit % 8));
      expect(leadsToRoot(INDEX, SIZE, leaf, flipped)).toBe(false);
    }
  });

  it("does not take an interior node for a record", () => {
    const children = [leafOf(tree, 6), leafOf(tree, 7)] as const;
    const node = nodeHash(platformHash, ...children);
    // The node's hash stands where a leaf of the tree of pairs would: only the domain of the hash tells them apart.
    expect(leadsToRoot(3, 6, node, proof.slice(1))).toBe(true);
    expect(leadsToRoot(3, 6, leafHash(platformHash, concatBytes(...children)), proof.slice(1))).toBe(false);
  });
});

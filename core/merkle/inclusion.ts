/**
 * Inclusion proofs, RFC 6962 §2.1.1 and RFC 9162 §2.1.3. Computed here, compared by the caller: a report shows the root
 * that a proof leads to beside the signed one, and not only that they differ.
 */

import { assert } from "../model/assert.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { nodeHash } from "./hash.ts";

/**
 * The root that the proof leads to (RFC 9162 §2.1.3.2), or undefined when no proof of this length, index and size can
 * exist: an index not below the size, a hash that has not 32 bytes, too few or too many hashes.
 * Index and size come from evidence and may be any number up to 2^53 - 1.
 */
export function rootFromInclusionProof(
  hash: Hash,
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): Uint8Array | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return undefined;
  if (leaf.length !== HASH_BYTES || proof.some((node) => node.length !== HASH_BYTES)) return undefined;
  const sides = inclusionProofSides(index, size);
  if (proof.length !== sides.length) return undefined;
  return proof.reduce(
    (node, sibling, step) => (sides[step] === "left" ? nodeHash(hash, sibling, node) : nodeHash(hash, node, sibling)),
    leaf,
  );
}

/**
 * On which side of the path each hash of the proof stands, from leaf to root. Precondition: `0 <= index < size <= 2^53 - 1`.
 *
 * The loop of RFC 9162 §2.1.3.2 with fn = index and sn = size - 1, in arithmetic that holds beyond 32 bits: at each level
 * an odd node has its sibling on the left; an even one has it on the right, or, as the last node of its level, none: it
 * moves up alone.
 */
export function inclusionProofSides(index: number, size: number): ("left" | "right")[] {
  assert(index >= 0 && index < size, "a leaf index is below the tree size");
  const sides: ("left" | "right")[] = [];
  let node = index;
  let last = size - 1;
  while (last > 0) {
    if (node % 2 === 1) sides.push("left");
    else if (node < last) sides.push("right");
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return sides;
}

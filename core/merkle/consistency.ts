/**
 * Consistency proofs, RFC 6962 §2.1.2 and RFC 9162 §2.1.4: that a smaller tree is a prefix of a larger one. Computed here,
 * compared by the caller.
 */

import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { nodeHash } from "./hash.ts";

/** The roots that one proof leads to: both must equal the known ones. */
export interface ConsistencyRoots {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
}

/**
 * Both roots that a proof from `size1` to `size2` leads to (RFC 9162 §2.1.4.2), or undefined when no proof of this length
 * and these sizes can exist. `firstRoot` is the known root of the smaller tree: where that tree is perfect it is itself the
 * start of the computation, so a wrong one shows in `second`.
 *
 * RFC 9162 defines proofs for `0 < size1 < size2` only, and for equal sizes the empty proof. An empty first tree is a prefix
 * of everything, but no proof can show it: callers treat size 0 as trivially consistent themselves (C2SP tlog-witness), and
 * this function returns undefined.
 */
export function rootsFromConsistencyProof(
  hash: Hash,
  size1: number,
  size2: number,
  firstRoot: Uint8Array,
  proof: readonly Uint8Array[],
): ConsistencyRoots | undefined {
  if (!Number.isSafeInteger(size1) || !Number.isSafeInteger(size2) || size1 <= 0 || size1 > size2) return undefined;
  if (size1 === size2) return proof.length === 0 ? { first: firstRoot, second: firstRoot } : undefined;
  if (firstRoot.length !== HASH_BYTES || proof.some((node) => node.length !== HASH_BYTES)) return undefined;

  // Step 2: a perfect first tree is a node of the second one and is left out of the proof.
  const path = isPowerOfTwo(size1) ? [firstRoot, ...proof] : [...proof];
  let node = size1 - 1;
  let last = size2 - 1;
  // Step 4: up to the largest subtree that both trees share at the right edge of the first.
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  const start = path.shift();
  if (start === undefined) return undefined;
  let first = start;
  let second = start;
  for (const sibling of path) {
    // Step 6.1: the second tree's right edge is reached and hashes are left over.
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      first = nodeHash(hash, sibling, first);
      second = nodeHash(hash, sibling, second);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      // A sibling to the right belongs to the second tree only.
      second = nodeHash(hash, second, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  // Step 7: anything else was too short.
  return last === 0 ? { first, second } : undefined;
}

function isPowerOfTwo(size: number): boolean {
  return Number.isInteger(Math.log2(size)) && 2 ** Math.log2(size) === size;
}

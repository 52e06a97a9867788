/**
 * The leaves of a signed state, as far as a copy of the log gives them: hashes of records that are there or withheld, and
 * what stands for ranges that are absent. With them every record that is there can be led to the signed root.
 */
import { extendChainByAll, initialChainHead } from "../merkle/chain.ts";
import { buildPartialTree, type AbsentLeaves } from "../merkle/partial-tree.ts";
import { buildTree, type TreeNodes } from "../merkle/tree.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";

/** A range of leaves that is absent. */
export interface AbsentRange extends AbsentLeaves {
  /** Head of the chain behind it; null when the log states none. */
  readonly chainAfter: Uint8Array | null;
}

export interface SignedLeaves {
  /** Those that are known, one after the other, 32 bytes each. */
  readonly leaves: Uint8Array;
  /** Ascending. */
  readonly absent: readonly AbsentRange[];
}

/** The tree they make; undefined when the ranges do not fit in between. */
export function treeOfSigned(hash: Hash, { leaves, absent }: SignedLeaves): TreeNodes | undefined {
  return absent.length === 0 ? buildTree(hash, leaves) : buildPartialTree(hash, leaves, absent);
}

/** The index of the known leaf at a position among the known ones. */
export function indexOfPosition({ absent }: SignedLeaves, position: number): number {
  return absent.reduce(
    (index, { firstIndex, endIndex }) => (firstIndex <= index ? index + endIndex - firstIndex : index),
    position,
  );
}

/** The head of the chain before the leaf at `index`; null when nothing gives it. Precondition: the leaf is known. */
export function chainBefore(hash: Hash, { leaves, absent }: SignedLeaves, index: number): Uint8Array | null {
  const before = absent.filter(({ endIndex }) => endIndex <= index);
  const last = before.at(-1);
  const head = last === undefined ? initialChainHead() : last.chainAfter;
  if (head === null) return null;
  const missing = before.reduce((count, { firstIndex, endIndex }) => count + endIndex - firstIndex, 0);
  const start = (last?.endIndex ?? 0) - missing;
  return extendChainByAll(hash, head, leaves.subarray(start * HASH_BYTES, (index - missing) * HASH_BYTES));
}

/** The position of the leaf at `index` among the known ones; undefined when it is absent, or behind them. */
export function positionOfIndex({ leaves, absent }: SignedLeaves, index: number): number | undefined {
  let position = index;
  for (const { firstIndex, endIndex } of absent) {
    if (index < firstIndex) break;
    if (index < endIndex) return undefined;
    position -= endIndex - firstIndex;
  }
  return position * HASH_BYTES < leaves.length ? position : undefined;
}

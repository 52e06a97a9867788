/**
 * A whole RFC 6962 tree over leaf hashes that lie one after the other in one array, 32 bytes each. Every level is kept
 * (64 bytes a leaf in all), so a proof costs log2(n) copies and no hashing.
 */

import { assert, present } from "../model/assert.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { rangeLevels } from "./compact-range.ts";
import { copyHash, emptyRoot, nodeHash, NODE_PREFIX } from "./hash.ts";

/** A tree by the roots of its perfect subtrees, as far as they are known. */
export interface TreeNodes {
  readonly hash: Hash;
  readonly size: number;
  /** The root of the 2^level leaves that begin at index * 2^level. Precondition: they are leaves of the tree, and known. */
  readonly nodeAt: (level: number, index: number) => Uint8Array;
}

/** A tree all of whose leaves are known. */
export interface Tree extends TreeNodes {
  /** `levels[k]` holds the roots of the complete subtrees of 2^k leaves, left to right; `levels[0]` are the leaves. */
  readonly levels: readonly Uint8Array[];
}

/** Hashes per full tile of C2SP tlog-tiles; a tile of level L covers tree level 8·L. */
export const TILE_WIDTH = 256;
/** Levels of the tree between the hashes of a tile and its root. */
export const TILE_LEVELS = 8;

/** The tree of these leaf hashes. The array is kept, not copied. Precondition: a multiple of 32 bytes. */
export function buildTree(hash: Hash, leaves: Uint8Array): Tree {
  assert(leaves.length % HASH_BYTES === 0, "leaf hashes lie one after the other");
  const levels = [leaves];
  for (let below = leaves; below.length >= 2 * HASH_BYTES;) {
    below = parentsOf(hash, below);
    levels.push(below);
  }
  return { hash, size: leaves.length / HASH_BYTES, levels, nodeAt: (level, index) => nodeOf(levels, level, index) };
}

/** The root of the first `size` leaves (RFC 9162 §2.1.1). Precondition: `0 <= size <= tree.size`. */
export function rootOf(tree: TreeNodes, size: number = tree.size): Uint8Array {
  return size === 0 ? emptyRoot(tree.hash) : subtreeRoot(tree, 0, size);
}

/** The leaf hash at `index`. Precondition: `0 <= index < tree.size`. */
export function leafOf(tree: TreeNodes, index: number): Uint8Array {
  return tree.nodeAt(0, index);
}

/**
 * PATH(index, D_size) of RFC 9162 §2.1.3.1: the sibling hashes from leaf to root, in the tree of the first `size` leaves.
 * Precondition: `0 <= index < size <= tree.size`.
 */
export function proveInclusion(tree: TreeNodes, index: number, size: number = tree.size): Uint8Array[] {
  assert(index >= 0 && index < size && size <= tree.size, "a proven leaf is in the tree");
  const path: Uint8Array[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = begin + largestPowerBelow(end - begin);
    if (index < middle) {
      path.push(subtreeRoot(tree, middle, end));
      end = middle;
    } else {
      path.push(subtreeRoot(tree, begin, middle));
      begin = middle;
    }
  }
  return path.reverse();
}

/**
 * PROOF(size1, D_size2) of RFC 9162 §2.1.4.1, empty for equal sizes. Precondition: `0 < size1 <= size2 <= tree.size`.
 */
export function proveConsistency(tree: TreeNodes, size1: number, size2: number = tree.size): Uint8Array[] {
  assert(size1 > 0 && size1 <= size2 && size2 <= tree.size, "a consistency proof has 0 < size1 <= size2");
  const path: Uint8Array[] = [];
  let begin = 0;
  let end = size2;
  // SUBPROOF(m, D[begin:end], b): descend to where the first tree ends; `begin === 0` at the end is b = true.
  while (end !== size1) {
    const middle = begin + largestPowerBelow(end - begin);
    if (size1 <= middle) {
      path.push(subtreeRoot(tree, middle, end));
      end = middle;
    } else {
      path.push(subtreeRoot(tree, begin, middle));
      begin = middle;
    }
  }
  if (begin > 0) path.push(subtreeRoot(tree, begin, end));
  return path.reverse();
}

/** The compact range of [begin, end): its perfect subtrees' hashes, left to right. Precondition: `end <= tree.size`. */
export function compactRangeOf(tree: TreeNodes, begin: number, end: number): Uint8Array[] {
  assert(end <= tree.size, "a range ends inside the tree");
  let index = begin;
  return rangeLevels(begin, end).map((level) => {
    const node = tree.nodeAt(level, index / 2 ** level);
    index += 2 ** level;
    return node;
  });
}

/**
 * The content of tile `index` of tile level `level` (C2SP tlog-tiles): up to {@link TILE_WIDTH} hashes, fewer for the partial
 * tile at the right edge, undefined when there is none.
 */
export function tileOf(tree: Tree, level: number, index: number): Uint8Array | undefined {
  const hashes = tree.levels[8 * level];
  const start = index * TILE_WIDTH * HASH_BYTES;
  if (hashes === undefined || start >= hashes.length) return undefined;
  return new Uint8Array(hashes.subarray(start, start + TILE_WIDTH * HASH_BYTES));
}

/** The level above: the parents of neighbouring nodes; an odd last node has none here. */
export function parentsOf(hash: Hash, below: Uint8Array): Uint8Array {
  const count = Math.floor(below.length / (2 * HASH_BYTES));
  const parents = new Uint8Array(count * HASH_BYTES);
  // One input buffer for all: the hash reads it before it returns.
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = NODE_PREFIX;
  for (let index = 0; index < count; index++) {
    const start = index * 2 * HASH_BYTES;
    copyHash(below, start, input, 1);
    copyHash(below, start + HASH_BYTES, input, 1 + HASH_BYTES);
    copyHash(hash(input), 0, parents, index * HASH_BYTES);
  }
  return parents;
}

/**
 * The root of the leaves [begin, end), where `begin` is a multiple of the smallest power of two not below the width: the only
 * ranges that RFC 9162's recursions ask for. Their perfect subtrees fold from the right.
 */
function subtreeRoot(tree: TreeNodes, begin: number, end: number): Uint8Array {
  const [last, ...larger] = compactRangeOf(tree, begin, end).reverse();
  return larger.reduce((root, left) => nodeHash(tree.hash, left, root), present(last, "a subtree has a leaf"));
}

function nodeOf(levels: Tree["levels"], level: number, index: number): Uint8Array {
  const hashes = present(levels[level], "a level of the tree");
  assert(index >= 0 && (index + 1) * HASH_BYTES <= hashes.length, "a node of the tree");
  return new Uint8Array(hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES));
}

/** The largest power of two below `width` (k of RFC 9162 §2.1.1). Precondition: `width >= 2`. */
function largestPowerBelow(width: number): number {
  let power = 1;
  while (power * 2 < width) power *= 2;
  return power;
}

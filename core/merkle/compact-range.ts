/**
 * A compact range: the fewest perfect subtrees that cover the leaves [begin, end) of a tree, as their hashes from left to
 * right (transparency-dev/merkle, docs/compact_ranges.md). At most 2·log2(end) hashes stand for any number of leaves:
 * enough to compute the root when the range starts at 0, and to stand in for leaves that are absent.
 *
 *         a           [0,7) = a, b, c      [1,7) = leaf 1, e, b, c
 *      /     \
 *     d       e       b                    a level-k hash covers 2^k leaves and starts
 *    / \     / \     / \                   at a multiple of 2^k
 *   0   1   2   3   4   5   c=6
 */

import { assert, present } from "../model/assert.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { emptyRoot, nodeHash } from "./hash.ts";

/** The levels of the perfect subtrees that cover [begin, end), left to right. Precondition: `0 <= begin <= end <= 2^53 - 1`. */
export function rangeLevels(begin: number, end: number): number[] {
  assert(isIndex(begin) && isIndex(end) && begin <= end, "a range has 0 <= begin <= end");
  const levels: number[] = [];
  let from = begin;
  while (from < end) {
    // The largest subtree that starts at `from` (its alignment) and still fits before `end`.
    let level = 0;
    let width = 1;
    while (from % (2 * width) === 0 && from + 2 * width <= end) {
      width *= 2;
      level++;
    }
    levels.push(level);
    from += width;
  }
  return levels;
}

/** A compact range that grows to the right, one leaf or one neighbouring range at a time. */
export class CompactRange {
  private readonly hash: Hash;
  private readonly begin: number;
  private endIndex: number;
  private readonly nodes: { readonly level: number; readonly hash: Uint8Array }[] = [];

  /** The empty range at `begin`, the index of the leaf that comes next. */
  constructor(hash: Hash, begin = 0) {
    assert(isIndex(begin), "a range begins at a leaf index");
    this.hash = hash;
    this.begin = begin;
    this.endIndex = begin;
  }

  /**
   * The range [begin, end) from its encoded hashes, or undefined when their number does not fit the range.
   * The hashes are claims until a root computed with them matches a signed one.
   */
  static decode(hash: Hash, begin: number, end: number, hashes: readonly Uint8Array[]): CompactRange | undefined {
    const levels = rangeLevels(begin, end);
    if (hashes.length !== levels.length || hashes.some((node) => node.length !== HASH_BYTES)) return undefined;
    const range = new CompactRange(hash, begin);
    levels.forEach((level, index) => {
      range.nodes.push({ level, hash: present(hashes[index], "one hash for each level") });
    });
    range.endIndex = end;
    return range;
  }

  /** Index of the leaf that comes next. */
  get end(): number {
    return this.endIndex;
  }

  /** Adds the leaf at index {@link end}. Keeps no reference to a reused buffer: give a hash of its own. */
  append(leaf: Uint8Array): void {
    assert(leaf.length === HASH_BYTES, "a leaf hash has 32 bytes");
    this.push(0, leaf);
  }

  /** Adds the leaves of a range that begins where this one ends. Precondition: `right.begin === this.end`. */
  merge(right: CompactRange): void {
    assert(right.begin === this.endIndex, "a merged range begins where the left one ends");
    for (const node of right.nodes) this.push(node.level, node.hash);
  }

  /** The root of the tree of all leaves (RFC 9162 §2.1.1). Precondition: the range begins at 0. */
  root(): Uint8Array {
    assert(this.begin === 0, "only a range from 0 has a root");
    let root: Uint8Array | undefined;
    // The right edge folds up: each smaller subtree is the right child beside the next larger one.
    for (const node of this.nodes.toReversed()) {
      root = root === undefined ? node.hash : nodeHash(this.hash, node.hash, root);
    }
    return root ?? emptyRoot(this.hash);
  }

  /** The hashes from left to right, as a statement stores them. */
  encode(): Uint8Array[] {
    return this.nodes.map((node) => node.hash);
  }

  /** Appends a subtree of 2^level leaves, then joins equal neighbours while the pair is aligned to their parent. */
  private push(level: number, hash: Uint8Array): void {
    this.endIndex += 2 ** level;
    let top = { level, hash };
    for (;;) {
      const left = this.nodes.at(-1);
      const parentWidth = 2 ** (top.level + 1);
      if (left === undefined || left.level !== top.level || this.endIndex % parentWidth !== 0) break;
      this.nodes.pop();
      top = { level: top.level + 1, hash: nodeHash(this.hash, left.hash, top.hash) };
    }
    this.nodes.push(top);
  }
}

function isIndex(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

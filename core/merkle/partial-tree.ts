/**
 * A tree of which only some leaves are known. For each range of others stand the hashes of its compact range, so that every
 * known leaf can still be led to the root: the subtrees beside its path hold either known leaves, or whole subtrees of a
 * compact range, because a smaller one inside would lie beside a leaf of the range itself.
 */
import { assert, present } from "../model/assert.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { rangeLevels } from "./compact-range.ts";
import { nodeHash } from "./hash.ts";
import { parentsOf, type TreeNodes } from "./tree.ts";

/** Leaves that are not known, and the hashes of the perfect subtrees that cover them, from left to right. */
export interface AbsentLeaves {
  readonly firstIndex: number;
  /** Exclusive. */
  readonly endIndex: number;
  readonly range: readonly Uint8Array[];
}

/**
 * The tree of known leaves, one after the other, 32 bytes each, and the ranges between them, ascending; undefined when they
 * make no tree: ranges that meet or begin behind the last leaf, or have another number of hashes than their place demands.
 */
export function buildPartialTree(
  hash: Hash,
  leaves: Uint8Array,
  absent: readonly AbsentLeaves[],
): TreeNodes | undefined {
  const runs: KnownRun[] = [];
  const standing = new Map<string, Uint8Array>();
  let size = 0;
  let used = 0;
  const addRun = (end: number): void => {
    const next = used + (end - size) * HASH_BYTES;
    if (next > used) runs.push(knownRun(hash, size, leaves.subarray(used, next)));
    used = next;
    size = end;
  };
  for (const { firstIndex, endIndex, range } of absent) {
    const isPlaced = firstIndex >= size && firstIndex < endIndex && Number.isSafeInteger(endIndex);
    if (!isPlaced || used + (firstIndex - size) * HASH_BYTES > leaves.length) return undefined;
    const levels = rangeLevels(firstIndex, endIndex);
    if (levels.length !== range.length || range.some(({ length }) => length !== HASH_BYTES)) return undefined;
    addRun(firstIndex);
    for (const [position, level] of levels.entries()) {
      standing.set(nodeKey(level, size / 2 ** level), present(range[position], "one hash for each level"));
      size += 2 ** level;
    }
  }
  addRun(size + (leaves.length - used) / HASH_BYTES);
  const nodeAt = (level: number, index: number): Uint8Array => {
    const known = standing.get(nodeKey(level, index)) ?? nodeOfRuns(runs, level, index);
    if (known !== undefined) return known;
    assert(level > 0, "a known leaf");
    return nodeHash(hash, nodeAt(level - 1, 2 * index), nodeAt(level - 1, 2 * index + 1));
  };
  return { hash, size, nodeAt };
}

/** Known leaves without a gap: on each level the roots of the complete subtrees inside, `first` being the index of the first. */
type KnownRun = readonly { readonly first: number; readonly hashes: Uint8Array }[];

function knownRun(hash: Hash, firstIndex: number, leaves: Uint8Array): KnownRun {
  let below = { first: firstIndex, hashes: leaves };
  const levels = [below];
  while (below.hashes.length >= 2 * HASH_BYTES) {
    const first = Math.ceil(below.first / 2);
    // The parent of an odd first node has a child that is not of the run.
    const paired = below.hashes.subarray((2 * first - below.first) * HASH_BYTES);
    below = { first, hashes: parentsOf(hash, paired) };
    levels.push(below);
  }
  return levels;
}

function nodeOfRuns(runs: readonly KnownRun[], level: number, index: number): Uint8Array | undefined {
  for (const levels of runs) {
    const of = levels[level];
    if (of === undefined || index < of.first) continue;
    const start = (index - of.first) * HASH_BYTES;
    if (start < of.hashes.length) return of.hashes.slice(start, start + HASH_BYTES);
  }
  return undefined;
}

function nodeKey(level: number, index: number): string {
  return `${level}/${index}`;
}

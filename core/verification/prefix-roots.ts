import { CompactRange } from "../merkle/compact-range.ts";
import { present } from "../model/assert.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";

/** A stretch of the log: the records of a segment, or an absent range for which hashes stand. */
export interface LogSpan {
  readonly firstIndex: number;
  readonly count: number;
  /** Hashes of the perfect subtrees that cover it, as many as its place demands. */
  readonly range: readonly Uint8Array[];
  /** Leaf hashes, 32 bytes each; null for an absent range, and where they were not kept. */
  readonly leaves: Uint8Array | null;
}

/**
 * The roots of the trees of the first `sizes` leaves, from the compact ranges of the spans: no tree of all leaves is built.
 * A size beyond the last leaf, or in the midst of an absent range, has no root. Precondition: the spans follow each other
 * from 0; `sizes` ascend.
 */
export function prefixRoots(
  spans: readonly LogSpan[],
  sizes: readonly number[],
  hash: Hash,
): ReadonlyMap<number, Uint8Array> {
  const roots = new Map<number, Uint8Array>();
  const range = new CompactRange(hash);
  let next = 0;
  for (const { firstIndex, count, leaves, range: hashes } of spans) {
    const end = firstIndex + count;
    let within: CompactRange | undefined;
    for (let size = sizes[next]; size !== undefined && size < end; size = sizes[(next += 1)]) {
      if (size === firstIndex) roots.set(size, range.root());
      if (leaves === null || size === firstIndex) continue;
      // A state may be signed in the midst of a segment.
      within ??= rangeOf(hash, 0, firstIndex, range.encode());
      while (within.end < size) {
        const at = (within.end - firstIndex) * HASH_BYTES;
        within.append(leaves.slice(at, at + HASH_BYTES));
      }
      roots.set(size, within.root());
    }
    range.merge(rangeOf(hash, firstIndex, end, hashes));
  }
  if (sizes[next] === range.end) roots.set(range.end, range.root());
  return roots;
}

function rangeOf(hash: Hash, begin: number, end: number, hashes: readonly Uint8Array[]): CompactRange {
  return present(CompactRange.decode(hash, begin, end, hashes), "a span has a hash for each level");
}

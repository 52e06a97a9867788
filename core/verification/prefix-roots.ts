import { type SegmentFile } from "../bundle/bundle-reader.ts";
import { CompactRange } from "../merkle/compact-range.ts";
import { present } from "../model/assert.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";

/**
 * The roots of the trees of the first `sizes` leaves, from the compact ranges of the segments: no tree of all leaves is
 * built. A size beyond the last leaf has no root. Precondition: the segments could be read and follow each other from 0;
 * `sizes` ascend.
 */
export function prefixRoots(
  segments: readonly SegmentFile[],
  sizes: readonly number[],
  hash: Hash,
): ReadonlyMap<number, Uint8Array> {
  const roots = new Map<number, Uint8Array>();
  const range = new CompactRange(hash);
  let next = 0;
  for (const { content, firstIndex } of segments) {
    const { count, leaves, range: hashes } = present(content, "only readable segments have roots");
    const end = firstIndex + count;
    let within: CompactRange | undefined;
    for (let size = sizes[next]; size !== undefined && size < end; size = sizes[(next += 1)]) {
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
  return present(CompactRange.decode(hash, begin, end, hashes), "a scanned range has a hash for each level");
}

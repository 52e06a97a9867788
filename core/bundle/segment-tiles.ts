/** What the level-0 tiles of a log (C2SP tlog-tiles) hold of the leaves of a segment, in a fortieth of the leaves' length. */
import { TILE_WIDTH } from "../merkle/tree.ts";
import { HASH_BYTES } from "../model/digest.ts";

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** Hashes lie one after the other, 32 bytes each. */
export interface SegmentTiles {
  /** Leaves before the first full tile; all of them where there is none. */
  readonly head: Uint8Array;
  /** Of the full tiles that begin and end in the segment: the root of their leaves. */
  readonly roots: Uint8Array;
  /** SHA-256 of what these tiles hold. */
  readonly digests: Uint8Array;
  /** Leaves behind the last full tile. */
  readonly tail: Uint8Array;
}

/** The tiles of leaves, the first of them at this index, of which `roots` are the full ones' roots. */
export function tilesOf(
  leaves: Uint8Array,
  firstIndex: number,
  roots: Uint8Array,
  digestOf: (bytes: Uint8Array) => Uint8Array,
): SegmentTiles {
  const start = roots.length === 0 ? leaves.length : headLength(firstIndex);
  const digests = new Uint8Array(roots.length);
  let at = start;
  for (let done = 0; done < digests.length; done += HASH_BYTES, at += TILE_BYTES) {
    digests.set(digestOf(leaves.subarray(at, at + TILE_BYTES)), done);
  }
  return { head: leaves.slice(0, start), roots, digests, tail: leaves.slice(at) };
}

/** Whether they are those of `count` leaves, the first of them at this index. */
export function areTilesOf({ head, roots, digests, tail }: SegmentTiles, firstIndex: number, count: number): boolean {
  const isWhole = [head, roots, tail].every(({ length }) => length % HASH_BYTES === 0);
  const full = roots.length / HASH_BYTES;
  const isPlaced = full === 0 ? tail.length === 0 : head.length === headLength(firstIndex) && tail.length < TILE_BYTES;
  const leaves = (head.length + tail.length) / HASH_BYTES + full * TILE_WIDTH;
  return isWhole && isPlaced && digests.length === roots.length && leaves === count;
}

/** Bytes of the leaves from this index to the next tile's beginning. */
function headLength(firstIndex: number): number {
  return ((TILE_WIDTH - (firstIndex % TILE_WIDTH)) % TILE_WIDTH) * HASH_BYTES;
}

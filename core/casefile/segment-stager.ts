import { type PackedSegment, type ReadSegment, type SegmentReader } from "../bundle/read-segment.ts";
import { present } from "../model/assert.ts";
import { type HashedFile } from "./hash-protocol.ts";
import { type Hasher } from "./hasher.ts";
import { buffersOf, readOf, sentSegment } from "./segment-pool.ts";
import { type StagingRoom } from "./staging-room.ts";
import { stagedPaths } from "./staged-paths.ts";

/** Where the segments of a bundle go as they are read for verification. */
export interface SegmentTarget {
  /** The exhibit's folder. */
  readonly folder: string;
  /** Position of each segment file among the files of the exhibit, by its path in the bag. */
  readonly positions: ReadonlyMap<string, number>;
  /** Files before this one are in the case already: they are read for their proof alone. */
  readonly staged: number;
  readonly room: StagingRoom;
  /** Takes a working copy that is new, or the digest of one that is there; called in evidence order. */
  onSegment(position: number, file: HashedFile): Promise<void>;
}

/**
 * Reads segments in the hash worker, which writes their working copies and the sidecar from the same bytes: a sealed log
 * is read and unpacked once for its proof and for its rows.
 */
export function stagingReader(hasher: Hasher, target: SegmentTarget): SegmentReader {
  let last: Promise<unknown> = Promise.resolve();
  const take = async (
    segments: readonly PackedSegment[],
    isOutlineEnough: boolean,
  ): Promise<readonly ReadSegment[]> => {
    const sent = segments.map(sentSegment);
    const positions = segments.map(({ path }) => present(target.positions.get(path), "every segment is a file"));
    const staging = positions.map((position) =>
      position < target.staged ? "again" : stagedPaths(target.folder, position),
    );
    const hashing = hasher.ask({ kind: "segments", segments: sent, staging, isOutlineEnough }, buffersOf(sent));
    hashing.catch(() => undefined);
    await last;
    const hashed = await hashing;
    for (const [at, { file }] of hashed.entries()) {
      const position = positions[at] ?? 0;
      if (file === null) continue;
      if (position >= target.staged) target.room.take(file.byteLength, segments[at]?.path ?? "");
      await target.onSegment(position, file);
    }
    return hashed.map(readOf);
  };
  return (segments, isOutlineEnough = false) => {
    const taken = take(segments, isOutlineEnough);
    last = taken;
    taken.catch(() => undefined);
    return taken;
  };
}

import { availableParallelism } from "node:os";

import { type Container } from "../bundle/container.ts";
import { type PackedSegment, type ReadSegment, type SegmentReader } from "../bundle/read-segment.ts";
import { present } from "../model/assert.ts";
import { problemOfParts, type HashedSegment, type SentSegment } from "./hash-protocol.ts";
import { Hasher } from "./hasher.ts";

/** As many groups of segments are begun at once as keep these busy (bundle-reader.ts). */
const MAX_WORKERS = 4;

/** Below this, starting threads takes longer than reading in one. */
const POOL_FROM_BYTES = 32 * 1024 * 1024;

/** A pool for evidence that is large enough; undefined otherwise. */
export function poolFor({ members }: Container): SegmentPool | undefined {
  const byteLength = members.reduce((sum, member) => sum + member.byteLength, 0);
  return byteLength >= POOL_FROM_BYTES ? new SegmentPool() : undefined;
}

/** Threads that read segments side by side. */
export class SegmentPool {
  readonly #hashers: readonly Hasher[];

  constructor(workers: number = Math.min(MAX_WORKERS, availableParallelism())) {
    this.#hashers = Array.from({ length: workers }, () => new Hasher());
  }

  /** Reads segments in the thread that has least to do. */
  readonly read: SegmentReader = async (segments, isOutlineEnough) => {
    const [hasher] = this.#hashers.toSorted((a, b) => a.pending - b.pending);
    return readSegmentsBy(present(hasher, "a pool has a worker"), segments, isOutlineEnough);
  };

  /** Ends the threads, whatever they are doing. */
  async close(): Promise<void> {
    await Promise.all(this.#hashers.map((hasher) => hasher.close()));
  }
}

/** Reads segments in a worker for their proof alone. */
export async function readSegmentsBy(
  hasher: Hasher,
  segments: readonly PackedSegment[],
  isOutlineEnough = false,
): Promise<readonly ReadSegment[]> {
  const staging = segments.map(() => null);
  const sent = segments.map(sentSegment);
  const answer = await hasher.ask({ kind: "segments", segments: sent, staging, isOutlineEnough }, buffersOf(sent));
  return answer.map(readOf);
}

/** A segment as it is sent to a worker. */
export function sentSegment({ data, ...segment }: PackedSegment): SentSegment {
  // The reader allocates whole buffers outside Node's pool (`Buffer.allocUnsafeSlow`).
  return { ...segment, data: data instanceof Uint8Array ? new Uint8Array(data.buffer as ArrayBuffer) : data };
}

/** The buffers that are moved with segments. */
export function buffersOf(segments: readonly SentSegment[]): readonly ArrayBuffer[] {
  return segments.flatMap(({ data }) => (data instanceof Uint8Array ? data.buffer : []));
}

/** What a worker read of a segment. */
export function readOf({ read: { fault, ...read } }: HashedSegment): ReadSegment {
  return { ...read, fault: fault && problemOfParts(fault) };
}

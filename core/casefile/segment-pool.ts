import { availableParallelism } from "node:os";

import { type SegmentReader } from "../bundle/read-segment.ts";
import { present } from "../model/assert.ts";
import { problemOfParts, type HashedSegment, type SentSegment } from "./hash-protocol.ts";
import { Hasher } from "./hasher.ts";
import { type PackedSegment, type ReadSegment } from "../bundle/read-segment.ts";

/** More do not help: the bytes come from one thread. */
const MAX_WORKERS = 4;

/** Threads that read segments side by side. */
export class SegmentPool {
  readonly #hashers: readonly Hasher[];

  constructor(workers: number = Math.min(MAX_WORKERS, availableParallelism())) {
    this.#hashers = Array.from({ length: workers }, () => new Hasher());
  }

  /** Reads segments in the thread that has least to do. */
  readonly read: SegmentReader = async (segments) => {
    const [hasher] = this.#hashers.toSorted((a, b) => a.pending - b.pending);
    const staging = segments.map(() => null);
    const sent = segments.map(sentSegment);
    const request = { kind: "segments", segments: sent, staging } as const;
    const answer = await present(hasher, "a pool has a worker").ask(request, bytesOf(sent));
    return answer.map(readOf);
  };

  /** Ends the threads, whatever they are doing. */
  async close(): Promise<void> {
    await Promise.all(this.#hashers.map((hasher) => hasher.close()));
  }
}

/** A segment as it is sent to a worker. */
export function sentSegment({ name, path, bytes }: PackedSegment): SentSegment {
  // The reader allocates whole buffers outside Node's pool (`Buffer.allocUnsafeSlow`).
  return { name, path, bytes: new Uint8Array(bytes.buffer as ArrayBuffer) };
}

/** The buffers that are moved with segments. */
export function bytesOf(segments: readonly SentSegment[]): readonly ArrayBuffer[] {
  return segments.map(({ bytes }) => bytes.buffer);
}

/** What a worker read of a segment. */
export function readOf({ read: { fault, ...read } }: HashedSegment): ReadSegment {
  return { ...read, fault: fault && problemOfParts(fault) };
}

import { setImmediate } from "node:timers/promises";

import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { readWhole, type BundleContents } from "./bundle-reader.ts";
import { DEFAULT_LIMITS, type Container } from "./container.ts";
import { SegmentMemory, unpackSegment } from "./read-segment.ts";
import { WITHHELD_MARK } from "./withheld-line.ts";

const LINE_FEED = 0x0a;

/** One line of a segment, read a second time once the leaves were proven. */
export interface RecordLine {
  /** Position of the segment file among all. */
  readonly segment: number;
  readonly path: string;
  /** Leaf index. */
  readonly index: number;
  /** Line in the file, from 0. */
  readonly line: number;
  readonly withheld: boolean;
  /** Without its line feed; a view that is good until the next line is asked for. */
  readonly bytes: Uint8Array;
}

/** The lines of the wanted segments in order, one segment in memory at a time. Precondition: each of them could be read. */
export async function* readRecordLines(
  container: Container,
  prefix: string,
  { segments }: BundleContents,
  /** Asked with the position of a segment. */
  isWanted: (segment: number) => boolean,
  { signal }: LongWork = {},
): AsyncGenerator<Iterable<RecordLine>, void, undefined> {
  const { maxRatio } = container.limits ?? DEFAULT_LIMITS;
  const memory = new SegmentMemory();
  for (const [segment, { path, firstIndex, encoding, byteLength }] of segments.entries()) {
    if (!isWanted(segment)) continue;
    // A cancellation arrives between two segments.
    await setImmediate();
    throwIfCancelled(signal);
    const file = container.fileOf?.(prefix + path);
    const packed = file ? memory.read(file) : await readWhole(container, { path: prefix + path, byteLength });
    const text = await unpackSegment(packed, path, { firstIndex, encoding }, maxRatio);
    yield linesOfSegment(text, { segment, path, firstIndex });
  }
}

/** The lines of a segment whose text begins at byte 1. */
export function* linesOfSegment(
  text: Uint8Array,
  { segment, path, firstIndex }: { readonly segment: number; readonly path: string; readonly firstIndex: number },
): Generator<RecordLine, void, undefined> {
  let line = 0;
  for (let start = 1; start < text.length; line += 1) {
    const found = text.indexOf(LINE_FEED, start);
    const end = found < 0 ? text.length : found;
    const bytes = text.subarray(start, end);
    yield { segment, path, index: firstIndex + line, line, withheld: bytes[0] === WITHHELD_MARK, bytes };
    start = end + 1;
  }
}

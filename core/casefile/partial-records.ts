/** The records that a part holds, so that whoever merges can read them once more as one machine does. */
import { readWhole, type BundleContents, type SegmentFile } from "../bundle/bundle-reader.ts";
import { type Container } from "../bundle/container.ts";
import { platformHash } from "../bundle/platform-crypto.ts";
import { unpackSegment } from "../bundle/read-segment.ts";
import { linesOfSegment, readRecordLines } from "../bundle/record-lines.ts";
import { WITHHELD_MARK } from "../bundle/withheld-line.ts";
import { type LongWork } from "../model/progress.ts";
import { RecordChoice, type ReadableSegment } from "../verification/record-choice.ts";
import { type RecordReading } from "../verification/sealed-log.ts";
import { type HeldLine, type HeldRecords, type ToldSegment } from "./partial-segment.ts";

/** The files of readable segments as packed, by path. */
export async function heldFiles(
  container: Container,
  prefix: string,
  { segments }: BundleContents,
): Promise<ReadonlyMap<string, HeldRecords>> {
  const held = new Map<string, HeldRecords>();
  for (const { path, byteLength } of segments.filter(isReadable)) {
    const bytes = await readWhole(container, { path: prefix + path, byteLength });
    held.set(path, { file: bytes.subarray(1) });
  }
  return held;
}

/** The lines of readable segments that a judgement of a long log reads once more, by path. */
export async function heldLines(
  container: Container,
  prefix: string,
  contents: BundleContents,
  work: LongWork,
): Promise<ReadonlyMap<string, HeldRecords>> {
  const segments = contents.segments.filter(isReadable);
  const choice = new RecordChoice(contents, segments, platformHash);
  const isWanted = (segment: number): boolean => choice.needs(segment);
  const held = new Map<string, HeldRecords>();
  for await (const lines of readRecordLines(container, prefix, { ...contents, segments }, isWanted, work)) {
    const chosen: HeldLine[] = [];
    let path = "";
    for (const line of lines) {
      path = line.path;
      if (choice.takes(line)) chosen.push({ position: line.line, bytes: line.bytes.slice() });
    }
    if (chosen.length > 0) held.set(path, { lines: chosen });
  }
  return held;
}

/** Reads the records that parts hold of segments, which follow each other as in the log. */
export function readingOf(told: readonly ToldSegment[]): RecordReading {
  return {
    isWhole: told.every(({ held }) => "file" in held),
    async *read(isWanted) {
      for (const [segment, { segment: file, held }] of told.entries()) {
        if (!isWanted(segment)) continue;
        const { path, firstIndex } = file;
        if ("lines" in held) {
          yield held.lines.map(({ position, bytes }) => {
            const withheld = bytes[0] === WITHHELD_MARK;
            return { segment, path, index: firstIndex + position, line: position, withheld, bytes };
          });
        } else {
          const packed = Buffer.concat([new Uint8Array(1), held.file]);
          yield linesOfSegment(await unpackSegment(packed, path, file, Infinity), { segment, path, firstIndex });
        }
      }
    },
  };
}

function isReadable(segment: SegmentFile): segment is ReadableSegment {
  return segment.content !== null;
}

/** What a part says of a segment and of a file of the bag, and back. */
import { type BagFile } from "../bundle/bag-files.ts";
import { type SegmentFile } from "../bundle/bundle-reader.ts";
import { parseSegmentPath, parseTilePath } from "../bundle/layout.ts";
import { platformHash } from "../bundle/platform-crypto.ts";
import { segmentReader } from "../bundle/read-segment.ts";
import { type SegmentContent } from "../bundle/segment-content.ts";
import { MAX_RECORD_BYTES } from "../bundle/segment-scan.ts";
import { areTilesOf } from "../bundle/segment-tiles.ts";
import { type SegmentTimes, type TimeTrack } from "../bundle/segment-times.ts";
import { formatHex, parseHex } from "../encoding/bytes.ts";
import { CompactRange } from "../merkle/compact-range.ts";
import { present } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { Problem, quote } from "../model/problem.ts";
import { instant, type Instant } from "../model/time.ts";
import { partsOfProblem, problemOfParts } from "./hash-protocol.ts";
import { type PartialResult } from "./partial-result.ts";

type WrittenSegment = PartialResult["segments"][number];
type WrittenContent = NonNullable<WrittenSegment["content"]>;
type WrittenTrack = NonNullable<WrittenContent["times"]["logged"]>;

const LINE_FEED = 0x0a;

/** A record that a part holds, by its position in the segment; without its line feed. */
export interface HeldLine {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** What a part holds of a segment's records: its file as packed, or some of its lines. */
export type HeldRecords = { readonly file: Uint8Array } | { readonly lines: readonly HeldLine[] };

/** A segment that a part tells of, and what it holds of it. */
export interface ToldSegment {
  readonly segment: SegmentFile;
  readonly held: HeldRecords;
}

/** Nothing of a segment. */
export const NOTHING_HELD: HeldRecords = { lines: [] };

/** A segment as a part says it. Leaves are needed only where a checkpoint lies in the midst of it. */
export function writtenSegment(segment: SegmentFile, held: HeldRecords, withLeaves: boolean): WrittenSegment {
  const { path, byteLength, sha256, content, fault } = segment;
  return {
    path,
    byteLength,
    sha256,
    file: "file" in held ? toBase64(held.file) : null,
    content: content && "lines" in held ? writtenContent(content, held.lines, withLeaves) : null,
    fault: fault && { ...partsOfProblem(fault), kind: "refused" },
  };
}

function writtenContent(content: SegmentContent, lines: readonly HeldLine[], withLeaves: boolean): WrittenContent {
  const { range, chain, leaves, first, last, withheld } = content;
  const times = present(content.times, "segments are read with the times of their records");
  const tiles = present(content.tiles, "segments are read with the digests of their tiles");
  const { carriageReturns, blankLines, otherLines, malformedWithheld, byteOrderMark, unterminated } = content;
  return {
    count: content.count,
    byteLength: content.byteLength,
    range: range.map(formatHex),
    chain: chain && { beforeLast: formatHex(chain.beforeLast), end: formatHex(chain.end) },
    leaves: withLeaves ? toBase64(leaves) : null,
    withheld: [...withheld],
    first: first && toBase64(first),
    last: last && toBase64(last),
    ...{ carriageReturns, blankLines, otherLines, malformedWithheld, byteOrderMark, unterminated },
    times: { ofLog: writtenTrack(times.ofLog), logged: writtenTrack(times.logged), unsalted: times.unsalted },
    tiles: {
      head: toBase64(tiles.head),
      roots: toBase64(tiles.roots),
      digests: toBase64(tiles.digests),
      tail: toBase64(tiles.tail),
    },
    lines: lines.map(({ position, bytes }) => ({ position, line: toBase64(bytes) })),
  };
}

function writtenTrack(track: TimeTrack | null): WrittenTrack | null {
  if (track === null) return null;
  const { first, last, latest, stepsBack, firstStepBack: step } = track;
  return {
    first: { position: first.position, time: String(first.time) },
    last: String(last),
    latest: String(latest),
    stepsBack,
    firstStepBack: step && { position: step.position, time: String(step.time), before: String(step.before) },
  };
}

/** The segment that a part tells of; one whose file it holds is read anew. Throws `partial-malformed` (usage), also when it contradicts itself. */
export async function segmentOf({
  path,
  byteLength,
  sha256,
  file,
  content,
  fault,
}: WrittenSegment): Promise<ToldSegment> {
  const name = parseSegmentPath(path);
  if (name === undefined) {
    throw new Problem("usage", "partial-malformed", `--merge: ${quote(path)} is no path of a segment`);
  }
  if ([file, content, fault].filter((said) => said !== null).length !== 1) throw contradiction(path);
  const segment = { ...name, path, byteLength, sha256, content: null, fault: null };
  if (fault !== null) {
    return { segment: { ...segment, fault: problemOfParts(problemParts(fault)) }, held: NOTHING_HELD };
  }
  if (file !== null) {
    const bytes = fromBase64(file);
    // A segment is at most 64 MiB long, however it is packed; how far it may expand was decided when it was read.
    const packed = { name, path, data: Buffer.concat([new Uint8Array(1), bytes]), maxRatio: Infinity };
    const [read] = await segmentReader(platformHash)([packed]);
    if (read?.sha256 !== sha256 || bytes.length !== byteLength) throw contradiction(path);
    return { segment: { ...segment, ...read }, held: { file: bytes } };
  }
  const { lines: said, ...facts } = present(content, "one of three is said");
  const restored = restore(facts);
  const lines = said.map(({ position, line }) => ({ position, bytes: fromBase64(line) }));
  if (!fitsItself(restored, name.firstIndex) || !areLines(lines, restored)) throw contradiction(path);
  return { segment: { ...segment, content: restored }, held: { lines } };
}

/** A file of the bag as a part says it. Tiles serve to locate a difference, for which the segments would be needed, too. */
export function writtenFile({ content, ...file }: BagFile, withTiles: boolean): PartialResult["files"][number] {
  const isLeftOut = content === null || (!withTiles && parseTilePath(file.path) !== undefined);
  return { ...file, content: isLeftOut ? null : toBase64(content) };
}

/** The file that a part tells of. Throws `partial-malformed` (usage) when its content has another digest than is said. */
export function bagFileOf({ content, ...file }: PartialResult["files"][number], withTiles: boolean): BagFile {
  if (content === null || (!withTiles && parseTilePath(file.path) !== undefined)) return { ...file, content: null };
  const bytes = fromBase64(content);
  if (bytes.length !== file.byteLength || formatHex(platformHash(bytes)) !== file.sha256) {
    throw contradiction(file.path);
  }
  return { ...file, content: bytes };
}

/** Whether there are as many hashes, leaves and positions as the number of records asks for. */
function fitsItself({ count: records, range, leaves, withheld, tiles }: SegmentContent, firstIndex: number): boolean {
  const end = firstIndex + records;
  return (
    Number.isSafeInteger(end) &&
    CompactRange.decode(platformHash, firstIndex, end, range) !== undefined &&
    tiles !== null &&
    areTilesOf(tiles, firstIndex, records) &&
    (leaves.length === 0 || leaves.length === records * HASH_BYTES) &&
    withheld.every((position) => position < records)
  );
}

/** Whether they can be lines of the segment, in order. */
function areLines(lines: readonly HeldLine[], { count }: SegmentContent): boolean {
  return lines.every(({ position, bytes }, at) => {
    const isNext = position > (lines[at - 1]?.position ?? -1) && position < count;
    return isNext && bytes.length <= MAX_RECORD_BYTES && !bytes.includes(LINE_FEED);
  });
}

function contradiction(path: string): Problem {
  return new Problem("usage", "partial-malformed", `--merge: what a part says of ${quote(path)} contradicts itself`);
}

/** Without the undefined members that a parser leaves. */
function problemParts({ kind, code, message, details }: NonNullable<WrittenSegment["fault"]>): Problem {
  const { file, line, offset, expected, found } = details;
  return new Problem(kind, code, message, {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(offset === undefined ? {} : { offset }),
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
  });
}

function restore({
  range,
  chain,
  leaves,
  first,
  last,
  times,
  tiles,
  ...facts
}: Omit<WrittenContent, "lines">): SegmentContent {
  return {
    ...facts,
    range: range.map(hexBytes),
    chain: chain && { beforeLast: hexBytes(chain.beforeLast), end: hexBytes(chain.end) },
    leaves: leaves === null ? new Uint8Array() : fromBase64(leaves),
    offsets: new Uint32Array(),
    first: first === null ? null : fromBase64(first),
    last: last === null ? null : fromBase64(last),
    restoredLeaves: null,
    times: restoredTimes(times),
    tiles: {
      head: fromBase64(tiles.head),
      roots: fromBase64(tiles.roots),
      digests: fromBase64(tiles.digests),
      tail: fromBase64(tiles.tail),
    },
  };
}

function restoredTimes({ ofLog, logged, unsalted }: WrittenContent["times"]): SegmentTimes {
  return { ofLog: restoredTrack(ofLog), logged: restoredTrack(logged), unsalted };
}

function restoredTrack(track: WrittenTrack | null): TimeTrack | null {
  if (track === null) return null;
  const { first, last, latest, stepsBack, firstStepBack: step } = track;
  return {
    first: { position: first.position, time: instantOf(first.time) },
    last: instantOf(last),
    latest: instantOf(latest),
    stepsBack,
    firstStepBack: step && { position: step.position, time: instantOf(step.time), before: instantOf(step.before) },
  };
}

function instantOf(nanoseconds: string): Instant {
  return instant(BigInt(nanoseconds));
}

function hexBytes(text: string): Uint8Array {
  return present(parseHex(text), "the shape allows hex only");
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, "base64"));
}

import { type Hash } from "../model/digest.ts";
import { formatHex } from "../encoding/bytes.ts";
import { recordHashing, type RecordHashing } from "../merkle/record-hashing.ts";
import { Problem, quote } from "../model/problem.ts";
import { readListedFile, type ListedFile } from "./file-bytes.ts";
import { streamGzipMember } from "./gzip-member.ts";
import { type SegmentName } from "./layout.ts";
import { type LineKernel } from "./line-kernel.ts";
import { chainsOf } from "./segment-chains.ts";
import { type ScannedSegment, type SegmentContent } from "./segment-content.ts";
import { MAX_SEGMENT_BYTES, scanSegment } from "./segment-scan.ts";
import { tilesOf } from "./segment-tiles.ts";
import { unpackZstdFrame } from "./zstd-frame.ts";

/** A segment file as it lies in the bag, whole: it is at most {@link MAX_PACKED_BYTES} long. */
export interface PackedSegment {
  readonly name: SegmentName;
  /** Relative to the bag. */
  readonly path: string;
  /** Where the file lies, or its bytes, the caller's own: byte 0 is spare, the file begins at byte 1 (`scanSegment`). */
  readonly data: ListedFile | Buffer;
  /** How many times it may expand. */
  readonly maxRatio: number;
}

/** What a segment file holds, or why it could not be read. */
export interface ReadSegment {
  /** Of the file as packed, lower-case hex; empty when it could not be read. */
  readonly sha256: string;
  readonly content: SegmentContent | null;
  readonly fault: Problem | null;
}

/**
 * Reads a few packed segments that follow each other: at once, or in a thread beside. Where an outline is enough, it may give
 * no more of them (`outlineOf`).
 */
export type SegmentReader = (
  segments: readonly PackedSegment[],
  isOutlineEnough?: boolean,
) => Promise<readonly ReadSegment[]>;

/** Hashes a file that passes by in parts. */
export interface FileHashing {
  /** Takes the next part. */
  readonly read: (part: Uint8Array) => void;
  /** Of everything that was taken. */
  readonly digest: () => Uint8Array;
}

/** What a segment is hashed with: its file, of which all bytes are given, and its records, whose lines may be found faster. */
export interface SegmentHashing {
  readonly file: (bytes: Uint8Array) => FileHashing;
  readonly records: RecordHashing;
  readonly lines?: LineKernel;
}

/** Segments of about one length are to fit the same memory. */
const MEMORY_STEP = 2 ** 20;

/** No packed form of a segment is longer than the segment, but for the few bytes of its header and trailer. */
export const MAX_PACKED_BYTES = MAX_SEGMENT_BYTES + 65_536;

/** A reader that uses one implementation of SHA-256 for everything. */
export function segmentReader(hash: Hash): SegmentReader {
  const file = (bytes: Uint8Array): FileHashing => ({ read: () => undefined, digest: () => hash(bytes) });
  const hashing = { file, records: recordHashing(hash) };
  // Several calls are under way at once, and unpacking waits: each has memory of its own.
  return (segments) => readSegments(segments, hashing, new SegmentMemory());
}

/** Memory for one file at a time, which is used again for the next: fresh pages cost as much as reading into them. */
export class SegmentMemory {
  #bytes = Buffer.alloc(0);

  /** The bytes of a file from byte 1 on; good until the next call. Throws as `readListedFile`. */
  read(file: ListedFile): Buffer {
    const length = 1 + file.identity.byteLength;
    if (this.#bytes.length < length)
      this.#bytes = Buffer.allocUnsafeSlow(Math.ceil(length / MEMORY_STEP) * MEMORY_STEP);
    const bytes = this.#bytes.subarray(0, length);
    readListedFile(file, bytes, 1);
    return bytes;
  }
}

/** A segment that was read, but for its chain. */
export interface SegmentText {
  readonly sha256: string;
  readonly content: ScannedSegment;
  /** Begins at byte 1; good until the next segment is read. */
  readonly text: Buffer;
}

/**
 * Unpacks and scans segments one after the other; their chains are computed side by side. Faults of their content are data.
 * `onText` is told of every readable one while its text is in memory.
 */
export async function readSegments(
  segments: readonly PackedSegment[],
  hashing: SegmentHashing,
  memory: SegmentMemory,
  onText: (at: number, segment: SegmentText) => void = () => undefined,
): Promise<readonly ReadSegment[]> {
  const scanned: Scanned[] = [];
  for (const [at, segment] of segments.entries()) {
    const { data } = segment;
    const bytes = data instanceof Uint8Array ? data : memory.read(data);
    const read = await scanPacked(bytes, segment, hashing);
    if (read.content !== null) onText(at, read);
    const { sha256, content, fault } = read;
    scanned.push({ sha256, content, fault });
  }
  const contents = scanned.flatMap(({ content }) => content ?? []);
  const chains = [...chainsOf(contents, hashing.records)];
  return scanned.map(({ sha256, content, fault }, at) => {
    const chain = content && (chains.shift() ?? null);
    return {
      sha256,
      content: content && withTiles(content, chain, segments[at]?.name.firstIndex ?? 0, hashing),
      fault,
    };
  });
}

function withTiles(
  { tileRoots, ...content }: ScannedSegment,
  chain: SegmentContent["chain"],
  firstIndex: number,
  { file }: SegmentHashing,
): SegmentContent {
  const digestOf = (bytes: Uint8Array): Uint8Array => {
    const hashing = file(bytes);
    hashing.read(bytes);
    return hashing.digest();
  };
  return { ...content, chain, tiles: tilesOf(content.leaves, firstIndex, tileRoots, digestOf) };
}

type Scanned = Omit<ReadSegment, "content"> & { readonly content: ScannedSegment | null };
type Unread = Omit<ReadSegment, "content"> & { readonly content: null };

async function scanPacked(
  bytes: Buffer,
  { path, name, maxRatio }: PackedSegment,
  hashing: SegmentHashing,
): Promise<(SegmentText & { readonly fault: null }) | Unread> {
  try {
    const text = await unpackSegment(bytes, path, name, maxRatio);
    const packed = bytes.subarray(1);
    const file = hashing.file(packed);
    const isPlain = text === bytes;
    const content = scanSegment(text, name.firstIndex, hashing.records, {
      ...(hashing.lines && { lines: hashing.lines }),
      ...(isPlain && { onPart: file.read }),
    });
    if (!isPlain) file.read(packed);
    return { sha256: formatHex(file.digest()), content, fault: null, text };
  } catch (error) {
    if (!(error instanceof Problem && error.kind === "refused")) throw error;
    return { sha256: "", content: null, fault: error };
  }
}

/** The text of a packed segment, from byte 1 on. Throws the `refused` problems of its packing. */
export async function unpackSegment(bytes: Buffer, path: string, name: SegmentName, maxRatio: number): Promise<Buffer> {
  const limits = { path, maxBytes: MAX_SEGMENT_BYTES, maxRatio };
  switch (name.encoding) {
    case "plain":
      return bytes.length <= 1 + MAX_SEGMENT_BYTES ? bytes : fail(tooLarge(path));
    case "gzip":
      return withSpareByte(streamGzipMember(once(bytes.subarray(1)), { ...limits, framing: "strict" }));
    case "zstd":
      return unpackZstdFrame(bytes.subarray(1), limits, 1);
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** Chunks as one text that begins at byte 1. */
async function withSpareByte(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [new Uint8Array(1)];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/** The problem of a segment that is longer than the format allows. */
export function tooLarge(path: string): Problem {
  return new Problem("refused", "too-large", `${quote(path)} is longer than a segment may be`, {
    file: path,
    expected: `at most ${MAX_SEGMENT_BYTES} bytes`,
    found: "more",
  });
}

function fail(problem: Problem): never {
  throw problem;
}

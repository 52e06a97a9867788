import { type Hash } from "../model/digest.ts";
import { formatHex } from "../encoding/bytes.ts";
import { recordHashing, type RecordHashing } from "../merkle/record-hashing.ts";
import { Problem, quote } from "../model/problem.ts";
import { DEFAULT_LIMITS } from "./container.ts";
import { streamGzipMember } from "./gzip-member.ts";
import { type SegmentName } from "./layout.ts";
import { chainsOf, MAX_SEGMENT_BYTES, scanSegment, type ScannedSegment, type SegmentContent } from "./segment-scan.ts";
import { unpackZstdFrame } from "./zstd-frame.ts";

/** A segment file as it lies in the bag, whole: it is at most {@link MAX_PACKED_BYTES} long. */
export interface PackedSegment {
  readonly name: SegmentName;
  /** Relative to the bag. */
  readonly path: string;
  /** The caller's own. Byte 0 is spare, the file begins at byte 1 (`scanSegment`). */
  readonly bytes: Buffer;
}

/** What a segment file holds, or why it could not be read. */
export interface ReadSegment {
  /** Of the file as packed, lower-case hex; empty when it could not be read. */
  readonly sha256: string;
  readonly content: SegmentContent | null;
  readonly fault: Problem | null;
}

/** Reads a few packed segments that follow each other: in place, or in a thread beside. */
export type SegmentReader = (segments: readonly PackedSegment[]) => Promise<readonly ReadSegment[]>;

/** What a segment is hashed with: its file as a whole, and its records. */
export interface SegmentHashing {
  readonly file: Hash;
  readonly records: RecordHashing;
}

/** No packed form of a segment is longer than the segment, but for the few bytes of its header and trailer. */
export const MAX_PACKED_BYTES = MAX_SEGMENT_BYTES + 65_536;

/** A reader that uses one implementation of SHA-256 for everything. */
export function segmentReader(hash: Hash): SegmentReader {
  const hashing = { file: hash, records: recordHashing(hash) };
  return async (segments) => (await readSegments(segments, hashing)).map(({ read }) => read);
}

/** A segment that was read and its text, which begins at byte 1; null when it could not be read. */
export interface SegmentText {
  readonly read: ReadSegment;
  readonly text: Buffer | null;
}

/** Unpacks segments once and scans them; their chains are computed side by side. Faults of their content are data. */
export async function readSegments(
  segments: readonly PackedSegment[],
  hashing: SegmentHashing,
): Promise<readonly SegmentText[]> {
  const scanned: Scanned[] = [];
  for (const segment of segments) scanned.push(await scanPacked(segment, hashing));
  const readable = scanned.filter((item) => item.content !== null);
  const chains = chainsOf(
    readable.map(({ content }) => content),
    hashing.records,
  );
  const chainOf = new Map(readable.map((item, at) => [item, chains[at] ?? null]));
  return scanned.map((item) => {
    const { sha256, fault, text } = item;
    const content = item.content && { ...item.content, chain: chainOf.get(item) ?? null };
    return { read: { sha256, content, fault }, text };
  });
}

type Scanned =
  | { readonly sha256: string; readonly content: ScannedSegment; readonly fault: null; readonly text: Buffer }
  | { readonly sha256: ""; readonly content: null; readonly fault: Problem; readonly text: null };

async function scanPacked({ bytes, path, name }: PackedSegment, hashing: SegmentHashing): Promise<Scanned> {
  try {
    const text = await unpackSegment(bytes, path, name);
    const content = scanSegment(text, name.firstIndex, hashing.records);
    return { sha256: formatHex(hashing.file(bytes.subarray(1))), content, fault: null, text };
  } catch (error) {
    if (!(error instanceof Problem && error.kind === "refused")) throw error;
    return { sha256: "", content: null, fault: error, text: null };
  }
}

/** The text of a packed segment, from byte 1 on. Throws the `refused` problems of its packing. */
export async function unpackSegment(bytes: Buffer, path: string, name: SegmentName): Promise<Buffer> {
  switch (name.encoding) {
    case "plain":
      return bytes.length <= 1 + MAX_SEGMENT_BYTES ? bytes : fail(tooLarge(path));
    case "gzip": {
      const limits = { maxBytes: MAX_SEGMENT_BYTES, maxRatio: DEFAULT_LIMITS.maxRatio };
      return withSpareByte(streamGzipMember(once(bytes.subarray(1)), { path, framing: "strict", ...limits }));
    }
    case "zstd":
      return unpackZstdFrame(bytes.subarray(1), { path, maxBytes: MAX_SEGMENT_BYTES }, 1);
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

import { type SegmentTiles } from "./segment-tiles.ts";
import { type SegmentTimes } from "./segment-times.ts";

/** How many lines have a property, and the first of them (a position in the segment, from 0). */
export interface LineFact {
  readonly count: number;
  readonly first: number | null;
}

/** The chain of a segment, from the head that its open record states. */
export interface SegmentChain {
  /** Before the last record, and behind it. */
  readonly beforeLast: Uint8Array;
  readonly end: Uint8Array;
}

export interface SegmentContent {
  /** Leaf hashes one after the other, 32 bytes each. */
  readonly leaves: Uint8Array<ArrayBuffer>;
  readonly count: number;
  /** Of the text. */
  readonly byteLength: number;
  /** Byte offset of each line in the uncompressed segment. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** The compact range of the leaves, the first of them at the index in the segment's name. */
  readonly range: readonly Uint8Array[];
  /** Null when the first record is no open record. */
  readonly chain: SegmentChain | null;
  /** Positions of withheld lines. */
  readonly withheld: readonly number[];
  /** First and last record, when they are short enough to be the log's own. */
  readonly first: Uint8Array | null;
  readonly last: Uint8Array | null;
  readonly carriageReturns: LineFact;
  readonly blankLines: LineFact;
  /** Lines that begin with neither `{` nor `~`. */
  readonly otherLines: LineFact;
  /** Lines that begin with `~` but hold no canonical digest. */
  readonly malformedWithheld: LineFact;
  readonly byteOrderMark: boolean;
  /** The last line has no LF. */
  readonly unterminated: boolean;
  /** The leaves without carriage returns, byte order mark and blank lines; null when the text has none of them. */
  readonly restoredLeaves: Uint8Array | null;
  /** Null when the records were not looked at. */
  readonly times: SegmentTimes | null;
  /** Null when no digests of tiles were computed. */
  readonly tiles: SegmentTiles | null;
}

/** What a judgement needs of a segment whose records are as signed: nothing of each record is kept. */
export function outlineOf(content: SegmentContent): SegmentContent {
  return { ...content, leaves: new Uint8Array(), offsets: new Uint32Array(), restoredLeaves: null };
}

/** What {@link scanSegment} gives: all but the chain, which several segments have computed side by side, and tiles. */
export interface ScannedSegment extends Omit<SegmentContent, "chain" | "tiles"> {
  /** Of the full tiles among the leaves, 32 bytes each. */
  readonly tileRoots: Uint8Array;
}

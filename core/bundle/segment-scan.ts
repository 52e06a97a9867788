/**
 * What the lines of a segment say before anything is judged: a leaf hash for each, what follows from the leaves, and how
 * the text departs from the format (docs/formats/evidence-log-bundle.md §2). Of JSON only the times are looked at, while the
 * bytes are at hand; a withheld line `~<base64>` stands for its leaf.
 */
import { lineTooLong } from "../encoding/ndjson.ts";
import { rangeOfLeaves, type RecordHashing } from "../merkle/record-hashing.ts";
import { TILE_LEVELS } from "../merkle/tree.ts";
import { LeafList } from "./leaf-list.ts";
import { type LineKernel } from "./line-kernel.ts";
import { type LineFact, type ScannedSegment } from "./segment-content.ts";
import { SegmentTimesReader } from "./segment-times.ts";
import { parseWithheldLine, WITHHELD_MARK } from "./withheld-line.ts";

/** Format §4: the uncompressed length of a segment. */
export const MAX_SEGMENT_BYTES = 64 * 2 ** 20;
/** A record is at most 1 MiB long; so is a line. */
export const MAX_RECORD_BYTES = 1_048_576;
/** An open or seal record is a few hundred bytes; longer first and last records are none. */
const MAX_LOG_RECORD_BYTES = 65_536;
const OBJECT_MARK = 0x7b;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const TEXT_START = 1;
/** What is done with a part of the text is done while a processor has it at hand. */
const PART_BYTES = 128 * 1024;

/** What the scan of a segment is helped by; without it, every line is looked at by itself. */
export interface ScanMeans {
  /** Finds plain lines many at a time. */
  readonly lines?: LineKernel;
  /** Given the text in parts, each before its lines are looked at. */
  readonly onPart?: (part: Uint8Array) => void;
}

/**
 * Scans the text of a segment whose first record has this index. Throws `line-too-long` (refused).
 * Precondition: byte 0 is spare, the text begins at byte 1 (`RecordHashing.leaves`).
 */
export function scanSegment(
  text: Buffer,
  firstIndex: number,
  hashing: RecordHashing,
  { lines, onPart }: ScanMeans = {},
): ScannedSegment {
  const scanner = new SegmentScanner(text, hashing, lines);
  for (let given = TEXT_START; given < text.length;) {
    const part = text.subarray(given, given + PART_BYTES);
    onPart?.(part);
    given += part.length;
    scanner.linesBefore(given);
  }
  return scanner.finish(firstIndex);
}

function throwIfTooLong(start: number, end: number): void {
  if (end - start > MAX_RECORD_BYTES) throw lineTooLong(MAX_RECORD_BYTES, start - TEXT_START, end - start);
}

class FactCounter {
  count = 0;
  first: number | null = null;

  at(position: number): void {
    this.count += 1;
    this.first ??= position;
  }
}

/** Takes the lines of a text in order. */
class SegmentScanner {
  readonly #text: Buffer;
  readonly #hashing: RecordHashing;
  readonly #lines: LineKernel | undefined;
  readonly #leaves = new LeafList();
  #offsets = new Uint32Array(8_192);
  readonly #withheld: number[] = [];
  readonly #carriageReturns = new FactCounter();
  readonly #blankLines = new FactCounter();
  readonly #otherLines = new FactCounter();
  readonly #malformedWithheld = new FactCounter();
  readonly #times = new SegmentTimesReader();
  #restored: LeafList | null = null;
  #count = 0;
  /** Where the next line begins, and where the next LF lies once it was looked for: behind the text when there is none. */
  #start = TEXT_START;
  #lineFeed = 0;
  #byteOrderMark = false;

  constructor(text: Buffer, hashing: RecordHashing, lines: LineKernel | undefined) {
    this.#text = text;
    this.#hashing = hashing;
    this.#lines = lines;
    lines?.take(text);
  }

  /** Takes the lines whose LF lies before `end`. */
  linesBefore(end: number): void {
    while (this.#takePlainLines(end) || this.#takeLine(end));
  }

  #takePlainLines(end: number): boolean {
    const lines = this.#lines;
    // Once leaves are restored, each line has two.
    if (lines === undefined || this.#restored !== null) return false;
    const count = lines.find(this.#start, end);
    if (count === 0) return false;
    const { bounds, times } = lines;
    const { bytes, at } = this.#leaves.grow(count);
    this.#hashing.leaves(this.#text, bounds, count, bytes, at);
    for (let index = 0; index < count; index += 1) {
      const start = bounds[2 * index] ?? 0;
      const lineEnd = bounds[2 * index + 1] ?? 0;
      throwIfTooLong(start, lineEnd);
      this.#times.read(this.#text, start, lineEnd, this.#count, times[index]);
      this.#advance(start, lineEnd);
    }
    return true;
  }

  #takeLine(end: number): boolean {
    if (this.#lineFeed < this.#start) {
      const found = this.#text.indexOf(LINE_FEED, this.#start);
      this.#lineFeed = found < 0 ? this.#text.length : found;
    }
    if (this.#lineFeed >= end) return false;
    this.#line(this.#start, this.#lineFeed);
    return true;
  }

  /** The line from `start` to before `end`, where its LF lies. */
  #line(start: number, end: number): void {
    throwIfTooLong(start, end);
    const unclean = this.#noteFacts(start, end, this.#count);
    if (unclean) this.#restored ??= this.#leaves.copy();
    this.#pushLeaf(start, end, this.#count);
    if (this.#restored !== null) this.#appendRestored(start, end, this.#restored, unclean);
    if (this.#text[start] !== WITHHELD_MARK) this.#times.read(this.#text, start, end, this.#count);
    this.#advance(start, end);
  }

  #advance(start: number, end: number): void {
    this.#pushOffset(start - TEXT_START, this.#count);
    this.#start = end + 1;
    this.#count += 1;
  }

  #hashLine(start: number, end: number, leaves: LeafList): void {
    const { bytes, at } = leaves.grow(1);
    this.#hashing.leaves(this.#text, Uint32Array.of(start, end), 1, bytes, at);
  }

  #pushOffset(start: number, position: number): void {
    if (position === this.#offsets.length) {
      const larger = new Uint32Array(2 * position);
      larger.set(this.#offsets);
      this.#offsets = larger;
    }
    this.#offsets[position] = start;
  }

  #pushLeaf(start: number, end: number, position: number): void {
    if (end > start && this.#text[start] === WITHHELD_MARK) {
      const leaf = parseWithheldLine(this.#text.subarray(start, end));
      if (leaf !== undefined) {
        this.#withheld.push(position);
        this.#leaves.push(leaf);
        return;
      }
      this.#malformedWithheld.at(position);
    }
    this.#hashLine(start, end, this.#leaves);
  }

  /** Whether the line shows that a tool converted the text. */
  #noteFacts(start: number, end: number, position: number): boolean {
    const text = this.#text;
    if (end === start) {
      this.#blankLines.at(position);
      return true;
    }
    const hasMark = position === 0 && BYTE_ORDER_MARK.every((byte, index) => text[start + index] === byte);
    const hasReturn = text[end - 1] === CARRIAGE_RETURN;
    if (hasMark) this.#byteOrderMark = true;
    if (hasReturn) this.#carriageReturns.at(position);
    if (!hasMark && text[start] !== OBJECT_MARK && text[start] !== WITHHELD_MARK) this.#otherLines.at(position);
    return hasMark || hasReturn;
  }

  #appendRestored(start: number, end: number, restored: LeafList, unclean: boolean): void {
    if (!unclean) {
      restored.push(this.#leaves.last());
      return;
    }
    const cleanStart = this.#count === 0 && this.#byteOrderMark ? start + BYTE_ORDER_MARK.length : start;
    const cleanEnd = end > start && this.#text[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    if (cleanEnd <= cleanStart) return;
    this.#hashLine(cleanStart, cleanEnd, restored);
  }

  /** What the segment holds. Call once, after the last line. */
  finish(firstIndex: number): ScannedSegment {
    const unterminated = this.#start < this.#text.length;
    if (unterminated) this.#line(this.#start, this.#text.length);
    const leaves = this.#leaves.toBytes();
    let tileRoots = new Uint8Array();
    const range = rangeOfLeaves(this.#hashing, firstIndex, leaves, (level, nodes) => {
      if (level === TILE_LEVELS) tileRoots = nodes.slice();
    });
    return {
      leaves,
      count: this.#count,
      byteLength: this.#text.length - TEXT_START,
      offsets: this.#offsets.slice(0, this.#count),
      range,
      tileRoots,
      withheld: this.#withheld,
      first: this.#record(0),
      last: this.#record(this.#count - 1),
      carriageReturns: factOf(this.#carriageReturns),
      blankLines: factOf(this.#blankLines),
      otherLines: factOf(this.#otherLines),
      malformedWithheld: factOf(this.#malformedWithheld),
      byteOrderMark: this.#byteOrderMark,
      unterminated,
      restoredLeaves: this.#restored?.toBytes() ?? null,
      times: this.#times.finish(),
    };
  }

  /** A copy of the first or last record, when there is one that is short enough to be the log's own. */
  #record(position: number): Uint8Array | null {
    if (position < 0 || position >= this.#count) return null;
    const start = TEXT_START + (this.#offsets[position] ?? 0);
    const next = position === this.#count - 1 ? this.#start : TEXT_START + (this.#offsets[position + 1] ?? 1);
    const end = next - 1;
    return end - start > MAX_LOG_RECORD_BYTES ? null : new Uint8Array(this.#text.subarray(start, end));
  }
}

function factOf({ count, first }: FactCounter): LineFact {
  return { count, first };
}

/**
 * What the lines of a segment say before anything is judged: a leaf hash for each, what follows from the leaves, and how
 * the text departs from the format (docs/formats/evidence-log-bundle.md §2). Of JSON only the times are looked at, while the
 * bytes are at hand; a withheld line `~<base64>` stands for its leaf.
 */
import { lineTooLong } from "../encoding/ndjson.ts";
import { rangeOfLeaves, type RecordHashing } from "../merkle/record-hashing.ts";
import { LeafList } from "./leaf-list.ts";
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
const LINES_TOGETHER = 128;

/**
 * Scans the text of a segment whose first record has this index. Throws `line-too-long` (refused).
 * Precondition: byte 0 is spare, the text begins at byte 1 (`RecordHashing.leaves`).
 */
export function scanSegment(
  text: Buffer,
  firstIndex: number,
  hashing: RecordHashing,
  /** Given the text in parts, each before its lines are looked at. */
  onPart: (part: Uint8Array) => void = () => undefined,
): ScannedSegment {
  const scanner = new SegmentScanner(text, hashing);
  let start = TEXT_START;
  let end = text.indexOf(LINE_FEED, start);
  for (let given = start; given < text.length;) {
    const part = text.subarray(given, given + PART_BYTES);
    onPart(part);
    given += part.length;
    for (; end >= 0 && start < given; end = text.indexOf(LINE_FEED, start)) {
      scanner.line(start, end);
      start = end + 1;
    }
  }
  const unterminated = start < text.length;
  if (unterminated) scanner.line(start, text.length);
  return scanner.finish(firstIndex, unterminated);
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
  readonly #leaves = new LeafList();
  #offsets = new Uint32Array(8_192);
  readonly #withheld: number[] = [];
  readonly #carriageReturns = new FactCounter();
  readonly #blankLines = new FactCounter();
  readonly #otherLines = new FactCounter();
  readonly #malformedWithheld = new FactCounter();
  readonly #times = new SegmentTimesReader();
  /** Lines whose leaves are not hashed yet: where they begin and end, in pairs. */
  readonly #waiting = new Uint32Array(2 * LINES_TOGETHER);
  #waitingCount = 0;
  #restored: LeafList | null = null;
  #count = 0;
  #lastEnd = 0;
  #byteOrderMark = false;

  constructor(text: Buffer, hashing: RecordHashing) {
    this.#text = text;
    this.#hashing = hashing;
  }

  /** The line from `start` to before `end`, where its LF lies. */
  line(start: number, end: number): void {
    if (end - start > MAX_RECORD_BYTES) throw lineTooLong(MAX_RECORD_BYTES, start - TEXT_START, end - start);
    const position = this.#count;
    const text = this.#text;
    if (text[start] === OBJECT_MARK && text[end - 1] !== CARRIAGE_RETURN && this.#restored === null) {
      this.#waitForLeaf(start, end);
    } else {
      this.#hashWaiting();
      const unclean = this.#noteFacts(start, end, position);
      if (unclean) this.#restored ??= this.#leaves.copy();
      this.#pushLeaf(start, end, position);
      if (this.#restored !== null) this.#appendRestored(start, end, this.#restored, unclean);
    }
    if (text[start] !== WITHHELD_MARK) this.#times.read(text, start, end, position);
    this.#pushOffset(start - TEXT_START, position);
    this.#lastEnd = end;
    this.#count += 1;
  }

  #waitForLeaf(start: number, end: number): void {
    this.#waiting[2 * this.#waitingCount] = start;
    this.#waiting[2 * this.#waitingCount + 1] = end;
    this.#waitingCount += 1;
    if (this.#waitingCount === LINES_TOGETHER) this.#hashWaiting();
  }

  #hashWaiting(): void {
    const count = this.#waitingCount;
    if (count === 0) return;
    const { bytes, at } = this.#leaves.grow(count);
    this.#hashing.leaves(this.#text, this.#waiting, count, bytes, at);
    this.#waitingCount = 0;
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
  finish(firstIndex: number, unterminated: boolean): ScannedSegment {
    this.#hashWaiting();
    const leaves = this.#leaves.toBytes();
    return {
      leaves,
      count: this.#count,
      byteLength: this.#text.length - TEXT_START,
      offsets: this.#offsets.slice(0, this.#count),
      range: rangeOfLeaves(this.#hashing, firstIndex, leaves),
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
    const end = position === this.#count - 1 ? this.#lastEnd : TEXT_START + (this.#offsets[position + 1] ?? 1) - 1;
    return end - start > MAX_LOG_RECORD_BYTES ? null : new Uint8Array(this.#text.subarray(start, end));
  }
}

function factOf({ count, first }: FactCounter): LineFact {
  return { count, first };
}

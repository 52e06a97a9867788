/**
 * What the lines of a segment say before anything is judged: a leaf hash for each, and how the text departs from the
 * format (docs/formats/evidence-log-bundle.md §2). JSON is not parsed; a withheld line `~<base64>` stands for its leaf.
 */
import { decodeUtf8 } from "../encoding/utf8.ts";
import { parseBase64 } from "../encoding/base64.ts";
import { leafHasher } from "../merkle/hash.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";

/** Format §4: the uncompressed length of a segment. */
export const MAX_SEGMENT_BYTES = 64 * 2 ** 20;
/** A record is at most 1 MiB long; so is a line. */
export const MAX_RECORD_BYTES = 1_048_576;
/** An open or seal record is a few hundred bytes; longer first and last records are none. */
const MAX_LOG_RECORD_BYTES = 65_536;
const WITHHELD_MARK = 0x7e;
const OBJECT_MARK = 0x7b;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** How many lines have a property, and the first of them (a position in the segment, from 0). */
export interface LineFact {
  readonly count: number;
  readonly first: number | null;
}

export interface SegmentContent {
  /** Leaf hashes one after the other, 32 bytes each. */
  readonly leaves: Uint8Array;
  readonly count: number;
  /** Byte offset of each line in the uncompressed segment. */
  readonly offsets: readonly number[];
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
}

class LeafList {
  #bytes = new Uint8Array(1_024 * HASH_BYTES);
  #length = 0;

  push(leaf: Uint8Array): void {
    if (this.#length + leaf.length > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(leaf, this.#length);
    this.#length += leaf.length;
  }

  copy(): LeafList {
    const list = new LeafList();
    list.#bytes = this.#bytes.slice();
    list.#length = this.#length;
    return list;
  }

  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

class FactCounter {
  count = 0;
  first: number | null = null;

  at(position: number): void {
    this.count += 1;
    this.first ??= position;
  }
}

/** Takes a segment's lines in order. */
export class SegmentScanner {
  readonly #leafHash: (record: Uint8Array) => Uint8Array;
  readonly #leaves = new LeafList();
  readonly #offsets: number[] = [];
  readonly #withheld: number[] = [];
  readonly #carriageReturns = new FactCounter();
  readonly #blankLines = new FactCounter();
  readonly #otherLines = new FactCounter();
  readonly #malformedWithheld = new FactCounter();
  #restored: LeafList | null = null;
  #count = 0;
  #byteLength = 0;
  #first: Uint8Array | null = null;
  /** The bytes of the latest line that is short enough, and the length of the latest line. */
  #last = new Uint8Array(1_024);
  #lastLength = 0;
  #byteOrderMark = false;
  #unterminated = false;

  constructor(hash: Hash) {
    this.#leafHash = leafHasher(hash);
  }

  /** Takes a line without its LF. The bytes are not kept. */
  append(line: Uint8Array, terminated: boolean): void {
    const position = this.#count;
    const leaf = this.#leafOf(line, position);
    const unclean = this.#noteFacts(line, position);
    if (unclean && this.#restored === null) this.#restored = this.#leaves.copy();
    if (this.#restored !== null) this.#appendRestored(line, leaf, unclean);
    this.#leaves.push(leaf);
    this.#offsets.push(this.#byteLength);
    this.#byteLength += line.length + 1;
    this.#count += 1;
    this.#unterminated = !terminated;
    if (position === 0 && line.length <= MAX_LOG_RECORD_BYTES) this.#first = line.slice();
    this.#keepLast(line);
  }

  #keepLast(line: Uint8Array): void {
    this.#lastLength = line.length;
    if (line.length > MAX_LOG_RECORD_BYTES) return;
    if (this.#last.length < line.length) this.#last = new Uint8Array(Math.min(2 * line.length, MAX_LOG_RECORD_BYTES));
    this.#last.set(line);
  }

  #leafOf(line: Uint8Array, position: number): Uint8Array {
    if (line[0] !== WITHHELD_MARK) return this.#leafHash(line);
    const text = line.length === 45 ? decodeUtf8(line.subarray(1)) : undefined;
    const leaf = text === undefined ? undefined : parseBase64(text);
    if (leaf?.length === HASH_BYTES) {
      this.#withheld.push(position);
      return leaf;
    }
    this.#malformedWithheld.at(position);
    return this.#leafHash(line);
  }

  /** Whether the line shows that a tool converted the text. */
  #noteFacts(line: Uint8Array, position: number): boolean {
    const hasMark = position === 0 && BYTE_ORDER_MARK.every((byte, index) => line[index] === byte);
    const hasReturn = line[line.length - 1] === CARRIAGE_RETURN;
    if (hasMark) this.#byteOrderMark = true;
    if (hasReturn) this.#carriageReturns.at(position);
    if (line.length === 0) this.#blankLines.at(position);
    else if (!hasMark && line[0] !== OBJECT_MARK && line[0] !== WITHHELD_MARK) this.#otherLines.at(position);
    return hasMark || hasReturn || line.length === 0;
  }

  #appendRestored(line: Uint8Array, leaf: Uint8Array, unclean: boolean): void {
    if (!unclean) {
      this.#restored?.push(leaf);
      return;
    }
    const start = this.#count === 0 && this.#byteOrderMark ? BYTE_ORDER_MARK.length : 0;
    const end = line[line.length - 1] === CARRIAGE_RETURN ? line.length - 1 : line.length;
    const clean = line.subarray(start, end);
    if (clean.length > 0) this.#restored?.push(this.#leafHash(clean));
  }

  /** What the segment holds. Call once, after the last line. */
  finish(): SegmentContent {
    return {
      leaves: this.#leaves.toBytes(),
      count: this.#count,
      offsets: this.#offsets,
      withheld: this.#withheld,
      first: this.#first,
      last: this.#count > 0 && this.#lastLength <= MAX_LOG_RECORD_BYTES ? this.#last.slice(0, this.#lastLength) : null,
      carriageReturns: factOf(this.#carriageReturns),
      blankLines: factOf(this.#blankLines),
      otherLines: factOf(this.#otherLines),
      malformedWithheld: factOf(this.#malformedWithheld),
      byteOrderMark: this.#byteOrderMark,
      unterminated: this.#unterminated,
      restoredLeaves: this.#restored?.toBytes() ?? null,
    };
  }
}

function factOf({ count, first }: FactCounter): LineFact {
  return { count, first };
}

import { formatBase64Url } from "../encoding/base64.ts";
import { CompactRange } from "../merkle/compact-range.ts";
import { extendChain, initialChainHead } from "../merkle/chain.ts";
import { leafHash } from "../merkle/hash.ts";
import { type Hash } from "../model/digest.ts";
import { formatInstant, type Instant } from "../model/time.ts";
import { formatOpenRecord, formatSealRecord } from "./log-record.ts";
import { SALT_BYTES, type SourceRecord } from "./record-source.ts";

const LINE_FEED = Uint8Array.of(0x0a);

/** A finished segment. */
export interface BuiltSegment {
  readonly segment: number;
  readonly firstIndex: number;
  /** Records, the log's own two included. */
  readonly count: number;
  readonly content: Uint8Array;
  /** Leaf hashes one after the other, 32 bytes each. */
  readonly leaves: Uint8Array;
  /** RFC 3339, as the open record states it. */
  readonly openedAt: string;
  /** Earliest and latest time of its records, RFC 3339; null when none has a time. */
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  readonly chainBefore: Uint8Array;
  readonly chainAfter: Uint8Array;
  /** State of the log after it. */
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
}

export interface LogMeans {
  readonly hash: Hash;
  readonly origin: string;
  readonly now: () => Instant;
  readonly random: (byteLength: number) => Uint8Array;
}

/** The growing log: its chain, its tree, and the segment that is open. Holds one segment in memory. */
export class SegmentBuilder {
  readonly #log: LogMeans;
  readonly #tree: CompactRange;
  #chain: Uint8Array = initialChainHead();
  #chainBefore: Uint8Array = this.#chain;
  #segment = -1;
  #firstIndex = 0;
  #openedAt = "";
  #parts: Uint8Array[] = [];
  #leaves: Uint8Array[] = [];
  #byteLength = 0;
  #firstTime: Instant | null = null;
  #lastTime: Instant | null = null;

  constructor(log: LogMeans) {
    this.#log = log;
    this.#tree = new CompactRange(log.hash);
  }

  /** Bytes of the open segment so far; 0 when none is open. */
  get byteLength(): number {
    return this.#byteLength;
  }

  open(): void {
    this.#segment += 1;
    this.#firstIndex = this.#tree.end;
    this.#chainBefore = this.#chain;
    this.#firstTime = null;
    this.#lastTime = null;
    const { origin, now } = this.#log;
    this.#openedAt = formatInstant(now());
    const record = { segment: this.#segment, firstIndex: this.#firstIndex, chain: this.#chain, origin };
    this.#push(formatOpenRecord({ ...record, time: this.#openedAt, salt: this.#salt() }));
  }

  append({ bytes, time }: SourceRecord): void {
    if (time !== null && (this.#firstTime === null || time < this.#firstTime)) this.#firstTime = time;
    if (time !== null && (this.#lastTime === null || time > this.#lastTime)) this.#lastTime = time;
    this.#push(bytes);
  }

  seal(): BuiltSegment {
    const count = this.#tree.end - this.#firstIndex + 1;
    const record = { segment: this.#segment, firstIndex: this.#firstIndex, count, chain: this.#chain };
    const firstTime = this.#firstTime === null ? null : formatInstant(this.#firstTime);
    const lastTime = this.#lastTime === null ? null : formatInstant(this.#lastTime);
    this.#push(formatSealRecord({ ...record, firstTime, lastTime, salt: this.#salt() }));
    const built = {
      segment: this.#segment,
      firstIndex: this.#firstIndex,
      count,
      content: Buffer.concat(this.#parts),
      leaves: Buffer.concat(this.#leaves),
      openedAt: this.#openedAt,
      firstTime,
      lastTime,
      chainBefore: this.#chainBefore,
      chainAfter: this.#chain,
      treeSize: this.#tree.end,
      rootHash: this.#tree.root(),
    };
    this.#parts = [];
    this.#leaves = [];
    this.#byteLength = 0;
    return built;
  }

  #push(record: Uint8Array): void {
    const leaf = leafHash(this.#log.hash, record);
    this.#tree.append(leaf);
    this.#chain = extendChain(this.#log.hash, this.#chain, leaf);
    this.#leaves.push(leaf);
    this.#parts.push(record, LINE_FEED);
    this.#byteLength += record.length + 1;
  }

  #salt(): string {
    return formatBase64Url(this.#log.random(SALT_BYTES));
  }
}

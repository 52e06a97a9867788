/**
 * What an export leaves out, on purpose and told in its statement (format §2, §10): single records, for which their leaf
 * hashes stand, and whole segments that are past their retention, for which a compact range stands.
 */
import { formatBase64 } from "../encoding/base64.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { CompactRange } from "../merkle/compact-range.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { Problem } from "../model/problem.ts";
import { formatLeafRange, rangesMeet, type LeafRange } from "./leaf-range.ts";
import { type BuiltSegment } from "./segment-builder.ts";
import { type Retention, type StatementAbsence, type StatementParts } from "./statement.ts";
import { formatWithheldLine } from "./withheld-line.ts";

const LINE_FEED = 0x0a;

export interface Withholding {
  readonly range: LeafRange;
  readonly reason: string;
}

export interface Expiry {
  readonly range: LeafRange;
  readonly policy: RetentionPolicy;
}

export interface RetentionPolicy {
  readonly id: string;
  /** ISO 8601 duration such as `P90D`; null when it is told elsewhere. */
  readonly period: string | null;
}

export interface OmissionOrders {
  /** Records that are withheld. The log's own records cannot be: the chain is read from them. */
  readonly withhold?: readonly Withholding[];
  /** Whole segments that are left out. */
  readonly expire?: readonly Expiry[];
}

type StatedOmissions = Pick<StatementParts, "minimumIndex" | "absent" | "withheld" | "retention">;

/** An expiry whose segments go by. */
interface OpenExpiry {
  readonly leaves: CompactRange;
  readonly chainBefore: Uint8Array;
  readonly firstTime: string | null;
}

/** Applies the orders to the segments as they go by, and collects what the statement says of them. */
export class Omissions {
  readonly #withhold: readonly Withholding[];
  readonly #expire: readonly Expiry[];
  readonly #hash: Hash;
  readonly #withheld: StatedOmissions["withheld"][number][] = [];
  readonly #absent: StatementAbsence[] = [];
  #open: OpenExpiry | undefined;

  /** Throws `withhold-range` or `expire-range` when two orders are about the same record. */
  constructor({ withhold = [], expire = [] }: OmissionOrders, hash: Hash) {
    this.#withhold = [...withhold].sort((a, b) => a.range.first - b.range.first);
    this.#expire = [...expire].sort((a, b) => a.range.first - b.range.first);
    this.#hash = hash;
    const orders = [...this.#withhold, ...this.#expire].map(({ range }) => range);
    for (const [position, range] of orders.entries()) {
      const other = orders.slice(0, position).find((earlier) => rangesMeet(earlier, range));
      if (other === undefined) continue;
      const code = position < this.#withhold.length ? "withhold-range" : "expire-range";
      throw badRange(code, range, "ranges that have no record in common", formatLeafRange(other));
    }
  }

  /** The content to export; null when the segment is left out. */
  apply(built: BuiltSegment, checkpoint: string): Uint8Array | null {
    const range = { first: built.firstIndex, last: built.treeSize - 1 };
    const expiry = this.#expire.find((order) => rangesMeet(order.range, range));
    if (expiry !== undefined) {
      this.#leaveOut(built, checkpoint, expiry);
      return null;
    }
    const orders = this.#withhold.filter((order) => rangesMeet(order.range, range));
    return orders.length === 0 ? built.content : this.#withholdLines(built, orders);
  }

  /** Throws for an order that the log ended before. */
  finish(treeSize: number): StatedOmissions {
    for (const { range } of this.#withhold) {
      if (range.last >= treeSize) throw badRange("withhold-range", range, `records of a log of ${treeSize}`);
    }
    for (const { range } of this.#expire) {
      if (range.last >= treeSize) throw badRange("expire-range", range, `records of a log of ${treeSize}`);
    }
    const [head] = this.#absent;
    const minimumIndex = head?.firstIndex === 0 ? head.endIndex : 0;
    return { minimumIndex, absent: this.#absent, withheld: this.#withheld, retention: this.#retention() };
  }

  #retention(): Retention | null {
    if (this.#absent.length === 0) return null;
    const policies = new Map(this.#expire.map(({ policy }) => [policy.id, policy]));
    return {
      policyId: [...policies.keys()].join(" "),
      rules: [...policies.values()].map(({ id, period }) => ({ class: id, period })),
      expiredBefore: this.#absent.at(-1)?.lastTime ?? null,
    };
  }

  #leaveOut(built: BuiltSegment, checkpoint: string, expiry: Expiry): void {
    const { first, last } = expiry.range;
    const { firstIndex, treeSize } = built;
    if (first > firstIndex || last < treeSize - 1 || (this.#open === undefined && first !== firstIndex)) {
      const segment = formatLeafRange({ first: firstIndex, last: treeSize - 1 });
      throw badRange("expire-range", expiry.range, `whole segments; one is ${segment}`);
    }
    const { chainBefore, firstTime } = built;
    this.#open ??= { leaves: new CompactRange(this.#hash, firstIndex), chainBefore, firstTime };
    for (let offset = 0; offset < built.leaves.length; offset += HASH_BYTES) {
      this.#open.leaves.append(built.leaves.slice(offset, offset + HASH_BYTES));
    }
    if (last !== treeSize - 1) return;
    this.#absent.push({
      firstIndex: first,
      endIndex: last + 1,
      reason: "retention-expired",
      policyRef: expiry.policy.id,
      compactRange: this.#open.leaves.encode().map(formatBase64),
      chainBefore: formatBase64(this.#open.chainBefore),
      chainAfter: formatBase64(built.chainAfter),
      checkpoint,
      firstTime: this.#open.firstTime,
      lastTime: built.lastTime,
    });
    this.#open = undefined;
  }

  #withholdLines(built: BuiltSegment, orders: readonly Withholding[]): Uint8Array {
    const { content, firstIndex, treeSize, leaves } = built;
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let index = firstIndex; index < treeSize; index += 1) {
      const end = content.indexOf(LINE_FEED, start) + 1;
      const order = orders.find(({ range }) => range.first <= index && index <= range.last);
      if (order === undefined) {
        lines.push(content.subarray(start, end));
      } else {
        if (index === firstIndex || index === treeSize - 1) {
          throw badRange("withhold-range", order.range, `no record of the log itself; ${index} is one`);
        }
        const offset = (index - firstIndex) * HASH_BYTES;
        lines.push(encodeUtf8(`${formatWithheldLine(leaves.subarray(offset, offset + HASH_BYTES))}\n`));
        this.#withheld.push({ index, reason: order.reason });
      }
      start = end;
    }
    return Buffer.concat(lines);
  }
}

function badRange(
  code: "withhold-range" | "expire-range",
  range: LeafRange,
  expected: string,
  found?: string,
): Problem {
  const text = formatLeafRange(range);
  const message = `range ${text}: expected ${expected}${found === undefined ? "" : `, and ${found} was given too`}`;
  return new Problem("usage", code, message, { expected, found: text });
}

/**
 * Several copies of one log: replicas, or exports of different days. The signed states say whether they are one history; the
 * signed leaves, or the roots at the ends of segments, say which copy holds which records as they were logged.
 */
import { type SegmentFile } from "../bundle/bundle-reader.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { CompactRange } from "../merkle/compact-range.ts";
import { rootOf } from "../merkle/tree.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { type CopiesRelation, type GoodRange } from "../model/verdict.ts";
import { firstHolders, RangeCollector } from "./good-ranges.ts";
import { type LogState } from "./log-states.ts";
import { positionOfIndex, treeOfSigned, type SignedLeaves } from "./signed-leaves.ts";

/** What one copy shows of its log. */
export interface LogCopy {
  readonly newest: LogState;
  /** Signed states that were compared with the records; by size, smallest first. */
  readonly states: readonly LogState[];
  readonly segments: readonly SegmentFile[];
  /** The leaves of the newest state; null when they are not known. */
  readonly signedLeaves: () => SignedLeaves | null;
}

export interface CopiesOutcome {
  readonly relation: CopiesRelation;
  /** Which copy, by its position, holds which records as they were logged. Empty for copies that are not one history. */
  readonly good: readonly GoodRange[];
}

/** Compares copies; null stands for one that shows no state of a log. */
export function compareCopies(copies: readonly (LogCopy | null)[], hash: Hash): CopiesOutcome {
  const logs = copies.filter((copy) => copy !== null);
  const [first] = logs;
  const isOneLog = logs.every(({ newest }) => newest.checkpoint.origin === first?.newest.checkpoint.origin);
  if (first === undefined || logs.length < copies.length || !isOneLog) return { relation: "unrelated", good: [] };
  const largest = logs.reduce((best, copy) => (sizeOf(copy) > sizeOf(best) ? copy : best));
  const history = historyOf(logs, largest, hash);
  if (history === null) return { relation: "fork", good: [] };
  const isEqual = logs.every((copy) => sizeOf(copy) === sizeOf(largest));
  const reachesAll = logs.every((copy) => rootAt(history, sizeOf(copy)) !== undefined);
  const relation = isEqual ? "equal" : reachesAll ? "prefix" : "unrelated";
  return { relation, good: relation === "unrelated" ? [] : goodRanges(copies, history, hash) };
}

/** The one history that all copies tell. */
interface History {
  readonly size: number;
  /** Roots of signed states, by size. */
  readonly roots: ReadonlyMap<number, Uint8Array>;
  /** Of the copy that knows most of them; null when no copy gives any. */
  readonly leaves: SignedLeaves | null;
  readonly rootOfLeaves: (size: number) => Uint8Array | undefined;
}

function sizeOf({ newest }: LogCopy): number {
  return newest.checkpoint.size;
}

function rootAt({ roots, rootOfLeaves }: History, size: number): Uint8Array | undefined {
  return rootOfLeaves(size) ?? roots.get(size);
}

/** Null when signed states contradict each other. */
function historyOf(logs: readonly LogCopy[], largest: LogCopy, hash: Hash): History | null {
  const size = sizeOf(largest);
  const whole = logs.filter((copy) => sizeOf(copy) === size);
  const known = whole.map((copy) => copy.signedLeaves()).filter((leaves) => leaves !== null);
  const leaves = known.toSorted((a, b) => b.leaves.length - a.leaves.length)[0] ?? null;
  const tree = leaves && treeOfSigned(hash, leaves);
  const roots = new Map<number, Uint8Array>();
  const rootOfLeaves = (count: number): Uint8Array | undefined => {
    const isCut = leaves?.absent.some(({ firstIndex, endIndex }) => firstIndex < count && count < endIndex);
    return tree && count <= tree.size && isCut !== true ? rootOf(tree, count) : undefined;
  };
  for (const { checkpoint } of logs.flatMap(({ states, newest }) => [...states, newest])) {
    const known = rootOfLeaves(checkpoint.size) ?? roots.get(checkpoint.size);
    if (known !== undefined && !equalBytes(known, checkpoint.root)) return null;
    roots.set(checkpoint.size, checkpoint.root);
  }
  return { size, roots, leaves, rootOfLeaves };
}

/** For every record the first copy that holds it, in ranges. */
function goodRanges(copies: readonly (LogCopy | null)[], history: History, hash: Hash): readonly GoodRange[] {
  const holds = history.leaves === null ? proveBySegments(copies, history, hash) : proveByLeaves(history.leaves);
  const held = copies.map((copy) => {
    const collector = new RangeCollector();
    for (const segment of copy?.segments ?? []) {
      const withheld = new Set(segment.content?.withheld);
      for (let line = 0; line < (segment.content?.count ?? 0); line += 1) {
        const index = segment.firstIndex + line;
        if (index < history.size && !withheld.has(line) && holds(segment, line)) collector.add(index);
      }
    }
    return collector.ranges;
  });
  return firstHolders(held);
}

type Holds = (segment: SegmentFile, line: number) => boolean;

function proveByLeaves(signed: SignedLeaves): Holds {
  // Asked line by line, answered once for each segment.
  const holdsOf = new Map<SegmentFile, (line: number) => boolean>();
  return (segment, line) => {
    const holds = holdsOf.get(segment) ?? linesHeldBy(signed, segment);
    holdsOf.set(segment, holds);
    return holds(line);
  };
}

function linesHeldBy(signed: SignedLeaves, segment: SegmentFile): (line: number) => boolean {
  const { firstIndex, content } = segment;
  const start = positionOfIndex(signed, firstIndex);
  if (content === null) return () => false;
  if (start !== undefined) {
    return (line) => equalBytes(leafAt(signed.leaves, start + line), leafAt(content.leaves, line));
  }
  const isWhole = isAbsentRange(signed, segment);
  return () => isWhole;
}

/** Whether a segment is what another copy has left out: its hashes are those that stand for the range. */
function isAbsentRange({ absent }: SignedLeaves, { firstIndex, content }: SegmentFile): boolean {
  const range = absent.find((candidate) => candidate.firstIndex === firstIndex);
  if (range === undefined || content === null || range.endIndex !== firstIndex + content.count) return false;
  return range.range.every((hash, position) => equalBytes(hash, content.range[position] ?? new Uint8Array()));
}

function leafAt(leaves: Uint8Array, position: number): Uint8Array {
  return leaves.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES);
}

/**
 * Without the signed leaves: segment by segment, the first copy whose segment leads from the records that are proven to the
 * state signed at its end. Behind a segment that no copy holds whole, nothing can be proven.
 */
function proveBySegments(copies: readonly (LogCopy | null)[], { roots }: History, hash: Hash): Holds {
  const segments = copies.flatMap((copy) => copy?.segments ?? []);
  const proven = new Set<SegmentFile>();
  let range = new CompactRange(hash);
  for (let isAtEnd = false; !isAtEnd;) {
    const candidates = segments.filter(
      ({ firstIndex, content }) => firstIndex === range.end && content !== null && content.count > 0,
    );
    const extended = candidates.map((segment) => ({ segment, grown: extend(range, segment, hash) }));
    const fitting = extended.filter(({ grown }) => {
      const root = grown && roots.get(grown.end);
      return grown !== undefined && root !== undefined && equalBytes(root, grown.root());
    });
    for (const { segment } of fitting) proven.add(segment);
    const next = fitting[0]?.grown;
    isAtEnd = next === undefined;
    range = next ?? range;
  }
  return (segment) => proven.has(segment);
}

function extend(range: CompactRange, { firstIndex, content }: SegmentFile, hash: Hash): CompactRange | undefined {
  if (content === null) return undefined;
  const grown = CompactRange.decode(hash, 0, range.end, range.encode());
  const added = CompactRange.decode(hash, firstIndex, firstIndex + content.count, content.range);
  if (grown === undefined || added === undefined) return undefined;
  grown.merge(added);
  return grown;
}

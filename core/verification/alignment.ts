/**
 * What happened to a sequence of leaves: the fewest changes that lead from what was signed to what was found. The longest
 * run of leaves that kept their order is the backbone; a signed leaf off the backbone was moved (when it was found
 * elsewhere), changed or lost, a found one was moved, changed or added.
 */
import { formatHex } from "../encoding/bytes.ts";
import { HASH_BYTES } from "../model/digest.ts";

export type Difference =
  /** The leaf at `expected` is another one. */
  | { readonly kind: "changed"; readonly expected: number; readonly found: number }
  /** `count` leaves from `expected` on are not there; they belong before the found position `found`. */
  | { readonly kind: "missing"; readonly expected: number; readonly count: number; readonly found: number }
  /** `count` leaves from `found` on were never signed here; they stand before the signed position `expected`. */
  | { readonly kind: "added"; readonly expected: number; readonly count: number; readonly found: number }
  /** A leaf that is signed too, and stands here once more. */
  | { readonly kind: "duplicated"; readonly expected: number; readonly found: number; readonly original: number }
  /** The leaf signed at `expected` was found at another place. */
  | { readonly kind: "moved"; readonly expected: number; readonly found: number };

/** The differences in order of their found positions. Both arrays hold 32-byte leaf hashes, one after the other. */
export function alignLeaves(expected: Uint8Array, found: Uint8Array): readonly Difference[] {
  const signed = hexLeaves(expected);
  const present = hexLeaves(found);
  const pairs = pairEqualLeaves(signed, present);
  const backbone = longestIncreasing(pairs);
  const movedByFound = new Map(pairs.filter((pair) => !backbone.has(pair)).map((pair) => [pair.found, pair]));
  const movedExpected = new Set([...movedByFound.values()].map((pair) => pair.expected));
  const firstSigned = new Map(signed.map((leaf, index) => [leaf, index] as const).reverse());

  const differences: Difference[] = [];
  let expectedStart = 0;
  let foundStart = 0;
  const end: Pair = { expected: signed.length, found: present.length };
  for (const anchor of [...pairs.filter((pair) => backbone.has(pair)), end]) {
    const lost = range(expectedStart, anchor.expected).filter((index) => !movedExpected.has(index));
    const fresh: number[] = [];
    for (const index of range(foundStart, anchor.found)) {
      const moved = movedByFound.get(index);
      if (moved === undefined) fresh.push(index);
      else differences.push({ kind: "moved", expected: moved.expected, found: moved.found });
    }
    differences.push(...explainGap(lost, fresh, anchor, present, firstSigned));
    expectedStart = anchor.expected + 1;
    foundStart = anchor.found + 1;
  }
  return differences;
}

interface Pair {
  readonly expected: number;
  readonly found: number;
}

/** Between two anchors: as many changes as there are leaves on both sides, the rest missing or added in runs. */
function explainGap(
  lost: readonly number[],
  fresh: readonly number[],
  anchor: Pair,
  present: readonly string[],
  firstSigned: ReadonlyMap<string, number>,
): Difference[] {
  const differences: Difference[] = [];
  const originals = new Map(fresh.map((found) => [found, firstSigned.get(present[found] ?? "")]));
  const unknown = fresh.filter((found) => originals.get(found) === undefined);
  for (const found of fresh) {
    const original = originals.get(found);
    if (original !== undefined) differences.push({ kind: "duplicated", expected: anchor.expected, found, original });
  }
  const changes = Math.min(lost.length, unknown.length);
  for (let index = 0; index < changes; index += 1) {
    differences.push({ kind: "changed", expected: lost[index] ?? 0, found: unknown[index] ?? 0 });
  }
  for (const [start, count] of runs(lost.slice(changes))) {
    differences.push({ kind: "missing", expected: start, count, found: anchor.found });
  }
  for (const [start, count] of runs(unknown.slice(changes))) {
    differences.push({ kind: "added", expected: anchor.expected, count, found: start });
  }
  return differences;
}

/** Pairs the k-th occurrence of a leaf with the k-th of its equals, in order of the found position. */
function pairEqualLeaves(signed: readonly string[], present: readonly string[]): Pair[] {
  const places = new Map<string, number[]>();
  for (const [index, leaf] of signed.entries()) {
    const list = places.get(leaf);
    if (list === undefined) places.set(leaf, [index]);
    else list.push(index);
  }
  for (const list of places.values()) list.reverse();
  const pairs: Pair[] = [];
  for (const [found, leaf] of present.entries()) {
    const expected = places.get(leaf)?.pop();
    if (expected !== undefined) pairs.push({ expected, found });
  }
  return pairs;
}

/** The longest run of pairs whose expected positions rise (patience sorting, n log n). */
function longestIncreasing(pairs: readonly Pair[]): ReadonlySet<Pair> {
  const tails: Pair[] = [];
  const previous = new Map<Pair, Pair | undefined>();
  for (const pair of pairs) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((tails[middle]?.expected ?? Infinity) < pair.expected) low = middle + 1;
      else high = middle;
    }
    previous.set(pair, low === 0 ? undefined : tails[low - 1]);
    tails[low] = pair;
  }
  const chosen = new Set<Pair>();
  for (let pair = tails.at(-1); pair !== undefined; pair = previous.get(pair)) chosen.add(pair);
  return chosen;
}

function hexLeaves(leaves: Uint8Array): string[] {
  return range(0, leaves.length / HASH_BYTES).map((index) =>
    formatHex(leaves.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)),
  );
}

function range(start: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
}

/** Runs of consecutive numbers as [start, count]. */
function runs(numbers: readonly number[]): [start: number, count: number][] {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last !== undefined && last[0] + last[1] === number) last[1] += 1;
    else found.push([number, 1]);
  }
  return found;
}

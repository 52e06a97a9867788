/**
 * What happened to a sequence of leaves: the fewest changes that lead from what was signed to what was found. The longest
 * run of leaves that kept their order is the backbone; a signed leaf off the backbone was moved (when it was found
 * elsewhere), changed or lost, a found one was moved, changed or added.
 */
import { formatHex } from "../encoding/bytes.ts";
import { HASH_BYTES } from "../model/digest.ts";

/** Equal leaves that one is compared with; more, as in a log of equal records, would take a square of the time. */
const MAX_EQUALS = 8;

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
  const places = placesOf(signed);
  const backbone = longestIncreasing(candidatePairs(places, present), signed.length);
  const movedByFound = new Map(pairTheRest(places, present, backbone).map((pair) => [pair.found, pair]));
  const movedExpected = new Set([...movedByFound.values()].map((pair) => pair.expected));
  const firstSigned = new Map(signed.map((leaf, index) => [leaf, index] as const).reverse());

  const differences: Difference[] = [];
  let expectedStart = 0;
  let foundStart = 0;
  const end: Pair = { expected: signed.length, found: present.length };
  for (const anchor of [...backbone, end]) {
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

/** Where each leaf was signed, positions rising. */
function placesOf(signed: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [index, leaf] of signed.entries()) {
    const list = places.get(leaf);
    if (list === undefined) places.set(leaf, [index]);
    else list.push(index);
  }
  return places;
}

/**
 * The pairs that could stand in the backbone, by found position, and for one position with falling expected ones, so that a
 * rising run takes one of them at most (Hunt and Szymanski). A leaf with many equals is paired with those nearest in number.
 */
function candidatePairs(places: ReadonlyMap<string, readonly number[]>, present: readonly string[]): readonly Pair[] {
  const pairs: Pair[] = [];
  const seen = new Map<string, number>();
  for (const [found, leaf] of present.entries()) {
    const all = places.get(leaf) ?? [];
    const occurrence = seen.get(leaf) ?? 0;
    seen.set(leaf, occurrence + 1);
    const from = Math.max(0, Math.min(occurrence, all.length - 1) - MAX_EQUALS / 2);
    for (const expected of all.slice(from, from + MAX_EQUALS).toReversed()) pairs.push({ expected, found });
  }
  return pairs;
}

/** The k-th leftover of a leaf on one side with the k-th on the other. */
function pairTheRest(
  places: ReadonlyMap<string, readonly number[]>,
  present: readonly string[],
  backbone: readonly Pair[],
): readonly Pair[] {
  const takenExpected = new Set(backbone.map(({ expected }) => expected));
  const takenFound = new Set(backbone.map(({ found }) => found));
  const free = new Map(
    [...places].map(([leaf, all]) => [leaf, all.filter((index) => !takenExpected.has(index)).reverse()]),
  );
  const pairs: Pair[] = [];
  for (const [found, leaf] of present.entries()) {
    const expected = takenFound.has(found) ? undefined : free.get(leaf)?.pop();
    if (expected !== undefined) pairs.push({ expected, found });
  }
  return pairs;
}

/**
 * The longest run of pairs whose expected positions rise, and of several the one that leaves most leaves at their number.
 * `best` holds, as a Fenwick tree, the weightiest run that ends below a position.
 */
function longestIncreasing(pairs: readonly Pair[], signedCount: number): readonly Pair[] {
  const best = new Array<Run | undefined>(signedCount + 1);
  const perPair = pairs.length + 1;
  for (const pair of pairs) {
    let before: Run | undefined;
    for (let at = pair.expected; at > 0; at -= at & -at) before = heavier(before, best[at]);
    const weight = (before?.weight ?? 0) + perPair + (pair.expected === pair.found ? 1 : 0);
    const run = { pair, before, weight };
    for (let at = pair.expected + 1; at <= signedCount; at += at & -at) best[at] = heavier(best[at], run);
  }
  let longest: Run | undefined;
  for (let at = signedCount; at > 0; at -= at & -at) longest = heavier(longest, best[at]);
  const chosen: Pair[] = [];
  for (let run = longest; run !== undefined; run = run.before) chosen.push(run.pair);
  return chosen.reverse();
}

interface Run {
  readonly pair: Pair;
  readonly before: Run | undefined;
  readonly weight: number;
}

function heavier(one: Run | undefined, other: Run | undefined): Run | undefined {
  return (other?.weight ?? 0) > (one?.weight ?? 0) ? other : one;
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

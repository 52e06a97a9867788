/** Which copy of a log holds which records, in ranges: no list of all records is made, however long the log says it is. */
import { type GoodRange } from "../model/verdict.ts";

/** Indexes from `from` on, up to and without `to`. */
export type IndexRange = Omit<GoodRange, "copy">;

/** Collects ranges of one copy, in any order, as ascending ranges that have no index in common. */
export class RangeCollector {
  readonly #ranges: { from: number; to: number }[] = [];

  /** Takes one more index. */
  add(index: number): void {
    const last = this.#ranges.at(-1);
    if (last?.to === index) last.to += 1;
    else this.#ranges.push({ from: index, to: index + 1 });
  }

  get ranges(): readonly IndexRange[] {
    const joined: { from: number; to: number }[] = [];
    for (const { from, to } of this.#ranges.toSorted((a, b) => a.from - b.from)) {
      const last = joined.at(-1);
      if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
      else joined.push({ from, to });
    }
    return joined;
  }
}

/** For every index the first copy that holds it. `held` are the ranges of each copy, ascending and apart. */
export function firstHolders(held: readonly (readonly IndexRange[])[]): readonly GoodRange[] {
  return held.reduce<readonly GoodRange[]>((taken, ranges, copy) => withGapsFilled(taken, ranges, copy), []);
}

/** What is taken already, and of the ranges of a further copy what is not. */
function withGapsFilled(
  taken: readonly GoodRange[],
  ranges: readonly IndexRange[],
  copy: number,
): readonly GoodRange[] {
  const filled: GoodRange[] = [];
  let next = 0;
  for (const range of ranges) {
    let from = range.from;
    for (let other = taken[next]; other !== undefined && other.from < range.to; other = taken[next]) {
      if (from < other.from) filled.push({ from, to: other.from, copy });
      from = Math.max(from, other.to);
      // One that reaches beyond this range may meet the next.
      if (other.to > range.to) break;
      filled.push(other);
      next += 1;
    }
    if (from < range.to) filled.push({ from, to: range.to, copy });
  }
  return [...filled, ...taken.slice(next)];
}

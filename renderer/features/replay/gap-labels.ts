import { type ReplayScript } from "../../../core/model/replay.ts";

/** The rule of a window of 1280 pixels; wider ones have more room than is counted on. */
const RULE_WIDTH = 720;
const LETTER_WIDTH = 6;
const LINES = 2;

/** A gap on the rule: a tick at its place and, where there is room, its length on one of the lines below. */
export interface GapLabel {
  readonly after: number;
  readonly text: string;
  /** Shares of the rule. */
  readonly tick: number;
  readonly middle: number;
  /** Null where no line has room. */
  readonly line: number | null;
}

/** Gaps with their lengths, as `lengthOf` says them, none over another, from the left. The list of chapters has all. */
export function gapLabels(
  { gaps, steps }: ReplayScript,
  lengthOf: (nanoseconds: bigint) => string,
): readonly GapLabel[] {
  const filled = new Array<number>(LINES).fill(0);
  return gaps.map(({ after, nanoseconds }) => {
    const text = lengthOf(nanoseconds);
    const tick = (after + 0.5) / Math.max(1, steps.length - 1);
    const half = ((text.length + 2) * LETTER_WIDTH) / RULE_WIDTH / 2;
    const middle = Math.max(half, Math.min(1 - half, tick));
    const free = filled.findIndex((end) => end <= middle - half);
    if (free >= 0) filled[free] = middle + half;
    return { after, text, tick, middle, line: free < 0 ? null : free };
  });
}

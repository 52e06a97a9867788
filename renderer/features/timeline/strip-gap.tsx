import { type TimelineGap } from "../../../core/model/timeline.ts";
import { instant, type Instant } from "../../../core/model/time.ts";
import { type TimeRange } from "../../state/timeline.ts";
import { gapText } from "../../ui/gap-rule.tsx";
import { extentOf } from "./gaps.ts";
import { INSET } from "./strip-drawing.ts";

/** A mark is never narrower than this, however long the strip's range. */
const NARROWEST = 9;

interface StripGapProps {
  readonly gap: TimelineGap;
  readonly window: TimeRange;
  readonly width: number;
  readonly onJump: (time: Instant) => void;
}

/** A break on the strip: says what is missing on hover and focus, and leads to its place in the grid. */
export function StripGap({ gap, window: shown, width, onJump }: StripGapProps) {
  const extent = extentOf(gap);
  if (!extent || extent.to < shown.from || extent.from >= shown.to) return null;
  const room = width - 2 * INSET;
  const x = (time: bigint) =>
    INSET + Math.max(0, Math.min(1, Number(time - shown.from) / Number(shown.to - shown.from))) * room;
  const wide = Math.max(NARROWEST, x(extent.to) - x(extent.from));
  const left = Math.max(0, Math.min(width - wide, (x(extent.from) + x(extent.to) - wide) / 2));
  return (
    <button
      type="button"
      className={`strip-gap${gap.altered ? " missing" : ""}${left > width / 2 ? " on-right" : ""}`}
      style={{ left, width: wide }}
      onClick={() => onJump(instant(extent.to))}
    >
      <span>{gapText(gap)}</span>
    </button>
  );
}

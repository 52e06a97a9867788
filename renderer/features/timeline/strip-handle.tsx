import { type KeyboardEvent, type PointerEvent } from "react";

import { instant } from "../../../core/model/time.ts";
import { formatInstant } from "../../../core/model/time.ts";
import { setRange, type TimeRange } from "../../state/timeline.ts";
import { INSET } from "./strip-drawing.ts";

interface StripHandleProps {
  readonly side: "from" | "to";
  readonly range: TimeRange;
  readonly window: TimeRange;
  readonly width: number;
  /** What an arrow key moves by, nanoseconds: one bar. */
  readonly step: bigint;
}

/** One end of the time pin: a slider for the keyboard and for assistive technology, a handle for the mouse. */
export function StripHandle({ side, range, window: shown, width, step }: StripHandleProps) {
  const span = Number(shown.to - shown.from);
  const share = Number(range[side] - shown.from) / span;
  if (share < 0 || share > 1) return null;
  const moveTo = (time: bigint) => {
    const next = side === "from" ? { ...range, from: instant(time) } : { ...range, to: instant(time) };
    if (next.from < next.to) setRange(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const bars = { ArrowLeft: -1n, ArrowRight: 1n, PageUp: 10n, PageDown: -10n }[event.key];
    if (bars === undefined) return;
    event.preventDefault();
    moveTo(range[side] + bars * step);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const left = event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
    const at = Math.max(0, Math.min(1, (event.clientX - left - INSET) / (width - 2 * INSET)));
    moveTo(shown.from + BigInt(Math.round(span * at)));
  };
  return (
    <div
      className="strip-handle"
      role="slider"
      tabIndex={0}
      aria-label={side === "from" ? "Beginning of the time pin" : "End of the time pin"}
      aria-valuemin={0}
      aria-valuemax={1000}
      aria-valuenow={Math.round(share * 1000)}
      aria-valuetext={formatInstant(range[side])}
      style={{ left: INSET + share * (width - 2 * INSET) - 3 }}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}

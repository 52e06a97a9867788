import "./time-strip.css";

import { useComputedColorScheme } from "@mantine/core";
import { type PointerEvent, useEffect, useRef, useState } from "react";

import { instant, type Instant } from "../../../core/model/time.ts";
import { type Histogram, type ResultSet } from "../../../core/model/timeline.ts";
import { shownTime } from "../../state/clock.ts";
import { addPin, useTimeline, setRange, type TimeRange } from "../../state/timeline.ts";
import { rowAt, useTimelineResult } from "../../state/timeline-result.ts";
import { useTriage } from "../../state/triage.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { counted, rangeText } from "../../ui/format.ts";
import { useElementWidth } from "../../ui/use-element-width.ts";
import { drawStrip, INSET } from "./strip-drawing.ts";
import { RuleFlags, StripFlags } from "./strip-flag.tsx";
import { StripGap } from "./strip-gap.tsx";
import { StripHandle } from "./strip-handle.tsx";
import { jumpTo, panStrip, wholeWindow, zoomStrip } from "./timeline-acts.ts";

const HEIGHT = 82;
/** A drag shorter than this is a click. */
const DRAG_PIXELS = 4;

interface TimeStripProps {
  readonly result: ResultSet | null;
  readonly revision: number;
}

/** Counts of all rows and of the matching ones over time; a drag sets the time pin. */
export function TimeStrip({ result, revision }: TimeStripProps) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const placeRef = useRef<HTMLElement>(null);
  const width = useElementWidth(placeRef);
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const zoomed = useTimeline((view) => view.window);
  const range = useTimeline((view) => view.range);
  const focusRow = useTimeline((view) => view.focusRow);
  const focused = useTimelineResult((state) => rowAt(state.pages, focusRow));
  const focusTime = focused?.time == null ? null : shownTime(focused.time, focused.exhibit);
  const scheme = useComputedColorScheme("dark");
  const flags = useTriage((state) => state.flags);
  const gaps = shown(useAsk("timeline.gaps", undefined, revision));
  const ruleFlags = shown(useAsk("detection.flags", undefined, revision));
  const whole = result ? wholeWindow() : null;
  const window_ = zoomed ?? whole;
  const buckets = Math.max(1, Math.floor((width - 2 * INSET) / 5));
  const histogram = shown(
    useAsk(
      "timeline.histogram",
      result && window_ && width > 0
        ? { resultId: result.resultId, from: window_.from, to: window_.to, buckets }
        : "wait",
      0,
    ),
  );
  useWheelZoom(canvasRef);

  useEffect(() => {
    const canvas = canvasRef.current;
    if (!canvas || !window_ || width === 0) return;
    const brush = drag ? { from: timeAt(drag.from, window_, width), to: timeAt(drag.to, window_, width) } : range;
    drawStrip(canvas, {
      width,
      height: HEIGHT,
      window: window_,
      histogram,
      brush,
      gaps: gaps ?? [],
      focusTime,
      scheme,
    });
  });

  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>) => {
    if (!window_ || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const x = event.nativeEvent.offsetX;
    setDrag({ from: x, to: x });
  };
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>) => {
    const x = event.nativeEvent.offsetX;
    setDrag((before) => before && { ...before, to: x });
  };
  const onPointerUp = () => {
    if (!drag || !window_) return;
    setDrag(null);
    const [a, b] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
    if (b - a < DRAG_PIXELS) void jumpTo(timeAt(a, window_, width));
    else setRange({ from: timeAt(a, window_, width), to: timeAt(b, window_, width) });
  };

  const bucket = histogram?.bucketNanoseconds ?? 1n;
  return (
    <section ref={placeRef} className="strip" aria-label="Time strip">
      <canvas
        ref={canvasRef}
        id="time-strip"
        tabIndex={0}
        role="img"
        aria-label={result ? stripText(result, range) : "no rows yet"}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onDoubleClick={() => setRange(null)}
      />
      {window_ && range && width > 0 && (
        <>
          <StripHandle side="from" range={range} window={window_} width={width} step={bucket} />
          <StripHandle side="to" range={range} window={window_} width={width} step={bucket} />
        </>
      )}
      {window_ &&
        width > 0 &&
        gaps?.map((gap, index) => (
          <StripGap
            key={`${gap.exhibit}-${index}`}
            gap={gap}
            window={window_}
            width={width}
            onJump={(time) => void jumpTo(time)}
          />
        ))}
      {window_ && width > 0 && (
        <>
          <RuleFlags flags={ruleFlags ?? []} window={window_} width={width} onJump={(time) => void jumpTo(time)} />
          <StripFlags flags={flags} window={window_} width={width} onJump={(time) => void jumpTo(time)} />
        </>
      )}
      {result && result.undated > 0 && (
        <button type="button" className="strip-undated" onClick={() => addPin('time:""')}>
          {counted(result.undated, "undated row")}
        </button>
      )}
      <span className="strip-label">
        {histogram ? `Records per ${bucketText(bucket)}: ${drawnText(histogram)}` : ""}
      </span>
      <span className="visually-hidden" role="status">
        {result ? stripText(result, range) : ""}
      </span>
    </section>
  );
}

function stripText(result: ResultSet, range: TimeRange | null): string {
  const undated = result.undated > 0 ? `, ${counted(result.undated, "undated row")}` : "";
  const matching = `${counted(result.matching, "row matches", "rows match")}${undated}`;
  return range ? `${matching}, ${rangeText(range.from, range.to)}` : matching;
}

function drawnText({ all, matching }: Histogram): string {
  if (all.every((records) => records === 0)) return "none here";
  return matching.every((records) => records === 0) ? "all, none matching" : "all, and matching";
}

function bucketText(nanoseconds: bigint): string {
  const seconds = Number(nanoseconds) / 1e9;
  if (seconds < 0.001) return `${Number((seconds * 1e6).toPrecision(3))} µs`;
  if (seconds < 1) return `${Number((seconds * 1000).toPrecision(3))} ms`;
  if (seconds < 120) return `${Number(seconds.toPrecision(3))} s`;
  if (seconds < 7200) return `${Number((seconds / 60).toPrecision(3))} min`;
  if (seconds < 172_800) return `${Number((seconds / 3600).toPrecision(3))} h`;
  return `${Number((seconds / 86_400).toPrecision(3))} days`;
}

function timeAt(x: number, window_: TimeRange, width: number): Instant {
  const share = Math.max(0, Math.min(1, (x - INSET) / (width - 2 * INSET)));
  return instant(window_.from + BigInt(Math.round(Number(window_.to - window_.from) * share)));
}

/** The wheel zooms around the pointer; sideways or with Shift it pans. */
function useWheelZoom(canvasRef: React.RefObject<HTMLCanvasElement | null>): void {
  useEffect(() => {
    const canvas = canvasRef.current;
    if (!canvas) return undefined;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (Math.abs(sideways) > 0) panStrip(Math.sign(sideways) * 0.08);
      else zoomStrip(event.deltaY > 0 ? 1.25 : 0.8, event.offsetX / canvas.clientWidth);
    };
    canvas.addEventListener("wheel", onWheel, { passive: false });
    return () => canvas.removeEventListener("wheel", onWheel);
  }, [canvasRef]);
}

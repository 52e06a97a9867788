import { type Instant } from "../../../core/model/time.ts";
import { type Histogram, type TimelineGap } from "../../../core/model/timeline.ts";
import { type TimeRange } from "../../state/timeline.ts";
import { axisTicks } from "./axis.ts";
import { openCanvas, type Token } from "./canvas.ts";
import { extentOf } from "./gaps.ts";

/** Room at both ends, so that handles and labels stay inside. */
export const INSET = 14;
const TOP = 14;
const BASE = 62;
const HATCH = { top: 33, height: 7 };

export interface StripPicture {
  readonly width: number;
  readonly height: number;
  readonly window: TimeRange;
  readonly histogram: Histogram | undefined;
  readonly brush: { readonly from: Instant; readonly to: Instant } | null;
  readonly gaps: readonly TimelineGap[];
  readonly focusTime: Instant | null;
  /** Colours are read from the tokens of this theme. */
  readonly scheme: "light" | "dark";
}

/** Draws the strip: at most one bar per bucket, grey for all rows, accent for the matching ones. */
export function drawStrip(canvas: HTMLCanvasElement, picture: StripPicture): void {
  const { width, height, window } = picture;
  const opened = openCanvas(canvas, width, height);
  if (!opened) return;
  const { context, token } = opened;
  const span = Number(window.to - window.from);
  const x = (time: bigint) => INSET + (Number(time - window.from) / span) * (width - 2 * INSET);

  if (picture.brush) {
    const [left, right] = [x(picture.brush.from), x(picture.brush.to)].sort((a, b) => a - b);
    context.fillStyle = token("--accent-weak");
    context.fillRect(left ?? 0, TOP, (right ?? 0) - (left ?? 0), BASE - TOP);
  }
  drawAxis(context, picture, token);
  if (picture.histogram) drawBars(context, picture.histogram, x, token);
  for (const gap of picture.gaps) drawGap(context, gap, x, width, token);
  if (picture.focusTime !== null) {
    const at = Math.round(x(picture.focusTime)) + 0.5;
    context.strokeStyle = token("--accent");
    context.setLineDash([2, 2]);
    line(context, at, TOP, at, BASE);
    context.setLineDash([]);
  }
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function drawAxis(context: CanvasRenderingContext2D, { width, window }: StripPicture, token: Token): void {
  const span = Number(window.to - window.from);
  context.font = `11px ${token("--font-ui")}`;
  context.fillStyle = token("--text-3");
  context.strokeStyle = token("--line");
  let end = 0;
  for (const { time, text } of axisTicks(window, Math.max(2, Math.floor(width / 120)))) {
    const at = Math.round(INSET + (Number(time - window.from) / span) * (width - 2 * INSET)) + 0.5;
    line(context, at, TOP, at, BASE);
    const wide = context.measureText(text).width;
    const left = width - INSET - at < wide + 6 ? at - 3 - wide : at + 3;
    if (left < end) continue;
    context.fillText(text, left, 76);
    end = left + wide + 6;
  }
}

function drawBars(
  context: CanvasRenderingContext2D,
  histogram: Histogram,
  x: (time: bigint) => number,
  token: Token,
): void {
  const most = Math.max(1, ...histogram.all);
  const bars = (counts: readonly number[], colour: string) => {
    context.fillStyle = colour;
    counts.forEach((count, bucket) => {
      if (count === 0) return;
      const left = x(histogram.from + BigInt(bucket) * histogram.bucketNanoseconds);
      const right = x(histogram.from + BigInt(bucket + 1) * histogram.bucketNanoseconds);
      // A square root keeps single events visible beside a burst; the least bar is two pixels.
      const height = Math.max(2, Math.sqrt(count / most) * (BASE - TOP - 4));
      context.fillRect(left + 0.5, BASE - height, Math.max(1, right - left - 1), height);
    });
  };
  bars(histogram.all, token("--bar"));
  bars(histogram.matching, token("--accent"));
}

function drawGap(
  context: CanvasRenderingContext2D,
  gap: TimelineGap,
  x: (time: bigint) => number,
  room: number,
  token: Token,
): void {
  const extent = extentOf(gap);
  if (!extent) return;
  // Seen from a microsecond of it, a break of an hour is billions of pixels wide: only what is in view is drawn.
  const [left, right] = [Math.max(-HATCH.height, x(extent.from)), Math.min(room, x(extent.to))];
  if (left > room || right < 0) return;
  const width = Math.max(3, right - left);
  const colour = token(gap.altered ? "--altered" : "--control");
  context.save();
  context.strokeStyle = colour;
  if (gap.altered) line(context, left + 0.5, TOP, left + 0.5, BASE + 2);
  context.strokeRect(left + 0.5, HATCH.top + 0.5, width, HATCH.height);
  context.beginPath();
  context.rect(left, HATCH.top, width, HATCH.height);
  context.clip();
  for (let at = left - HATCH.height; at < left + width; at += 5) {
    line(context, at, HATCH.top + HATCH.height, at + HATCH.height, HATCH.top);
  }
  context.restore();
}

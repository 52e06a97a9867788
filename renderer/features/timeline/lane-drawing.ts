import { type Exhibit } from "../../../core/model/exhibit.ts";
import { type Activity } from "../../../core/model/triage.ts";
import { instant, type Instant } from "../../../core/model/time.ts";
import { type LaneSet } from "../../../core/model/timeline.ts";
import { type TimeRange } from "../../state/timeline.ts";
import { count } from "../../ui/format.ts";
import { openCanvas, type Token } from "./canvas.ts";

export const LANE_HEIGHT = 20;
const MARK = { top: 4, height: 12 };

interface LanePicture {
  readonly width: number;
  readonly window: TimeRange;
  readonly set: LaneSet | undefined;
  readonly activities: readonly Activity[];
  readonly exhibits: readonly Exhibit[];
  readonly focus: { readonly time: Instant; readonly seq: number } | null;
  /** In pixels. */
  readonly brush: { readonly from: number; readonly to: number } | null;
  /** Colours are read from the tokens of this theme. */
  readonly scheme: "light" | "dark";
}

/** The moment at a pixel of the lanes. */
export function laneTime(x: number, window: TimeRange, width: number): Instant {
  const share = Math.max(0, Math.min(1, x / width));
  return instant(window.from + BigInt(Math.round(Number(window.to - window.from) * share)));
}

/** Solid: events; hollow: all refused or failed; crossed octagon colour: one is altered; boxes: activities. */
export function drawLanes(canvas: HTMLCanvasElement, picture: LanePicture): void {
  const { width, window, set, activities } = picture;
  const first = activities.length > 0 ? 1 : 0;
  const height = Math.max(1, ((set?.lanes.length ?? 0) + first) * LANE_HEIGHT);
  const opened = openCanvas(canvas, width, height);
  if (!opened) return;
  const { context, token } = opened;
  const span = Number(window.to - window.from);
  const x = (time: bigint) => (Number(time - window.from) / span) * width;

  if (picture.brush) {
    context.fillStyle = token("--accent-weak");
    context.fillRect(
      Math.min(picture.brush.from, picture.brush.to),
      0,
      Math.abs(picture.brush.to - picture.brush.from),
      height,
    );
  }
  context.strokeStyle = token("--line");
  for (let lane = 1; lane <= height / LANE_HEIGHT; lane += 1) {
    context.beginPath();
    context.moveTo(0, lane * LANE_HEIGHT - 0.5);
    context.lineTo(width, lane * LANE_HEIGHT - 0.5);
    context.stroke();
  }
  drawActivities(context, activities, x, token);
  set?.lanes.forEach((lane, index) => {
    const top = (index + first) * LANE_HEIGHT + MARK.top;
    for (const mark of lane.marks) {
      const left = x(set.from + BigInt(mark.bucket) * set.bucketNanoseconds);
      drawMark(context, Math.round(left), top, { ...mark, selected: mark.seq === picture.focus?.seq }, token);
    }
  });
  if (picture.focus) {
    const at = Math.round(x(picture.focus.time)) + 0.5;
    context.strokeStyle = token("--accent");
    context.setLineDash([2, 2]);
    context.beginPath();
    context.moveTo(at, 0);
    context.lineTo(at, height);
    context.stroke();
  }
}

interface Mark {
  readonly events: number;
  readonly failures: number;
  readonly altered: boolean;
  readonly selected: boolean;
}

function drawMark(context: CanvasRenderingContext2D, left: number, top: number, mark: Mark, token: Token): void {
  const colour = token(mark.altered ? "--altered" : mark.selected ? "--accent" : "--text-3");
  if (mark.failures === mark.events && !mark.selected) {
    context.strokeStyle = colour;
    context.strokeRect(left + 0.5, top + 0.5, 3, MARK.height - 1);
    return;
  }
  context.fillStyle = colour;
  context.fillRect(left, top, 2, MARK.height);
}

function drawActivities(
  context: CanvasRenderingContext2D,
  activities: readonly Activity[],
  x: (time: bigint) => number,
  token: Token,
): void {
  context.font = `11px ${token("--font-ui")}`;
  for (const { first, last, label, events } of activities) {
    if (first === null || last === null) continue;
    const left = x(first);
    const width = Math.max(6, x(last) - left);
    context.fillStyle = token("--raised");
    context.fillRect(left, MARK.top - 1, width, MARK.height + 2);
    context.strokeStyle = token("--control");
    context.strokeRect(left + 0.5, MARK.top - 0.5, width, MARK.height + 1);
    context.fillStyle = token("--text");
    context.fillText(`${label}, ${count(events)}`, left + 4, 14, Math.max(0, width + 60));
  }
}

import { type Activity } from "../../../core/model/triage.ts";
import { instant, type Instant } from "../../../core/model/time.ts";
import { type Lane, type LaneSet, type TimelineGap } from "../../../core/model/timeline.ts";
import { type Handover } from "../../../core/model/identity.ts";
import { type TimeRange } from "../../state/timeline.ts";
import { count } from "../../ui/format.ts";
import { axisTicks } from "./axis.ts";
import { openCanvas, type Token } from "./canvas.ts";
import { drawHandovers, drawLaneGaps } from "./lane-lines.ts";

/** Height of a lane, and of the axis above them, in pixels. */
export const LANE_HEIGHT = 20;
/** Room that one mark takes: no two marks of a lane touch. */
export const MARK_ROOM = 4;
const MARK = { top: 4, height: 12 };

interface LanePicture {
  readonly width: number;
  readonly window: TimeRange;
  readonly set: LaneSet | undefined;
  /** Empty rows below the lanes. */
  readonly spare: number;
  readonly activities: readonly Activity[];
  readonly gaps: readonly TimelineGap[];
  readonly handovers: readonly Handover[];
  /** Matching rows without a time. */
  readonly undated: number;
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

/** Rows above the first lane: the axis, and the lane of the activities when there are any. */
export function rowsAbove(activities: readonly Activity[]): number {
  return activities.length > 0 ? 2 : 1;
}

/** Solid: events; hollow: all refused or failed; altered colour: one is altered; boxes: activities; hatches: breaks; thin lines: links. */
export function drawLanes(canvas: HTMLCanvasElement, picture: LanePicture): void {
  const { width, window, set, activities } = picture;
  const first = rowsAbove(activities);
  const lanes = set?.lanes ?? [];
  const rows = first + lanes.length + picture.spare + (picture.undated > 0 ? 1 : 0);
  const height = rows * LANE_HEIGHT;
  const opened = openCanvas(canvas, width, height);
  if (!opened) return;
  const { context, token } = opened;
  const span = Number(window.to - window.from);
  const x = (time: bigint) => (Number(time - window.from) / span) * width;
  const middle = (lane: number) => (lane + first) * LANE_HEIGHT + LANE_HEIGHT / 2;
  context.font = `11px ${token("--font-ui")}`;

  if (picture.brush) {
    const [left, right] = [picture.brush.from, picture.brush.to].sort((a, b) => a - b);
    context.fillStyle = token("--accent-weak");
    context.fillRect(left ?? 0, LANE_HEIGHT, (right ?? 0) - (left ?? 0), height - LANE_HEIGHT);
  }
  drawRules(context, picture, rows, x, token);
  const markAt = (bucket: number) => x((set?.from ?? 0n) + BigInt(bucket) * (set?.bucketNanoseconds ?? 1n));
  const sheet = { lanes, x, middle, width, token, take: textRoom(lanes, markAt) };
  drawLaneGaps(context, { ...sheet, gaps: picture.gaps });
  drawHandovers(context, { ...sheet, handovers: picture.handovers });
  drawActivities(context, activities, x, token);
  for (const [index, lane] of lanes.entries()) {
    const top = (index + first) * LANE_HEIGHT + MARK.top;
    for (const mark of lane.marks) {
      drawMark(
        context,
        Math.round(markAt(mark.bucket)),
        top,
        { ...mark, selected: mark.seq === picture.focus?.seq },
        token,
      );
    }
  }
  if (picture.undated > 0) {
    context.fillStyle = token("--text-2");
    context.fillText("Outside of time: after the last row of the grid", 4, height - 6, width);
  }
  if (picture.focus) {
    const at = Math.round(x(picture.focus.time)) + 0.5;
    context.strokeStyle = token("--accent");
    context.setLineDash([2, 2]);
    stroke(context, at, LANE_HEIGHT, at, height);
    context.setLineDash([]);
  }
}

/** Gives out room for texts on lanes: where no mark stands, and each place once. */
function textRoom(lanes: readonly Lane[], markAt: (bucket: number) => number) {
  const taken: { readonly lane: number; readonly left: number; readonly right: number }[] = [];
  return (lane: number, left: number, wide: number): boolean => {
    const right = left + wide;
    const isTaken = taken.some((text) => text.lane === lane && text.left < right && text.right > left);
    const hasMark = lanes[lane]?.marks.some(
      ({ bucket }) => markAt(bucket) < right && markAt(bucket) + MARK_ROOM > left,
    );
    if (isTaken || hasMark === true) return false;
    taken.push({ lane, left, right });
    return true;
  };
}

/** The axis with its moments down through all lanes, and a rule below each lane. */
function drawRules(
  context: CanvasRenderingContext2D,
  { width, window }: LanePicture,
  rows: number,
  x: (time: bigint) => number,
  token: Token,
): void {
  context.strokeStyle = token("--line");
  context.fillStyle = token("--text-3");
  for (const { time, text } of axisTicks(window, Math.max(2, Math.floor(width / 120)))) {
    const at = Math.round(x(time)) + 0.5;
    stroke(context, at, 4, at, rows * LANE_HEIGHT);
    if (width - at > context.measureText(text).width + 4) context.fillText(text, at + 3, 14);
  }
  for (let row = 1; row <= rows; row += 1) stroke(context, 0, row * LANE_HEIGHT - 0.5, width, row * LANE_HEIGHT - 0.5);
}

function stroke(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

interface Mark {
  readonly events: number;
  readonly failures: number;
  readonly altered: boolean;
  readonly selected: boolean;
}

function drawMark(context: CanvasRenderingContext2D, left: number, top: number, mark: Mark, token: Token): void {
  const colour = token(mark.altered ? "--altered" : mark.selected ? "--accent" : "--text-2");
  if (mark.failures === mark.events && !mark.selected) {
    context.strokeStyle = colour;
    context.strokeRect(left + 0.5, top + 0.5, MARK_ROOM - 2, MARK.height - 1);
    return;
  }
  context.fillStyle = colour;
  context.fillRect(left, top, MARK_ROOM - 1, MARK.height);
}

function drawActivities(
  context: CanvasRenderingContext2D,
  activities: readonly Activity[],
  x: (time: bigint) => number,
  token: Token,
): void {
  for (const { first, last, label, events } of activities) {
    if (first === null || last === null) continue;
    const left = x(first);
    const width = Math.max(6, x(last) - left);
    const top = LANE_HEIGHT + MARK.top;
    context.fillStyle = token("--raised");
    context.fillRect(left, top - 1, width, MARK.height + 2);
    context.strokeStyle = token("--control");
    context.strokeRect(left + 0.5, top - 0.5, width, MARK.height + 1);
    context.fillStyle = token("--text");
    const text = `${label}, ${count(events)}`;
    const inside = context.measureText(text).width + 8 <= width;
    context.fillText(text, inside ? left + 4 : left + width + 4, LANE_HEIGHT + 14);
  }
}

import { type Handover } from "../../../core/model/identity.ts";
import { type Lane, type TimelineGap } from "../../../core/model/timeline.ts";
import { instant } from "../../../core/model/time.ts";
import { shownTime } from "../../state/clock.ts";
import { gapText } from "../../ui/gap-rule.tsx";
import { type Token } from "./canvas.ts";
import { extentOf } from "./gaps.ts";

/** Half the height of a hatch, and the distance between its strokes, in pixels. */
const HATCH = { half: 8, step: 6 };
const ARROW = 3.5;
/** Between the mark of an act and the name of its rule. */
const LABEL_GAP = 6;

interface Sheet {
  readonly lanes: readonly Lane[];
  /** Pixels from the left of a moment, and from the top of the middle of a lane. */
  readonly x: (time: bigint) => number;
  readonly middle: (lane: number) => number;
  readonly width: number;
  readonly token: Token;
  /** Takes so many pixels of a lane for a text; false where a mark or another text stands. */
  readonly take: (lane: number, left: number, wide: number) => boolean;
}

/** Hatches the lanes of a source where it has no records: grey when the cause is recorded, else altered. */
export function drawLaneGaps(
  context: CanvasRenderingContext2D,
  { gaps, lanes, x, middle, width, token, take }: Sheet & { readonly gaps: readonly TimelineGap[] },
): void {
  for (const gap of gaps) {
    const extent = extentOf(gap);
    if (!extent) continue;
    const left = Math.max(0, x(extent.from));
    const right = Math.min(width, Math.max(x(extent.to), left + 3));
    if (right <= 0 || left >= width) continue;
    const colour = token(gap.altered ? "--altered" : "--control");
    const own = lanes.flatMap((lane, index) => (lane.exhibit === gap.exhibit ? [index] : []));
    for (const lane of own) hatch(context, { left, right, middle: middle(lane) }, colour);
    const text = gapText(gap);
    const room = right - left;
    const wide = context.measureText(text).width;
    if (room < wide + 8 && !gap.altered) continue;
    const at = room >= wide + 8 ? left + 4 : right + 4 + wide <= width ? right + 4 : left - 4 - wide;
    const first = own.find((lane) => take(lane, at, wide));
    if (first === undefined) continue;
    context.fillStyle = token("--sunken");
    context.fillRect(at - 2, middle(first) - 7, wide + 4, 14);
    context.fillStyle = token(gap.altered ? "--altered" : "--text-2");
    context.fillText(text, at, middle(first) + 4);
  }
}

function hatch(
  context: CanvasRenderingContext2D,
  place: { readonly left: number; readonly right: number; readonly middle: number },
  colour: string,
): void {
  const { left, right } = place;
  const top = place.middle - HATCH.half;
  const height = 2 * HATCH.half;
  context.save();
  context.strokeStyle = colour;
  context.strokeRect(left + 0.5, top + 0.5, right - left - 1, height - 1);
  context.beginPath();
  context.rect(left, top, right - left, height);
  context.clip();
  context.beginPath();
  for (let at = left - height; at < right; at += HATCH.step) {
    context.moveTo(at, top + height);
    context.lineTo(at + height, top);
  }
  context.stroke();
  context.restore();
}

/** An elbow from the act that gave power to the first act of who took it; dashed with its rule where it is a weak hint. */
export function drawHandovers(
  context: CanvasRenderingContext2D,
  { handovers, lanes, x, middle, width, token, take }: Sheet & { readonly handovers: readonly Handover[] },
): void {
  const laneOf = new Map(lanes.map((lane, index) => [lane.value, index]));
  const drawn = new Set<string>();
  for (const { from, to, given, taken, rule, inferred } of handovers) {
    const [giver, taker] = [laneOf.get(from), laneOf.get(to)];
    if (giver === undefined || taker === undefined) continue;
    const start = Math.round(x(shownIn(lanes[giver], given))) + 0.5;
    const end = Math.round(x(shownIn(lanes[taker], taken))) + 0.5;
    const key = `${start} ${giver} ${end} ${taker} ${inferred}`;
    if (Math.max(start, end) < 0 || Math.min(start, end) > width || drawn.has(key)) continue;
    drawn.add(key);
    const bottom = middle(taker) + 0.5;
    context.strokeStyle = token("--text-3");
    context.setLineDash(inferred ? [3, 3] : []);
    context.beginPath();
    context.moveTo(start, middle(giver));
    context.lineTo(start, bottom);
    context.lineTo(end, bottom);
    context.stroke();
    context.setLineDash([]);
    const back = end >= start ? -ARROW : ARROW;
    context.beginPath();
    context.moveTo(end + back, bottom - ARROW);
    context.lineTo(end, bottom);
    context.lineTo(end + back, bottom + ARROW);
    context.stroke();
    if (!inferred) continue;
    const text = `rule ${rule}`;
    const wide = context.measureText(text).width;
    const places = [start + LABEL_GAP, start - LABEL_GAP - wide];
    const at = places.find((left) => left >= 0 && take(taker, left, wide));
    if (at === undefined) continue;
    context.fillStyle = token("--text-3");
    context.fillText(text, at, bottom - 3);
  }
}

/** A recorded time as the clock offset of the lane's source shows it. */
function shownIn(lane: Lane | undefined, time: bigint): bigint {
  return lane ? shownTime(instant(time), lane.exhibit) : time;
}

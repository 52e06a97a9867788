import { drawnText, type DrawingShape } from "../model/drawing.ts";
import { STAGE_WIDTH } from "../model/replay-stage.ts";
import { type ReplayScript, type ReplayStep } from "../model/replay.ts";
import { lengthWords } from "./length-words.ts";

const LANE = 24;
const NAME_WIDTH = 160;
const MARK = 9;
const SMALL = 10.5;
/** More marks than these would touch each other; earlier steps are counted instead. */
const STEPS_SHOWN = 20;
const FEWEST_PLACES = 8;
const LANES_SHOWN = 12;
/** Lengths of neighbouring gaps stand on lines of their own. */
const GAP_LINES = 2;

/**
 * The lanes once a step is told, below `top`: one per account, evenly spaced marks with the numbers of the steps, gaps with
 * their lengths, and the links between accounts. Steps from `first` on are those that are told.
 */
export function laneShapes(
  script: ReplayScript,
  step: number,
  first: number,
  top: number,
): { readonly shapes: readonly DrawingShape[]; readonly height: number } {
  const from = Math.max(0, step + 1 - STEPS_SHOWN);
  const shown = script.steps.slice(from, step + 1);
  const lanes = [...new Set(shown.map(({ lane }) => lane))].sort((a, b) => a - b);
  const drawn = lanes.slice(0, LANES_SHOWN);
  // The same for every step, so that marks stay where they are while the story goes on.
  const places = Math.min(STEPS_SHOWN, Math.max(FEWEST_PLACES, script.steps.length));
  const distance = (STAGE_WIDTH - NAME_WIDTH) / places;
  const xOf = (at: number): number => NAME_WIDTH + (at - from + 0.5) * distance;
  const yOf = (lane: number): number => top + 8 + LANE * (drawn.indexOf(lane) + 0.5);
  const foot = top + 8 + LANE * drawn.length;
  const gaps = script.gaps.filter(({ after }) => after >= from && after < step);
  return {
    height: 8 + LANE * drawn.length + (gaps.length > 0 ? GAP_LINES * 12 : 0) + 18,
    shapes: [
      ...drawn.flatMap((lane) => laneHead(script, lane, yOf(lane))),
      ...gaps.flatMap(({ after, nanoseconds }, index) =>
        gapShapes(xOf(after + 0.5), top + 8, foot, nanoseconds, index),
      ),
      ...linkShapes(script, { from, step, drawn, xOf, yOf }),
      ...shown.flatMap((item, index) =>
        drawn.includes(item.lane) ? markShapes(item, from + index, xOf(from + index), yOf(item.lane), first) : [],
      ),
      ...noteShapes(from, lanes.length - drawn.length, foot + (gaps.length > 0 ? GAP_LINES * 12 : 0) + 12),
    ],
  };
}

function laneHead(script: ReplayScript, index: number, y: number): readonly DrawingShape[] {
  const lane = script.lanes[index];
  if (!lane) return [];
  return [
    { kind: "source", x: 1, y: y - 9, height: 18, exhibit: lane.exhibit },
    drawnText(lane.exhibit, 10, y + 4, { size: SMALL, width: 26, tone: "quiet" }),
    drawnText(lane.name, 38, y + 4, { size: SMALL, width: NAME_WIDTH - 42 }),
    {
      kind: "line",
      path: `M${NAME_WIDTH} ${y} L${STAGE_WIDTH} ${y}`,
      tone: "quiet",
      dashed: false,
    },
  ];
}

/** Solid is an event, hollow one that was refused or failed, angular an activity, an octagon a record that was changed. */
function markShapes(item: ReplayStep, at: number, x: number, y: number, first: number): readonly DrawingShape[] {
  const told = at >= first;
  const isAltered = item.verdict === "altered";
  const isSolid = told && !item.failed && !isAltered;
  const width = 2 * MARK + (at >= 99 ? 4 : 0);
  const mark: DrawingShape = isAltered
    ? { kind: "line", path: octagon(x, y), tone: "altered", dashed: false }
    : {
        kind: "box",
        x: x - width / 2,
        y: y - MARK,
        width,
        height: 2 * MARK,
        radius: item.events > 1 ? 2 : MARK,
        tone: told ? "now" : "plain",
        fill: isSolid ? "strong" : item.failed ? "none" : "weak",
      };
  return [
    mark,
    drawnText(String(at + 1), x, y + 3.5, {
      size: 9.5,
      width: 3 * MARK,
      anchor: "middle",
      strong: told,
      inverse: isSolid,
    }),
  ];
}

function octagon(x: number, y: number): string {
  const corner = MARK * 0.41;
  return `M${x - corner} ${y - MARK} L${x + corner} ${y - MARK} L${x + MARK} ${y - corner} L${x + MARK} ${y + corner} L${x + corner} ${y + MARK} L${x - corner} ${y + MARK} L${x - MARK} ${y + corner} L${x - MARK} ${y - corner} L${x - corner} ${y - MARK}`;
}

function gapShapes(x: number, top: number, foot: number, nanoseconds: bigint, index: number): readonly DrawingShape[] {
  const line = index % GAP_LINES;
  return [
    { kind: "line", path: `M${x} ${top} L${x} ${foot + 2 + line * 12}`, tone: "quiet", dashed: true },
    drawnText(lengthWords(nanoseconds), x, foot + 11 + line * 12, {
      size: 9,
      width: 90,
      anchor: "middle",
      tone: "quiet",
    }),
  ];
}

interface Places {
  readonly from: number;
  readonly step: number;
  readonly drawn: readonly number[];
  readonly xOf: (at: number) => number;
  readonly yOf: (lane: number) => number;
}

/** A link between two accounts that both have a lane, at the step that is its evidence; dashed is inferred. */
function linkShapes(script: ReplayScript, { from, step, drawn, xOf, yOf }: Places): readonly DrawingShape[] {
  const laneOf = (node: number): number => script.lanes.findIndex(({ name }) => name === script.nodes[node]?.label);
  return script.edges.flatMap((edge): DrawingShape[] => {
    const ends = [script.nodes[edge.from], script.nodes[edge.to]];
    if (ends.some((node) => node?.kind !== "principal")) return [];
    const [giver, taker] = [laneOf(edge.from), laneOf(edge.to)];
    if (!drawn.includes(giver) || !drawn.includes(taker)) return [];
    const down = yOf(taker) > yOf(giver) ? 1 : -1;
    return edge.steps
      .filter((at) => at >= from && at <= step)
      .flatMap((at): DrawingShape[] => {
        const [x, end] = [xOf(at), yOf(taker) - down * MARK];
        return [
          {
            kind: "line",
            path: `M${x} ${yOf(giver) + down * MARK} L${x} ${end}`,
            tone: "plain",
            dashed: edge.rule !== null,
          },
          {
            kind: "line",
            path: `M${x - 3} ${end - down * 5} L${x} ${end} L${x + 3} ${end - down * 5}`,
            tone: "plain",
            dashed: false,
          },
        ];
      });
  });
}

function noteShapes(earlier: number, lanesLeft: number, y: number): readonly DrawingShape[] {
  const said = [
    ...(earlier > 0 ? [`steps 1 to ${earlier} were told before`] : []),
    ...(lanesLeft > 0 ? [`${lanesLeft} further accounts are in the steps`] : []),
  ];
  return said.length === 0
    ? []
    : [drawnText(said.join("; "), NAME_WIDTH, y, { size: 9, width: STAGE_WIDTH - NAME_WIDTH, tone: "quiet" })];
}

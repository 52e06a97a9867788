import { drawnText, type Drawing, type DrawingShape } from "./drawing.ts";
import { frameAt, type ReplayEdge, type ReplayNode, type ReplayScript } from "./replay.ts";

const BOX = { width: 170, height: 40, columnGap: 104, rowGap: 18, edge: 1, head: 24 };
/** The width of every drawing of a replay. */
export const STAGE_WIDTH = 3 * BOX.width + 2 * BOX.columnGap + 2 * BOX.edge;
const HEADS = ["Address", "Principal", "Reached"] as const;
const TEXT = { name: 12, small: 10.5 };
/** Where on its way an arrow has its numbers: not in the middle, where those of crossing arrows would meet. */
const NUMBER_PLACE = 0.62;
/** Step numbers that stand on one arrow; the storyboard has all. */
const NUMBERS_SHOWN = 3;

/**
 * The stage once a step is told, the same for the same script and step: a box for every name up to then, an arrow for what
 * records say of two of them, with the numbers of its steps; dashed is what a rule infers. `first` is an earlier step when
 * the drawing tells all steps since then.
 */
export function stageDrawing(script: ReplayScript, step: number, first = step): Drawing {
  const frame = frameAt(script, step, first);
  const rows = Math.max(1, ...frame.nodes.map((index) => (script.nodes[index]?.row ?? 0) + 1));
  const told = new Set(frame.active.nodes);
  // What is told lies over the rest.
  const arrows = arrowsOf(script, frame.edges, step, first).toSorted((a, b) => Number(a.told) - Number(b.told));
  return {
    width: STAGE_WIDTH,
    height: topOf(rows) + 8,
    alt: altOf(script, step, arrows),
    shapes: [
      ...HEADS.map((head, column) =>
        drawnText(head, leftOf(column), 14, { size: TEXT.small, width: BOX.width, tone: "quiet" }),
      ),
      ...arrows.flatMap((arrow) => arrowShapes(arrow)),
      ...frame.nodes.flatMap((index) => {
        const node = script.nodes[index];
        return node ? boxShapes(script, node, told.has(index)) : [];
      }),
      // Numbers lie over boxes and arrows alike.
      ...arrows.flatMap((arrow) => numberShapes(arrow, first === step)),
    ],
  };
}

/** What joins two boxes: one arrow, however many acts it stands for. */
interface Arrow {
  readonly from: ReplayNode;
  readonly to: ReplayNode;
  readonly dashed: boolean;
  /** Numbers of its steps, from 1. */
  readonly numbers: readonly number[];
  /** What the told steps call it; empty when none of them does. */
  readonly label: string;
  readonly told: boolean;
}

function arrowsOf(script: ReplayScript, edges: readonly number[], step: number, first: number): readonly Arrow[] {
  const groups = new Map<string, ReplayEdge[]>();
  for (const index of edges) {
    const edge = script.edges[index];
    if (!edge) continue;
    const key = `${edge.from} ${edge.to} ${edge.rule === null}`;
    groups.set(key, [...(groups.get(key) ?? []), edge]);
  }
  return [...groups.values()].flatMap((group): Arrow[] => {
    const [edge] = group;
    const [from, to] = [edge && script.nodes[edge.from], edge && script.nodes[edge.to]];
    if (!edge || !from || !to) return [];
    const steps = [...new Set(group.flatMap((each) => each.steps))].filter((at) => at <= step).sort((a, b) => a - b);
    const now = group.filter((each) => each.steps.some((at) => at >= first && at <= step));
    const label = now.map((each) => each.label).find((each) => each !== "") ?? "";
    return [{ from, to, dashed: edge.rule !== null, numbers: steps.map((at) => at + 1), label, told: now.length > 0 }];
  });
}

function altOf(script: ReplayScript, step: number, arrows: readonly Arrow[]): string {
  const acts = arrows
    .filter(({ told }) => told)
    .map(
      ({ from, to, label, dashed }) =>
        `${dashed ? "inferred: " : ""}${from.label} to ${to.label}${label === "" ? "" : `, ${label}`}`,
    );
  const said = acts.length > 0 ? acts.join("; ") : (script.steps[step]?.sentence ?? "");
  return `Stage at step ${step + 1}: ${said}.`;
}

function leftOf(column: number): number {
  return BOX.edge + column * (BOX.width + BOX.columnGap);
}

function topOf(row: number): number {
  return BOX.head + row * (BOX.height + BOX.rowGap);
}

function boxShapes(script: ReplayScript, node: ReplayNode, told: boolean): readonly DrawingShape[] {
  const [x, y] = [leftOf(node.column), topOf(node.row)];
  const tone = told ? "now" : "plain";
  const lane = node.kind === "principal" ? script.lanes.find(({ name }) => name === node.label) : undefined;
  return [
    { kind: "box", x, y, width: BOX.width, height: BOX.height, radius: 2, tone, fill: "weak" },
    ...(lane ? [{ kind: "source" as const, x, y, height: BOX.height, exhibit: lane.exhibit }] : []),
    drawnText(node.label, x + 11, y + 17, { size: TEXT.name, width: BOX.width - 18, strong: true }),
    drawnText(node.kind, x + 11, y + 32, { size: TEXT.small, width: BOX.width - 18, tone: "quiet" }),
  ];
}

/** Where an arrow begins, ends and has its numbers. */
function course({ from, to }: Arrow) {
  const same = from.column === to.column;
  const [x1, y1] = [leftOf(from.column) + BOX.width, topOf(from.row) + BOX.height / 2];
  const [x2, y2] = [leftOf(to.column) + (same ? BOX.width : 0), topOf(to.row) + BOX.height / 2];
  const bend = same ? 40 : (x2 - x1) / 2;
  const share = same ? 0.5 : NUMBER_PLACE;
  const number = { x: x1 + (x2 - x1) * share + (same ? 30 : 0), y: y1 + (y2 - y1) * (3 * share ** 2 - 2 * share ** 3) };
  return { same, x1, y1, x2, y2, bend, number };
}

function arrowShapes(arrow: Arrow): readonly DrawingShape[] {
  const { same, x1, y1, x2, y2, bend } = course(arrow);
  const tone = arrow.told ? "now" : "plain";
  const tip = x2 + (same ? 7 : -7);
  return [
    {
      kind: "line",
      path: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 + (same ? bend : -bend)} ${y2} ${x2} ${y2}`,
      tone,
      dashed: arrow.dashed,
    },
    { kind: "line", path: `M${tip} ${y2 - 4} L${x2} ${y2} L${tip} ${y2 + 4}`, tone, dashed: false },
  ];
}

/** The numbers of an arrow's steps, and under them what a single told step calls it, in the middle between the boxes. */
function numberShapes(arrow: Arrow, isNamed: boolean): readonly DrawingShape[] {
  const { same, x1, x2, number } = course(arrow);
  const { x, y } = number;
  const middle = same ? x : (x1 + x2) / 2;
  const shown = arrow.numbers.slice(-NUMBERS_SHOWN).join(", ");
  const numbers = arrow.numbers.length > NUMBERS_SHOWN ? `… ${shown}` : shown;
  const width = Math.max(16, numbers.length * 6 + 8);
  return [
    {
      kind: "box",
      x: x - width / 2,
      y: y - 8,
      width,
      height: 16,
      radius: 8,
      tone: arrow.told ? "now" : "plain",
      fill: arrow.told ? "strong" : "weak",
    },
    drawnText(numbers, x, y + 4, { size: TEXT.small, width, anchor: "middle", inverse: arrow.told }),
    ...(isNamed && arrow.told && arrow.label !== "" ? nameShapes(arrow.label, middle, y + 10) : []),
  ];
}

/** What a step is called, on a ground of its own: other arrows pass behind it. */
function nameShapes(label: string, middle: number, top: number): readonly DrawingShape[] {
  const name = drawnText(label, middle, top + 11, { size: TEXT.small, width: BOX.columnGap - 8, anchor: "middle" });
  const width = name.kind === "text" ? name.text.length * TEXT.small * 0.56 + 8 : 0;
  return [
    { kind: "box", x: middle - width / 2, y: top, width, height: 15, radius: 2, tone: "quiet", fill: "weak" },
    name,
  ];
}

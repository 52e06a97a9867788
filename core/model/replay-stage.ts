import {
  numberPlaces,
  numbersText,
  numbersWidth,
  placeNumbers,
  touch,
  type Area,
  type ArrowCourse,
  type PlacedNumbers,
} from "./arrow-numbers.ts";
import { drawnText, type Drawing, type DrawingShape } from "./drawing.ts";
import { frameAt, type ReplayEdge, type ReplayNode, type ReplayScript } from "./replay.ts";

const BOX = { width: 170, height: 40, columnGap: 104, rowGap: 18, edge: 1, head: 24 };
/** The width of every drawing of a replay. */
export const STAGE_WIDTH = 3 * BOX.width + 2 * BOX.columnGap + 2 * BOX.edge;
const HEADS = ["Address", "Principal", "Reached"] as const;
const TEXT = { name: 12, small: 10.5 };
const NAME_HEIGHT = 15;

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
  const arrows = arrowsOf(script, step, first).toSorted((a, b) => Number(a.told) - Number(b.told));
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
      ...numberShapes(arrows, first === step),
    ],
  };
}

/** What joins two boxes: one arrow, however many acts it stands for. */
interface Arrow {
  readonly from: ReplayNode;
  readonly to: ReplayNode;
  readonly course: ArrowCourse;
  readonly dashed: boolean;
  /** Numbers of its steps up to now, from 1. */
  readonly numbers: readonly number[];
  /** Where they stand, in every frame; null where the arrows before it leave no room. */
  readonly place: PlacedNumbers | null;
  /** What the told steps call it; empty when none of them does. */
  readonly label: string;
  readonly told: boolean;
}

function arrowsOf(script: ReplayScript, step: number, first: number): readonly Arrow[] {
  const groups = new Map<string, [ReplayEdge, ...ReplayEdge[]]>();
  for (const edge of script.edges) {
    const key = `${edge.from} ${edge.to} ${edge.rule === null}`;
    const group = groups.get(key);
    if (group) group.push(edge);
    else groups.set(key, [edge]);
  }
  const whole = [...groups.values()].flatMap((group) => {
    const [from, to] = [script.nodes[group[0].from], script.nodes[group[0].to]];
    if (!from || !to) return [];
    const numbers = [...new Set(group.flatMap((each) => each.steps))].sort((a, b) => a - b).map((at) => at + 1);
    return [{ from, to, group, numbers, course: courseOf(from, to) }];
  });
  const places = placeNumbers(whole, BOX.columnGap);
  return whole.flatMap(({ from, to, group, numbers, course }, index): Arrow[] => {
    const until = numbers.filter((number) => number <= step + 1);
    if (until.length === 0) return [];
    const now = group.filter((each) => each.steps.some((at) => at >= first && at <= step));
    const label = now.map((each) => each.label).find((each) => each !== "") ?? "";
    const dashed = group[0].rule !== null;
    return [{ from, to, course, dashed, numbers: until, place: places[index] ?? null, label, told: now.length > 0 }];
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

function courseOf(from: ReplayNode, to: ReplayNode): ArrowCourse {
  const same = from.column === to.column;
  const [x1, y1] = [leftOf(from.column) + BOX.width, topOf(from.row) + BOX.height / 2];
  const [x2, y2] = [leftOf(to.column) + (same ? BOX.width : 0), topOf(to.row) + BOX.height / 2];
  return { x1, y1, x2, y2, same, bend: same ? 40 : (x2 - x1) / 2 };
}

function arrowShapes({ course, told, dashed }: Arrow): readonly DrawingShape[] {
  const { same, x1, y1, x2, y2, bend } = course;
  const tone = told ? "now" : "plain";
  const tip = x2 + (same ? 7 : -7);
  return [
    {
      kind: "line",
      path: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 + (same ? bend : -bend)} ${y2} ${x2} ${y2}`,
      tone,
      dashed,
    },
    { kind: "line", path: `M${tip} ${y2 - 4} L${x2} ${y2} L${tip} ${y2 + 4}`, tone, dashed: false },
  ];
}

/** Something that is drawn in the first of these areas that is free. */
interface Mark {
  readonly areas: readonly Area[];
  readonly shapes: (area: Area) => readonly DrawingShape[];
}

/** The numbers of the arrows and what a single told step calls them. What is told comes first; none covers another. */
function numberShapes(arrows: readonly Arrow[], isNamed: boolean): readonly DrawingShape[] {
  const standing = arrows.flatMap(({ place }) => place ?? []);
  const told = arrows.filter((arrow) => arrow.told);
  const marks = [
    ...told.map(numberMark),
    ...(isNamed ? told.flatMap((arrow) => nameMark(arrow, standing)) : []),
    ...arrows.filter((arrow) => !arrow.told).map(numberMark),
  ];
  const taken: Area[] = [];
  return marks.flatMap(({ areas, shapes }) => {
    const area = areas.find((each) => !taken.some((other) => touch(each, other)));
    if (!area) return [];
    taken.push(area);
    return shapes(area);
  });
}

function numberMark({ course, numbers, place, told }: Arrow): Mark {
  return {
    areas: place ? [place] : told ? numberPlaces(course, numbers, BOX.columnGap) : [],
    shapes: ({ x, y, height }) => {
      const text = numbersText(numbers, place?.shown ?? 1);
      const width = numbersWidth(text);
      const tone = told ? "now" : "plain";
      const fill = told ? "strong" : "weak";
      return [
        { kind: "box", x: x - width / 2, y: y - height / 2, width, height, radius: height / 2, tone, fill },
        drawnText(text, x, y + 4, { size: TEXT.small, width, anchor: "middle", inverse: told }),
      ];
    },
  };
}

/** What a step is called, below or above its number, on a ground of its own: arrows pass behind it. */
function nameMark({ course, label, place }: Arrow, standing: readonly Area[]): readonly Mark[] {
  if (!place || label === "") return [];
  const x = course.x1 + BOX.columnGap / 2;
  const options = { size: TEXT.small, width: BOX.columnGap - 8, anchor: "middle" } as const;
  const name = drawnText(label, x, 0, options);
  const width = name.kind === "text" ? name.text.length * TEXT.small * 0.56 + 8 : 0;
  const distance = (place.height + NAME_HEIGHT) / 2 + 2;
  const areas = [place.y + distance, place.y - distance].map((y) => ({ x, y, width, height: NAME_HEIGHT }));
  const isFree = (area: Area): boolean => !standing.some((other) => touch(area, other));
  return [
    {
      areas: areas.toSorted((a, b) => Number(isFree(b)) - Number(isFree(a))),
      shapes: ({ y, height }) => [
        { kind: "box", x: x - width / 2, y: y - height / 2, width, height, radius: 2, tone: "quiet", fill: "weak" },
        drawnText(label, x, y + 3.5, options),
      ],
    },
  ];
}

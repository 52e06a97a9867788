import { type IdentityGraph, type IdentityLink } from "../../../core/model/identity.ts";

/** Size of a box and the distances between boxes, in pixels of the picture. */
export const BOX = { width: 158, height: 38 } as const;
const COLUMN = 220;
const ROW = 72;
/** Boxes of one level side by side; more of them wrap. */
const COLUMNS = 2;
/** How far an edge swings aside, into the room between the columns, that would run through a box. */
const SWING = COLUMN / 2;
/** What a letter of a label takes, and a line of it. */
const LETTER = 5.8;
const LINE = 15;
/** Where a label may stand on its edge, as a share of the way; the first that is free. */
const PLACES = [0.5, 0.36, 0.64, 0.26, 0.74];

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** All links from one box to another: one arrow. */
export interface GraphEdge {
  readonly links: readonly [IdentityLink, ...IdentityLink[]];
  readonly from: string;
  readonly to: string;
}

/**
 * Where each box stands: levels of power from the top down, the busiest first. Nothing is random, so the same case gives
 * the same picture.
 */
export function layOut(graph: IdentityGraph): ReadonlyMap<string, Point> {
  const levels = [...new Set(graph.nodes.map(({ level }) => level))].toSorted((a, b) => a - b);
  const places = new Map<string, Point>();
  let row = 0;
  for (const level of levels) {
    const nodes = graph.nodes
      .filter((node) => node.level === level)
      .toSorted((a, b) => b.events - a.events || a.id.localeCompare(b.id, "en"));
    for (const [index, { id }] of nodes.entries()) {
      const across = nodes.length === 1 ? (COLUMNS - 1) / 2 : index % COLUMNS;
      places.set(id, { x: across * COLUMN, y: (row + Math.floor(index / COLUMNS)) * ROW });
    }
    row += Math.ceil(nodes.length / COLUMNS);
  }
  return places;
}

/** The arrows of a graph, each with every link it stands for. */
export function edgesOf(graph: IdentityGraph): readonly GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const link of graph.edges) {
    const key = `${link.from.id} ${link.to.id}`;
    const known = edges.get(key);
    edges.set(key, {
      from: link.from.id,
      to: link.to.id,
      links: known ? [...known.links, link] : [link],
    });
  }
  return [...edges.values()];
}

/** How far to the right the middle of an edge stands off the straight line, so that it runs through no box between its ends. */
export function swingOf(from: Point, to: Point, boxes: readonly Point[]): number {
  const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
  const barred = from.x === to.x && boxes.some(({ x, y }) => x === from.x && y > top && y < bottom);
  if (!barred) return 0;
  return from.x < COLUMN ? SWING : -SWING;
}

/**
 * Where labels stand so that none covers a box or another label: the distance from the middle of the edge. One that has no
 * free place is left out, and shown when the edge is pointed at or chosen.
 */
export function placeLabels(
  labels: readonly { readonly id: string; readonly text: string; readonly from: Point; readonly to: Point }[],
  boxes: readonly Point[],
): ReadonlyMap<string, Point> {
  const taken: Area[] = boxes.map((centre) => ({ centre, ...BOX }));
  const placed = new Map<string, Point>();
  for (const { id, text, from, to } of labels) {
    const size = { width: text.length * LETTER + 6, height: LINE };
    const swing = swingOf(from, to, boxes);
    for (const share of swing === 0 ? PLACES : [0.5]) {
      const offset = { x: (to.x - from.x) * (share - 0.5), y: (to.y - from.y) * (share - 0.5) };
      const centre = { x: (from.x + to.x) / 2 + offset.x + swing, y: (from.y + to.y) / 2 + offset.y };
      if (taken.some((other) => overlap({ centre, ...size }, other))) continue;
      taken.push({ centre, ...size });
      placed.set(id, offset);
      break;
    }
  }
  return placed;
}

interface Area {
  readonly centre: Point;
  readonly width: number;
  readonly height: number;
}

function overlap(a: Area, b: Area): boolean {
  return (
    Math.abs(a.centre.x - b.centre.x) < (a.width + b.width) / 2 &&
    Math.abs(a.centre.y - b.centre.y) < (a.height + b.height) / 2
  );
}

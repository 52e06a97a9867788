import { expect, test } from "vitest";

import { type IdentityGraph, type IdentityLink } from "../../../core/model/identity.ts";
import {
  BOX,
  edgesOf,
  layOut,
  placeLabels,
  swingOf,
  type Point,
} from "../../../renderer/features/identities/graph-layout.ts";

const NODES: IdentityGraph["nodes"] = [0, 1, 1, 2, 2, 2, 3].map((level, index) => ({
  id: `I-${index}`,
  label: `n${index}`,
  kind: "user",
  events: 100 - index,
  level,
}));

function link(from: number, to: number, rule: string): IdentityLink {
  const end = (index: number) => ({ id: `I-${index}`, label: `n${index}`, kind: "user", name: `n${index}` }) as const;
  return {
    id: `L-${from}-${to}-${rule}`,
    kind: "issued",
    rule,
    ruleText: "",
    confidence: "P",
    from: end(from),
    to: end(to),
    state: "standing",
    reason: null,
    first: null,
    last: null,
    events: 3,
  };
}

const PAIRS = NODES.flatMap((_, from) => NODES.flatMap((__, to) => (from < to ? [[from, to] as const] : [])));
const GRAPH: IdentityGraph = { nodes: NODES, edges: PAIRS.map(([from, to]) => link(from, to, "1")), hidden: 0 };
const ORIGIN: Point = { x: 0, y: 0 };

test("the same graph is laid out alike, whatever the order of its nodes, and no box covers another", () => {
  const places = layOut(GRAPH);
  expect(layOut({ ...GRAPH, nodes: NODES.toReversed() })).toEqual(places);
  const boxes = [...places.values()];
  for (const [index, one] of boxes.entries()) {
    for (const other of boxes.slice(index + 1)) {
      expect(Math.abs(one.x - other.x) >= BOX.width || Math.abs(one.y - other.y) >= BOX.height).toBe(true);
    }
  }
});

test("links between the same two are one arrow", () => {
  const edges = edgesOf({ ...GRAPH, edges: [link(0, 1, "1"), link(0, 2, "1"), link(0, 1, "7")] });
  expect(edges.map(({ from, to, links }) => [from, to, links.map(({ rule }) => rule)])).toEqual([
    ["I-0", "I-1", ["1", "7"]],
    ["I-0", "I-2", ["1"]],
  ]);
});

test("labels cover neither a box nor each other; those without room are left out", () => {
  const places = layOut(GRAPH);
  const boxes = [...places.values()];
  const at = (id: string) => places.get(id) ?? ORIGIN;
  const labels = edgesOf(GRAPH).map(({ from, to }) => ({
    id: `${from} ${to}`,
    text: "issued, 1,234",
    from: at(from),
    to: at(to),
  }));
  const placed = placeLabels(labels, boxes);
  expect(placed.size).toBeGreaterThan(3);
  expect(placed.size).toBeLessThan(labels.length);
  // Letters of nine pixels are about five wide.
  const size = { width: "issued, 1,234".length * 5, height: 11 };
  const areas = labels.flatMap(({ id, from, to }) => {
    const offset = placed.get(id);
    if (!offset) return [];
    return [
      { x: (from.x + to.x) / 2 + offset.x + swingOf(from, to, boxes), y: (from.y + to.y) / 2 + offset.y, ...size },
    ];
  });
  const all = [...areas, ...boxes.map((box) => ({ ...box, ...BOX }))];
  for (const area of areas) {
    const covered = all.filter(
      (other) =>
        other !== area &&
        Math.abs(other.x - area.x) < (other.width + area.width) / 2 &&
        Math.abs(other.y - area.y) < (other.height + area.height) / 2,
    );
    expect(covered).toEqual([]);
  }
});

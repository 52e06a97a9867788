import { type IdentityGraph } from "../../../core/model/identity.ts";

/** Size of a box and the distances between boxes, in pixels of the picture. */
export const BOX = { width: 168, height: 38 } as const;
const COLUMN = 196;
const ROW = 70;
/** Boxes of one level side by side; more of them wrap. */
const COLUMNS = 2;

/**
 * Where each box stands: levels of power from the top down, the busiest first. Nothing is random, so the same case gives
 * the same picture.
 */
export function layOut(graph: IdentityGraph): ReadonlyMap<string, { readonly x: number; readonly y: number }> {
  const levels = [...new Set(graph.nodes.map(({ level }) => level))].toSorted((a, b) => a - b);
  const places = new Map<string, { x: number; y: number }>();
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

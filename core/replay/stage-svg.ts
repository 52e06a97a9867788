import { frameAt, type ReplayEdge, type ReplayNode, type ReplayScript } from "../model/replay.ts";

const BOX = { width: 190, height: 40, columnGap: 110, rowGap: 22, margin: 16 };
const TEXT_LIMIT = 27;
const HEADS = ["Address", "Principal", "Reached"] as const;

/** The stage at a step as SVG, the same for the same script and step; colours are left to CSS. Evidence text is escaped. */
export function stageSvg(script: ReplayScript, step: number): string {
  const frame = frameAt(script, step);
  const rows = Math.max(1, ...script.nodes.map((node) => node.row + 1));
  const width = 3 * BOX.width + 2 * BOX.columnGap + 2 * BOX.margin;
  const height = rows * (BOX.height + BOX.rowGap) + 2 * BOX.margin + 20;
  const active = { nodes: new Set(frame.active.nodes), edges: new Set(frame.active.edges) };
  const heads = HEADS.map((text, column) => `<text class="head" x="${leftOf(column)}" y="14">${text}</text>`);
  const edges = frame.edges.map((index) => edgeSvg(script, script.edges[index], active.edges.has(index)));
  const nodes = frame.nodes.map((index) => nodeSvg(script.nodes[index], active.nodes.has(index)));
  const label = escapeXml(script.steps[step]?.sentence ?? "");
  return `<svg class="stage" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${[...heads, ...edges, ...nodes].join("")}</svg>`;
}

function leftOf(column: number): number {
  return BOX.margin + column * (BOX.width + BOX.columnGap);
}

function topOf(row: number): number {
  return 24 + BOX.margin + row * (BOX.height + BOX.rowGap);
}

function nodeSvg(node: ReplayNode | undefined, active: boolean): string {
  if (!node) return "";
  const [x, y] = [leftOf(node.column), topOf(node.row)];
  return `<g class="node${active ? " active" : ""}"><title>${escapeXml(node.label)}</title><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="2"/><text x="${x + 10}" y="${y + 17}">${escapeXml(cut(node.label))}</text><text class="kind" x="${x + 10}" y="${y + 32}">${node.kind}</text></g>`;
}

function edgeSvg(script: ReplayScript, edge: ReplayEdge | undefined, active: boolean): string {
  const [from, to] = [edge && script.nodes[edge.from], edge && script.nodes[edge.to]];
  if (!edge || !from || !to) return "";
  const classes = ["edge", active && "active", edge.rule !== null && "inferred"].filter(Boolean).join(" ");
  const same = from.column === to.column;
  const [x1, y1] = [leftOf(from.column) + BOX.width, topOf(from.row) + BOX.height / 2];
  const [x2, y2] = [leftOf(to.column) + (same ? BOX.width : 0), topOf(to.row) + BOX.height / 2];
  const bend = same ? 34 : (x2 - x1) / 2;
  const path = `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 + (same ? bend : -bend)} ${y2} ${x2} ${y2}`;
  const tip = same
    ? `M${x2 + 7} ${y2 - 4} L${x2} ${y2} L${x2 + 7} ${y2 + 4}`
    : `M${x2 - 7} ${y2 - 4} L${x2} ${y2} L${x2 - 7} ${y2 + 4}`;
  const text =
    active && edge.label !== "" ? edgeText(edge.label, (x1 + x2) / 2 + (same ? 30 : 0), (y1 + y2) / 2 - 4) : "";
  return `<g class="${classes}"><path d="${path}"/><path d="${tip}"/>${text}</g>`;
}

function edgeText(label: string, x: number, y: number): string {
  return `<text text-anchor="middle" x="${x}" y="${y}">${escapeXml(cut(label, 22))}</text>`;
}

function cut(text: string, limit = TEXT_LIMIT): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

/** Text for element content and quoted attributes of XML and HTML. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

import { type Exhibit } from "../../../core/model/exhibit.ts";
import { frameAt, type ReplayEdge, type ReplayNode, type ReplayScript } from "../../../core/model/replay.ts";
import { laneStyle } from "../../ui/lane.ts";

const BOX = { width: 190, height: 42, columnGap: 120, rowGap: 20, margin: 16, head: 26 };
const HEADS = ["Address", "Principal", "Reached"] as const;

interface StageProps {
  readonly script: ReplayScript;
  readonly step: number;
  readonly exhibits: readonly Exhibit[];
}

/** What was named up to the step: boxes in the column of their kind, arrows for what records say of them. */
export function Stage({ script, step, exhibits }: StageProps) {
  const frame = frameAt(script, step);
  const rows = Math.max(1, ...script.nodes.map((node) => node.row + 1));
  const width = 3 * BOX.width + 2 * BOX.columnGap + 2 * BOX.margin;
  const height = BOX.head + rows * (BOX.height + BOX.rowGap) + BOX.margin;
  return (
    <svg
      className="stage"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Stage: ${script.steps[step]?.sentence ?? ""}`}
    >
      {HEADS.map((head, column) => (
        <text key={head} className="stage-head" x={leftOf(column)} y={14}>
          {head}
        </text>
      ))}
      {frame.edges.map((index) => (
        <Edge key={index} script={script} edge={script.edges[index]} active={frame.active.edges.includes(index)} />
      ))}
      {frame.nodes.map((index) => (
        <Box
          key={index}
          node={script.nodes[index]}
          active={frame.active.nodes.includes(index)}
          lane={laneOf(script, script.nodes[index], exhibits)}
        />
      ))}
    </svg>
  );
}

function laneOf(script: ReplayScript, node: ReplayNode | undefined, exhibits: readonly Exhibit[]): number | null {
  const lane = node?.kind === "principal" ? script.lanes.find(({ name }) => name === node.label) : undefined;
  return lane ? exhibits.findIndex(({ id }) => id === lane.exhibit) : null;
}

function leftOf(column: number): number {
  return BOX.margin + column * (BOX.width + BOX.columnGap);
}

function topOf(row: number): number {
  return BOX.head + row * (BOX.height + BOX.rowGap);
}

interface BoxProps {
  readonly node: ReplayNode | undefined;
  readonly active: boolean;
  readonly lane: number | null;
}

function Box({ node, active, lane }: BoxProps) {
  if (!node) return null;
  const [x, y] = [leftOf(node.column), topOf(node.row)];
  return (
    <g className={`stage-node${active ? " active" : ""}`} style={lane === null ? undefined : laneStyle(lane)}>
      <title>{node.label}</title>
      <rect x={x} y={y} width={BOX.width} height={BOX.height} rx={2} />
      {lane !== null && <rect className="stage-lane" x={x} y={y} width={3} height={BOX.height} />}
      <text className="stage-name" x={x + 11} y={y + 18}>
        {cut(node.label, 27)}
      </text>
      <text className="stage-kind" x={x + 11} y={y + 34}>
        {node.kind}
      </text>
    </g>
  );
}

interface EdgeProps {
  readonly script: ReplayScript;
  readonly edge: ReplayEdge | undefined;
  readonly active: boolean;
}

function Edge({ script, edge, active }: EdgeProps) {
  const from = edge && script.nodes[edge.from];
  const to = edge && script.nodes[edge.to];
  if (!edge || !from || !to) return null;
  const same = from.column === to.column;
  const [x1, y1] = [leftOf(from.column) + BOX.width, topOf(from.row) + BOX.height / 2];
  const [x2, y2] = [leftOf(to.column) + (same ? BOX.width : 0), topOf(to.row) + BOX.height / 2];
  const bend = same ? 40 : (x2 - x1) / 2;
  const tip = same ? 7 : -7;
  return (
    <g className={`stage-edge${active ? " active" : ""}${edge.rule === null ? "" : " inferred"}`}>
      <path d={`M${x1} ${y1} C${x1 + bend} ${y1} ${x2 + (same ? bend : -bend)} ${y2} ${x2} ${y2}`} />
      <path className="tip" d={`M${x2 + tip} ${y2 - 4} L${x2} ${y2} L${x2 + tip} ${y2 + 4}`} />
      {active && edge.label !== "" && (
        <text x={(x1 + x2) / 2 + (same ? 34 : 0)} y={(y1 + y2) / 2 - 5} textAnchor="middle">
          {cut(edge.label, 24)}
        </text>
      )}
    </g>
  );
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

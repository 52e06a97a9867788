import { type ReactNode } from "react";

import { type ReportBlock, type ReportModel } from "../../../core/model/report.ts";
import { DrawingView } from "../../ui/drawing-view.tsx";

/** The smallest pieces that a page break may fall between. */
export interface FlowItem {
  readonly key: string;
  /** Section the piece belongs to, for finding its page. */
  readonly section: number;
  readonly node: ReactNode;
  /** Never the last thing on a page. */
  readonly keepWithNext: boolean;
}

/** Pieces drawn in a preview; the package has them all. */
export const FLOW_LIMIT = 1_500;

/** The report as a run of pieces, in order. */
export function flowOf(sections: ReportModel["sections"]): readonly FlowItem[] {
  return sections.flatMap((section) => [
    {
      key: `${section.number}`,
      section: section.number,
      keepWithNext: true,
      node: (
        <h2 className="paper-heading">
          {section.number} {section.heading}
        </h2>
      ),
    },
    ...section.blocks.flatMap((block, index) =>
      piecesOf(block).map((piece, part) => ({
        ...piece,
        key: `${section.number}.${index}.${part}`,
        section: section.number,
      })),
    ),
  ]);
}

type Piece = Pick<FlowItem, "node" | "keepWithNext">;

const piece = (node: ReactNode, keepWithNext = false): Piece => ({ node, keepWithNext });

function piecesOf(block: ReportBlock): readonly Piece[] {
  switch (block.kind) {
    case "paragraph":
      return [piece(<p className={`paper-text ${block.emphasis ?? ""}`}>{block.text}</p>)];
    case "heading":
      return [
        piece(
          <h3 className="paper-subheading">
            {block.text}
            {block.tag !== undefined && <span>{block.tag}</span>}
          </h3>,
          true,
        ),
      ];
    case "fields":
      return block.rows.map((row) =>
        piece(
          <div className="paper-field">
            <span>{row.label}</span>
            <span className={row.mono ? "mono" : undefined}>{row.value}</span>
          </div>,
        ),
      );
    case "table":
      return tablePieces(block);
    case "list":
      return block.items.map((item) => piece(<p className="paper-item">{item}</p>));
    case "drawing":
      return [
        piece(
          <figure className="paper-drawing">
            <DrawingView drawing={block.drawing} />
            <figcaption className="paper-caption">{block.caption}</figcaption>
          </figure>,
        ),
      ];
    case "raw":
      return [
        piece(<p className="paper-caption">{block.label}</p>, true),
        piece(<pre className="paper-raw">{block.text}</pre>),
      ];
  }
}

function tablePieces(block: Extract<ReportBlock, { kind: "table" }>): readonly Piece[] {
  const columns = { gridTemplateColumns: block.columns.map(({ weight }) => `minmax(0, ${weight}fr)`).join(" ") };
  return [
    piece(<p className="paper-caption">{block.caption}</p>, true),
    piece(
      <div className="paper-row head" style={columns}>
        {block.columns.map((column) => (
          <span key={column.label}>{column.label}</span>
        ))}
      </div>,
      true,
    ),
    ...block.rows.map((row) =>
      piece(
        <div className="paper-row" style={columns}>
          {row.map((cell, index) => (
            <span key={index} className={block.columns[index]?.mono ? "mono" : undefined}>
              {cell}
            </span>
          ))}
        </div>,
      ),
    ),
  ];
}

import { type FileChild, HeadingLevel, Paragraph } from "docx";

import { type ReportBlock } from "../model/report.ts";
import { verdictWord } from "../model/verdict.ts";
import { DrawingRun } from "./docx-drawing.ts";
import { fieldTable, recordTable } from "./docx-table.ts";
import { DASHES } from "./docx-theme.ts";
import { styled, textRuns, verdictRuns } from "./docx-text.ts";

/** A block of the report's model as paragraphs and tables of a Word document; `drawings` counts those of the document. */
export function wordBlock(
  block: ReportBlock,
  next: ReportBlock | undefined,
  drawings: () => number,
): readonly FileChild[] {
  switch (block.kind) {
    case "paragraph":
      return [wordParagraph(block)];
    case "heading": {
      const tag = block.tag === undefined ? [] : textRuns(`   ${block.tag}`, { style: "Quiet" });
      const children = [...textRuns(block.text), ...tag];
      // Word does not keep a heading with a drawing that it has no room for.
      return [new Paragraph({ heading: HeadingLevel.HEADING_2, pageBreakBefore: next?.kind === "drawing", children })];
    }
    case "fields":
      return [fieldTable(block.rows), gap()];
    case "table":
      return [styled("Caption", textRuns(block.caption)), recordTable(block), gap()];
    case "list":
      return block.items.map(
        (item) => new Paragraph({ numbering: { reference: DASHES, level: 0 }, children: textRuns(item) }),
      );
    case "drawing":
      return [styled("Legend", [new DrawingRun(block.drawing, drawings()), ...textRuns(block.caption)])];
    case "raw":
      return [styled("Caption", textRuns(block.label)), styled("Record", textRuns(block.text))];
  }
}

function wordParagraph({ text, emphasis, verdict }: Extract<ReportBlock, { kind: "paragraph" }>): Paragraph {
  if (verdict !== undefined) {
    return styled("Note", [...verdictRuns(verdictWord(verdict), { bold: true }), ...textRuns(`   ${text}`)]);
  }
  if (emphasis === undefined) return new Paragraph({ children: textRuns(text) });
  return styled(emphasis === "warning" ? "Warning" : "Note", textRuns(text));
}

/** Two tables with nothing between them would be one. */
function gap(): Paragraph {
  return styled("Gap", []);
}

import { AlignmentType, BorderStyle, Paragraph, Table, TableCell, TableLayoutType, TableRow, WidthType } from "docx";

import { type ReportBlock } from "../model/report.ts";
import { textRuns, verdictRuns, wordColour } from "./docx-text.ts";
import { TEXT_TWIPS } from "./docx-theme.ts";
import { INK } from "./print-theme.ts";

type RecordBlock = Extract<ReportBlock, { kind: "table" }>;
type Column = RecordBlock["columns"][number];

/** A row with no longer cell is not parted between two pages. */
const WHOLE_CELL = 600;
const LABEL_SHARE = 0.21;

const NONE = { style: BorderStyle.NONE, size: 0, color: "auto" };
const RULE = { style: BorderStyle.SINGLE, size: 4, color: wordColour(INK.line) };
const HEAD_RULE = { ...RULE, color: wordColour(INK.secondary) };
const BORDERS = { top: NONE, left: NONE, right: NONE, insideVertical: NONE, bottom: RULE, insideHorizontal: RULE };

/** A table whose head is repeated on every page. */
export function recordTable({ columns, rows }: RecordBlock): Table {
  const head = new TableRow({
    tableHeader: true,
    cantSplit: true,
    children: columns.map(({ label, align }) => {
      const head = cellParagraph("CellHead", label, align === undefined ? {} : { align });
      return new TableCell({ borders: { bottom: HEAD_RULE }, children: [head] });
    }),
  });
  const body = rows.map(
    (cells) =>
      new TableRow({
        cantSplit: isWhole(cells),
        children: columns.map(
          (column, index) => new TableCell({ children: [cellParagraph("Cell", cells[index] ?? "", column)] }),
        ),
      }),
  );
  const total = columns.reduce((sum, { weight }) => sum + weight, 0);
  return ruledTable(
    columns.map(({ weight }) => weight / total),
    [head, ...body],
  );
}

/** Labels with their values; a table without a head. */
export function fieldTable(rows: Extract<ReportBlock, { kind: "fields" }>["rows"]): Table {
  return ruledTable(
    [LABEL_SHARE, 1 - LABEL_SHARE],
    rows.map(
      ({ label, value, mono }) =>
        new TableRow({
          cantSplit: isWhole([value]),
          children: [
            new TableCell({ children: [cellParagraph("CellLabel", label, {})] }),
            new TableCell({ children: [cellParagraph("CellValue", value, mono === true ? { mono } : {})] }),
          ],
        }),
    ),
  );
}

function ruledTable(shares: readonly number[], rows: readonly TableRow[]): Table {
  return new Table({
    layout: TableLayoutType.FIXED,
    width: { size: TEXT_TWIPS, type: WidthType.DXA },
    columnWidths: shares.map((share) => Math.floor(share * TEXT_TWIPS)),
    borders: BORDERS,
    margins: { top: 40, bottom: 40, left: 0, right: 120, marginUnitType: WidthType.DXA },
    rows,
  });
}

function cellParagraph(style: string, text: string, column: Partial<Column>): Paragraph {
  const { mono, verdict, align } = column;
  const runs = verdict === true ? verdictRuns(text) : textRuns(text, mono === true ? { style: "Mono" } : {});
  return new Paragraph({ style, children: runs, ...(align === "right" && { alignment: AlignmentType.RIGHT }) });
}

function isWhole(cells: readonly string[]): boolean {
  return cells.every(({ length }) => length <= WHOLE_CELL);
}

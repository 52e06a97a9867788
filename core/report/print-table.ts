import { type ReportBlock } from "../model/report.ts";
import { INK, LEADING, PAGE, SIZE, TEXT_WIDTH, VERDICT_MARKS } from "./print-theme.ts";
import { type Sheet } from "./sheet.ts";
import { type Line, lineWidth } from "./typesetter.ts";

/** A table of the model, or a list of fields: then there is no head and each value says whether it is bytes. */
export type PrintedTable = Extract<ReportBlock, { kind: "table" }> & { readonly fieldsMono?: readonly boolean[] };

interface Column {
  readonly label: string;
  readonly left: number;
  readonly width: number;
  readonly mono: boolean;
  readonly verdict: boolean;
  readonly right: boolean;
}

interface Cell {
  readonly lines: readonly Line[];
  readonly size: number;
  readonly ink: string;
  readonly mark: string | null;
}

const GAP = 7;
const ROW_PADDING = 2.6;
const MARK_WIDTH = 13;
/** A row of no more lines is not split between pages. */
const MAX_WHOLE_LINES = 12;
const ROW_LEADING = SIZE.small * LEADING;

/** Draws a table; its head is repeated on every page, and a row taller than the rest of a page is split by lines. */
export function printTable(sheet: Sheet, table: PrintedTable): void {
  const columns = placeColumns(table);
  const fields = table.fieldsMono !== undefined;
  const layRow = rowLayout(sheet, table, columns);
  const [first = []] = table.rows;
  const firstLines = Math.min(linesOf(layRow(first, 0)), MAX_WHOLE_LINES);
  if (table.caption !== "") {
    sheet.ensure((3 + firstLines) * ROW_LEADING + 2 * ROW_PADDING);
    const caption = sheet.type.lines(table.caption, "regular", SIZE.small, TEXT_WIDTH);
    sheet.flow("P", caption, PAGE.left, SIZE.small, INK.label);
    sheet.y += 1;
  }
  sheet.within("Table", table.caption === "" ? {} : { title: table.caption }, () => {
    if (!fields) printHead(sheet, columns, firstLines);
    table.rows.forEach((texts, index) => printRow(sheet, layRow(texts, index), columns, fields));
  });
}

/** How tall a list of fields stands on the page, in points. */
export function fieldsHeight(sheet: Sheet, table: PrintedTable): number {
  const lines = table.rows.map(rowLayout(sheet, table, placeColumns(table))).map((cells) => linesOf(cells));
  return lines.reduce((height, count) => height + count * SIZE.body * LEADING + 2 * ROW_PADDING, 0);
}

function rowLayout(
  sheet: Sheet,
  table: PrintedTable,
  columns: readonly Column[],
): (texts: readonly string[], index: number) => readonly Cell[] {
  return (texts, index) =>
    columns.map((column, position) => {
      const mono = table.fieldsMono?.[index];
      return layCell(sheet, texts[position] ?? "", column, mono === undefined ? undefined : fieldVoice(position, mono));
    });
}

function placeColumns(table: PrintedTable): Column[] {
  const total = table.columns.reduce((sum, column) => sum + column.weight, 0);
  let left: number = PAGE.left;
  return table.columns.map((column, index) => {
    const width = (TEXT_WIDTH * column.weight) / total;
    const placed: Column = {
      label: column.label,
      left,
      width: width - (index === table.columns.length - 1 ? 0 : GAP),
      mono: column.mono === true,
      verdict: column.verdict === true,
      right: column.align === "right",
    };
    left += width;
    return placed;
  });
}

function fieldVoice(position: number, mono: boolean): { mono: boolean; ink: string } {
  return position === 0 ? { mono: false, ink: INK.label } : { mono, ink: INK.text };
}

function layCell(sheet: Sheet, text: string, column: Column, field: { mono: boolean; ink: string } | undefined): Cell {
  const mono = field?.mono ?? column.mono;
  const mark = column.verdict && VERDICT_MARKS.has(text) ? text : null;
  const size = mono ? SIZE.mono - 0.5 : field === undefined ? SIZE.small : SIZE.body;
  const width = column.width - (mark === null ? 0 : MARK_WIDTH);
  const ink = mark === null ? (field?.ink ?? INK.text) : (VERDICT_MARKS.get(mark)?.ink ?? INK.text);
  return { lines: sheet.type.lines(text, mono ? "mono" : "regular", size, width), size, ink, mark };
}

function linesOf(cells: readonly Cell[]): number {
  return Math.max(1, ...cells.map(({ lines }) => lines.length));
}

/** The head never stands at the foot of a page without the row below it, which has this many lines. */
/** Draws the head of a table. Repeated on a further page it is no content: the table has one head. */
function printHead(sheet: Sheet, columns: readonly Column[], rowLines: number, isRepeated = false): void {
  const heads = columns.map((column) => ({
    column,
    lines: sheet.type.lines(column.label, "regular", SIZE.small, column.width),
  }));
  const height = Math.max(1, ...heads.map(({ lines }) => lines.length)) * ROW_LEADING;
  sheet.ensure(height + (1 + rowLines) * ROW_LEADING + 2 * ROW_PADDING);
  const draw = ({ column, lines }: (typeof heads)[number]): void =>
    lines.forEach((line, index) =>
      sheet.drawLine(line, startOf(column, line), sheet.y + index * ROW_LEADING, SIZE.small, INK.secondary),
    );
  if (isRepeated) sheet.artifact(() => heads.forEach(draw), "Pagination");
  else {
    sheet.within("TR", {}, () => {
      for (const head of heads) {
        sheet.within("TH", { scope: "Column" }, () => sheet.marked("TH", () => draw(head)));
      }
    });
  }
  sheet.y += height + 2;
  sheet.rule(sheet.y, INK.secondary, 0.6);
}

function printRow(sheet: Sheet, cells: readonly Cell[], columns: readonly Column[], fields: boolean): void {
  const total = linesOf(cells);
  const leading = fields ? SIZE.body * LEADING : ROW_LEADING;
  const head = (): void => {
    sheet.newPage();
    if (!fields) printHead(sheet, columns, 1, true);
  };
  if (sheet.room < total * leading + 2 * ROW_PADDING && total <= MAX_WHOLE_LINES) head();
  for (let next = 0; next < total;) {
    if (sheet.room < leading + 2 * ROW_PADDING) head();
    const count = Math.min(total - next, Math.max(1, Math.floor((sheet.room - 2 * ROW_PADDING) / leading)));
    const end = next + count;
    const part = cells.map((cell) => ({
      ...cell,
      lines: cell.lines.slice(next, end),
      mark: next === 0 ? cell.mark : null,
    }));
    // What a page break parts is a row on each page: every row of the table has one cell for each column.
    sheet.within("TR", {}, () => printCells(sheet, part, columns, fields));
    sheet.y += count * leading + 2 * ROW_PADDING;
    next = end;
    sheet.rule(sheet.y, INK.line);
  }
}

function printCells(sheet: Sheet, cells: readonly Cell[], columns: readonly Column[], fields: boolean): void {
  const leading = fields ? SIZE.body * LEADING : ROW_LEADING;
  cells.forEach(({ lines, mark: word, size, ink }, position) => {
    const column = columns[position];
    if (column === undefined) return;
    const mark = word === null ? undefined : VERDICT_MARKS.get(word);
    if (mark !== undefined) sheet.mark(mark, column.left, sheet.y + ROW_PADDING + 0.8, 9.5);
    const isHead = fields && position === 0;
    const tag = isHead ? "TH" : "TD";
    sheet.within(tag, isHead ? { scope: "Row" } : {}, () => {
      if (lines.length === 0) return;
      sheet.marked(tag, () =>
        lines.forEach((line, index) => {
          const top = sheet.y + ROW_PADDING + index * leading + (leading - size * LEADING) / 2;
          sheet.drawLine(line, startOf(column, line) + (mark === undefined ? 0 : MARK_WIDTH), top, size, ink);
        }),
      );
    });
  });
}

function startOf(column: Column, line: Line): number {
  return column.right ? column.left + column.width - lineWidth(line) : column.left;
}

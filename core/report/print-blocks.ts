import { unreachable } from "../model/assert.ts";
import { type ReportBlock } from "../model/report.ts";
import { verdictWord } from "../model/verdict.ts";
import { INK, LEADING, PAGE, SIZE, TEXT_WIDTH, VERDICT_MARKS } from "./print-theme.ts";
import { linesOnPage, type Sheet } from "./sheet.ts";
import { drawnHeight, printDrawing } from "./print-drawing.ts";
import { fieldsHeight, type PrintedTable, printTable } from "./print-table.ts";

/** The head of a table and its first row. */
const TABLE_BEGIN = 90;
const HEADING_ROOM = 30;
const SECTION_HEADING_ROOM = 35;
/** A section's heading and its first lines. */
const SECTION_BEGIN = 160;
/** The label of raw text, its frame and its first lines. */
const RAW_BEGIN = 75;
/** Fields no taller than this are not parted from their heading. */
const FIELDS_WHOLE = 200;
const LABEL_WIDTH = 108;
const BULLET_INDENT = 9;
const FRAME_PADDING = 8;

/** Draws one block below the cursor; a heading stays with the block that follows it. */
export function printBlock(sheet: Sheet, block: ReportBlock, next?: ReportBlock): void {
  switch (block.kind) {
    case "paragraph":
      if (block.verdict !== undefined) printVerdict(sheet, verdictWord(block.verdict), block.text);
      else if (block.emphasis !== undefined) printNotice(sheet, block.text, block.emphasis);
      else
        sheet.flow("P", sheet.type.lines(block.text, "regular", SIZE.body, TEXT_WIDTH), PAGE.left, SIZE.body, INK.text);
      sheet.y += 5;
      return;
    case "heading":
      printHeading(sheet, block.text, block.tag, beginOf(sheet, next));
      return;
    case "fields":
      printTable(sheet, fieldTable(block.rows));
      sheet.y += 7;
      return;
    case "table":
      printTable(sheet, block);
      sheet.y += 8;
      return;
    case "list":
      printList(sheet, block.items);
      sheet.y += 5;
      return;
    case "drawing":
      printDrawing(sheet, block.drawing, block.caption);
      sheet.y += 6;
      return;
    case "raw":
      printRaw(sheet, block.label, block.text);
      sheet.y += 7;
      return;
    default:
      unreachable(block);
  }
}

/** A section heading; it never stands alone at the foot of a page, nor do it and the heading that its section begins with. */
export function printSectionHeading(sheet: Sheet, text: string, blocks: readonly ReportBlock[]): void {
  if (sheet.y > PAGE.top) sheet.y += 12;
  const [first, second] = blocks;
  const below = first?.kind === "heading" ? SECTION_HEADING_ROOM + HEADING_ROOM + beginOf(sheet, second) : 0;
  sheet.ensure(Math.max(SECTION_BEGIN, below));
  sheet.bookmark(text, 1);
  sheet.flow("H2", sheet.type.lines(text, "strong", SIZE.section, TEXT_WIDTH), PAGE.left, SIZE.section, INK.text);
  sheet.y += 4;
}

function printHeading(sheet: Sheet, text: string, tag: string | undefined, below: number): void {
  sheet.y += 5;
  sheet.ensure(below + HEADING_ROOM);
  sheet.bookmark(text, 2);
  const tagLine = tag === undefined ? [] : (sheet.type.lines(tag, "regular", SIZE.small, TEXT_WIDTH / 3)[0] ?? []);
  const width = TEXT_WIDTH - (tag === undefined ? 0 : TEXT_WIDTH / 3);
  const top = sheet.y;
  sheet.flow("H3", sheet.type.lines(text, "strong", SIZE.heading, width), PAGE.left, SIZE.heading, INK.text);
  if (tag !== undefined) {
    const tagWidth = tagLine.reduce((sum, piece) => sum + piece.width, 0);
    sheet.within("P", {}, () =>
      sheet.marked("P", () =>
        sheet.drawLine(tagLine, PAGE.width - PAGE.right - tagWidth, top + 2, SIZE.small, INK.label),
      ),
    );
  }
  sheet.y += 3;
}

/** Room for what stays with the heading above it. */
function beginOf(sheet: Sheet, next: ReportBlock | undefined): number {
  if (next?.kind === "drawing") return drawnHeight(next.drawing);
  if (next?.kind !== "fields") return TABLE_BEGIN;
  // A record stands below its heading and the fields that say where it lies: the three begin on one page.
  return Math.min(fieldsHeight(sheet, fieldTable(next.rows)), FIELDS_WHOLE) + RAW_BEGIN;
}

type Fields = Extract<ReportBlock, { kind: "fields" }>;

function fieldTable(rows: Fields["rows"]): PrintedTable {
  return {
    kind: "table",
    caption: "",
    columns: [
      { label: "", weight: LABEL_WIDTH },
      { label: "", weight: TEXT_WIDTH - LABEL_WIDTH },
    ],
    rows: rows.map((row) => [row.label, row.value]),
    fieldsMono: rows.map((row) => row.mono === true),
  };
}

function printList(sheet: Sheet, items: readonly string[]): void {
  sheet.within("L", {}, () => {
    for (const item of items) {
      const lines = sheet.type.lines(item, "regular", SIZE.body, TEXT_WIDTH - BULLET_INDENT);
      sheet.ensure(Math.min(lines.length, 3) * SIZE.body * LEADING);
      sheet.within("LI", {}, () => {
        const [dash = []] = sheet.type.lines("–", "regular", SIZE.body, BULLET_INDENT);
        sheet.within("Lbl", {}, () =>
          sheet.marked("Lbl", () => sheet.drawLine(dash, PAGE.left, sheet.y, SIZE.body, INK.text)),
        );
        sheet.flow("LBody", lines, PAGE.left + BULLET_INDENT, SIZE.body, INK.text);
      });
      sheet.y += 1.5;
    }
  });
}

function printNotice(sheet: Sheet, text: string, emphasis: "note" | "warning"): void {
  const ink = emphasis === "warning" ? INK.altered : INK.strongLine;
  printFramed(sheet, text, ink, emphasis === "warning" ? 3.5 : 2.5);
}

function printFramed(sheet: Sheet, text: string, ink: string, edge: number): void {
  const width = TEXT_WIDTH - 2 * FRAME_PADDING - edge;
  const lines = sheet.type.lines(text, "regular", SIZE.body, width);
  const leading = SIZE.body * LEADING;
  for (let next = 0; next < lines.length;) {
    sheet.ensure(Math.min(lines.length - next, 4) * leading + 2 * FRAME_PADDING);
    const fitting = lines.slice(
      next,
      next + linesOnPage(lines.length - next, (sheet.room - 2 * FRAME_PADDING) / leading),
    );
    sheet.frame(PAGE.left, sheet.y, TEXT_WIDTH, fitting.length * leading + 2 * FRAME_PADDING - 3, ink, edge);
    sheet.y += FRAME_PADDING - 1.5;
    sheet.flow("P", fitting, PAGE.left + FRAME_PADDING + edge, SIZE.body, INK.text);
    sheet.y += FRAME_PADDING - 1.5;
    next += fitting.length;
  }
}

function printVerdict(sheet: Sheet, word: string, text: string): void {
  const mark = VERDICT_MARKS.get(word);
  const ink = mark?.ink ?? INK.label;
  const wordSize = 11.25;
  const wordLeft = PAGE.left + FRAME_PADDING + 23;
  const textLeft = wordLeft + sheet.type.width(word, "strong", wordSize) + 11;
  const lines = sheet.type.lines(text, "regular", SIZE.body, PAGE.width - PAGE.right - FRAME_PADDING - textLeft);
  const leading = SIZE.body * LEADING;
  const height = Math.max(lines.length * leading, wordSize * LEADING) + 2 * FRAME_PADDING;
  sheet.ensure(height);
  const top = sheet.y;
  sheet.frame(PAGE.left, top, TEXT_WIDTH, height, ink, 4);
  if (mark !== undefined) sheet.mark(mark, PAGE.left + FRAME_PADDING + 6, top + height / 2 - 7, 13);
  const [wordLine = []] = sheet.type.lines(word, "strong", wordSize, TEXT_WIDTH);
  sheet.within("P", {}, () =>
    sheet.marked("P", () =>
      sheet.drawLine(wordLine, wordLeft, top + height / 2 - (wordSize * LEADING) / 2, wordSize, ink),
    ),
  );
  sheet.y = top + (height - lines.length * leading) / 2;
  sheet.flow("P", lines, textLeft, SIZE.body, INK.text);
  sheet.y = top + height + 2;
}

function printRaw(sheet: Sheet, label: string, text: string): void {
  const leading = SIZE.mono * LEADING;
  const lines = sheet.type.lines(text, "mono", SIZE.mono, TEXT_WIDTH - 2 * FRAME_PADDING);
  sheet.ensure(SIZE.small * LEADING + Math.min(lines.length, 4) * leading + 2 * FRAME_PADDING);
  sheet.flow("P", sheet.type.lines(label, "regular", SIZE.small, TEXT_WIDTH), PAGE.left, SIZE.small, INK.label);
  for (let next = 0; next < lines.length;) {
    sheet.ensure(leading + 2 * FRAME_PADDING);
    const fitting = lines.slice(
      next,
      next + linesOnPage(lines.length - next, (sheet.room - 2 * FRAME_PADDING) / leading),
    );
    sheet.frame(PAGE.left, sheet.y, TEXT_WIDTH, fitting.length * leading + FRAME_PADDING, INK.strongLine);
    sheet.y += FRAME_PADDING / 2;
    sheet.flow("Code", fitting, PAGE.left + FRAME_PADDING, SIZE.mono, INK.text);
    sheet.y += FRAME_PADDING / 2;
    next += fitting.length;
  }
}

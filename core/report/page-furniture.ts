import { INK, PAGE, SIZE, TEXT_WIDTH } from "./print-theme.ts";
import { type Line, lineWidth, type Typesetter } from "./typesetter.ts";

/** A page that head and foot are drawn on. */
interface FurnishedPage {
  readonly type: Typesetter;
  rule(top: number, ink: string): void;
  artifact(draw: () => void, type: "Pagination"): void;
  drawLine(line: Line, left: number, top: number, size: number, ink: string): void;
}

/** Texts in the head and foot of a page, left to right. */
export interface Furniture {
  readonly head: readonly [string, string, string];
  /** The page count is added on the right. */
  readonly foot: readonly [string, string];
}

const HEAD = 31;
const HEAD_RULE = 47;
const FOOT_RULE = PAGE.height - 44;
const FOOT = FOOT_RULE + 4.5;

/** Draws head and foot of the current page, as an artifact. */
export function furnishPage(sheet: FurnishedPage, { head, foot }: Furniture, page: number, pages: number): void {
  sheet.rule(HEAD_RULE, INK.strongLine);
  sheet.rule(FOOT_RULE, INK.strongLine);
  sheet.artifact(() => {
    head.forEach((text, column) => drawInColumn(sheet, text, column, HEAD));
    foot.forEach((text, column) => drawInColumn(sheet, text, column, FOOT, column === 0 ? "mono" : "regular"));
    drawInColumn(sheet, `Page ${page} of ${pages}`, 2, FOOT);
  }, "Pagination");
}

/** Text at the left, in the middle or at the right; what its column has no room for ends in an ellipsis. */
function drawInColumn(
  sheet: FurnishedPage,
  text: string,
  column: number,
  top: number,
  voice: "regular" | "mono" = "regular",
): void {
  const share = column === 0 ? 0.42 : 0.29;
  const line = sheet.type.fitting(text.replaceAll("\n", " "), voice, SIZE.small, TEXT_WIDTH * share - 8);
  const width = lineWidth(line);
  const middle = PAGE.left + TEXT_WIDTH * 0.565 - width / 2;
  const left = [PAGE.left, middle, PAGE.width - PAGE.right - width][column] ?? PAGE.left;
  sheet.drawLine(line, left, top, SIZE.small, INK.label);
}

import { type Drawing, type DrawingShape, type DrawingTone } from "../model/drawing.ts";
import { INK, LEADING, PAGE, SIZE, TEXT_WIDTH } from "./print-theme.ts";
import { type Sheet } from "./sheet.ts";
import { lineWidth } from "./typesetter.ts";

/** The tallest drawing: with the heading above it and a short table below it, it fits on one page. */
const HEIGHT_LIMIT = 520;
/** How far the line that letters stand on lies below the top of a line of text, as a share of its size. */
const BASELINE = 1.09;

/** The colour of lines and edges of each tone. */
export const DRAWING_INKS: Readonly<Record<DrawingTone, string>> = {
  plain: INK.label,
  quiet: INK.strongLine,
  now: INK.text,
  altered: INK.altered,
};
/** Their width, in units of the drawing. */
export const DRAWING_WIDTHS: Readonly<Record<DrawingTone, number>> = { plain: 0.8, quiet: 0.5, now: 1.6, altered: 1.6 };
const PAPER = "#ffffff";

/** How tall a drawing stands on the page with its caption, in points. */
export function drawnHeight(drawing: Drawing): number {
  return drawing.height * scaleOf(drawing) + 2 * SIZE.small * LEADING;
}

/** Points of the page for a unit of the drawing: as wide as the text, unless it would be too tall. */
export function scaleOf({ width, height }: Drawing): number {
  return Math.min(TEXT_WIDTH / width, HEIGHT_LIMIT / height);
}

/** A drawing as one figure of the page, as wide as the text unless it would be too tall, with its caption below. */
export function printDrawing(sheet: Sheet, drawing: Drawing, caption: string): void {
  const scale = scaleOf(drawing);
  sheet.ensure(drawnHeight(drawing));
  sheet.figure(drawing.alt, drawing.height * scale, scale, () => {
    for (const shape of drawing.shapes) printShape(sheet, shape);
  });
  sheet.flow("Caption", sheet.type.lines(caption, "regular", SIZE.small, TEXT_WIDTH), PAGE.left, SIZE.small, INK.label);
}

function printShape(sheet: Sheet, shape: DrawingShape): void {
  switch (shape.kind) {
    case "box": {
      const { tone, fill } = shape;
      const filled = { none: null, weak: PAPER, strong: DRAWING_INKS[tone] }[fill];
      sheet.drawPath(boxPath(shape), {
        ink: DRAWING_INKS[tone],
        width: DRAWING_WIDTHS[tone],
        fill: filled,
        dashed: false,
      });
      return;
    }
    case "line":
      sheet.drawPath(shape.path, {
        ink: DRAWING_INKS[shape.tone],
        width: DRAWING_WIDTHS[shape.tone],
        fill: null,
        dashed: shape.dashed,
      });
      return;
    case "source":
      sheet.drawPath(`M${shape.x + 1.5} ${shape.y} v${shape.height}`, {
        ink: INK.secondary,
        width: 3,
        fill: null,
        dashed: false,
      });
      return;
    case "text": {
      const { size, text, width, x, y, anchor, tone, strong, inverse } = shape;
      const line = sheet.type.fitting(text, strong ? "strong" : "regular", size, width);
      const length = lineWidth(line);
      const ink = inverse ? PAPER : tone === "quiet" ? INK.label : INK.text;
      sheet.drawLine(line, anchor === "middle" ? x - length / 2 : x, y - size * BASELINE, size, ink);
    }
  }
}

function boxPath({ x, y, width, height, radius }: Extract<DrawingShape, { kind: "box" }>): string {
  const [r, across, down] = [radius, width - 2 * radius, height - 2 * radius];
  const corner = (dx: number, dy: number): string => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M${x + r} ${y} h${across} ${corner(r, r)} v${down} ${corner(-r, r)} h${-across} ${corner(-r, -r)} v${-down} ${corner(r, -r)} z`;
}

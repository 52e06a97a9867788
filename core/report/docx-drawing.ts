import {
  AlignmentType,
  HorizontalPositionRelativeFrom,
  type IContext,
  type IXmlableObject,
  Paragraph,
  TextRun,
  TextWrappingType,
  VerticalPositionRelativeFrom,
} from "docx";
import { type IShapeGroupChildOptions, ShapeGroupRun, type ShapeLineOptions } from "docx/shapes";

import { type Drawing, type DrawingShape, type DrawingTone } from "../model/drawing.ts";
import { wordColour } from "./docx-text.ts";
import { renamed } from "./docx-names.ts";
import { DRAWING_INKS, DRAWING_WIDTHS, scaleOf } from "./print-drawing.ts";
import { escapeInvisible } from "./printable.ts";
import { INK } from "./print-theme.ts";

/** docx counts lengths of drawings in pixels, of which an inch has 96; the page of the PDF has 72 points. */
const PIXELS_IN_POINT = 96 / 72;
const PAPER = "FFFFFF";
/** How far the top of a line of text lies above the line that its letters stand on, and its height, as shares of its size. */
const ASCENT = 0.905;
const LINE = 1.15;
/** Room above and below a line of text, so that nothing of it is cut off, as a share of its size. */
const ROOM = 0.5;
const PLAIN_LINE = { line: 240, before: 0, after: 0 };
const NO_MARGINS = { top: 0, right: 0, bottom: 0, left: 0 };

/** Above the text of its paragraph: LibreOffice 7.4 loses the words of a group that stands in a line of text. */
const ABOVE_TEXT = {
  horizontalPosition: { relative: HorizontalPositionRelativeFrom.COLUMN, offset: 0 },
  verticalPosition: { relative: VerticalPositionRelativeFrom.PARAGRAPH, offset: 0 },
  wrap: { type: TextWrappingType.TOP_AND_BOTTOM },
  allowOverlap: false,
};

/** More shapes than a drawing has: identifiers are the document's. */
const IDS_OF_DRAWING = 100_000;

/** A drawing as shapes and words that Word draws itself, as large as the PDF has it, to stand above the text of its paragraph. */
export class DrawingRun extends ShapeGroupRun {
  readonly #number: number;

  /** `number` tells it from the other drawings of the document. */
  constructor(drawing: Drawing, number: number) {
    const pen = new Pen(drawing);
    const id = String(number * IDS_OF_DRAWING);
    super({
      children: [pen.frame(), ...drawing.shapes.map((shape) => pen.draw(shape))],
      floating: ABOVE_TEXT,
      altText: { id, name: `Drawing ${number}`, description: escapeInvisible(drawing.alt) },
    });
    this.#number = number;
  }

  override prepForXml(context: IContext): IXmlableObject {
    return renamed(
      super.prepForXml(context),
      /("wps:cNvPr":\{"_attr":\{)"id":\d+,"name":"[^"]*"/g,
      (start, count) => `${start}"id":${this.#number * IDS_OF_DRAWING + count},"name":"Shape ${count}"`,
    );
  }
}

type Place = NonNullable<Extract<IShapeGroupChildOptions, { type: "rectangle" }>["transformation"]>;

/** Draws the shapes of one drawing at its scale. */
class Pen {
  readonly #drawing: Drawing;
  /** Points of the page for a unit of the drawing. */
  readonly #scale: number;

  constructor(drawing: Drawing) {
    this.#drawing = drawing;
    this.#scale = scaleOf(drawing);
  }

  /** What makes the group as large as the drawing, whatever its shapes leave free. */
  frame(): IShapeGroupChildOptions {
    return { type: "rectangle", transformation: this.#whole(), line: "none" };
  }

  draw(shape: DrawingShape): IShapeGroupChildOptions {
    switch (shape.kind) {
      case "box":
        return this.#box(shape);
      case "line":
        return this.#line(shape);
      case "source":
        return {
          type: "rectangle",
          transformation: this.#place(shape.x, shape.y, 3, shape.height),
          fill: wordColour(INK.secondary),
          line: "none",
        };
      case "text":
        return this.#text(shape);
    }
  }

  #box({ x, y, width, height, radius, tone, fill }: Extract<DrawingShape, { kind: "box" }>): IShapeGroupChildOptions {
    return {
      type: "roundedRectangle",
      adjustments: { cornerRadius: Math.min(50, (100 * radius) / Math.min(width, height)) },
      transformation: this.#place(x, y, width, height),
      fill: { none: "none", weak: PAPER, strong: wordColour(DRAWING_INKS[tone]) }[fill],
      line: this.#edge(tone),
    };
  }

  /** A path fills the place of its shape: the outline of the whole drawing, which is not drawn, keeps it where it is. */
  #line({ path, tone, dashed }: Extract<DrawingShape, { kind: "line" }>): IShapeGroupChildOptions {
    const { width, height } = this.#drawing;
    return {
      type: "custom",
      paths: [
        { path: `M0 0 L${width} 0 L${width} ${height} L0 ${height} Z`, fill: false, line: false },
        { path, fill: false },
      ],
      transformation: this.#whole(),
      line: { ...this.#edge(tone), ...(dashed && { dash: "dash" as const }) },
    };
  }

  #text({ x, y, size, text, width, anchor, tone, strong, inverse }: Extract<DrawingShape, { kind: "text" }>) {
    const letters = Math.max(2, Math.round(2 * size * this.#scale));
    const run = new TextRun({
      text,
      bold: strong,
      size: letters,
      color: inverse ? PAPER : wordColour(tone === "quiet" ? INK.label : INK.text),
    });
    const alignment = anchor === "middle" ? AlignmentType.CENTER : AlignmentType.LEFT;
    return {
      type: "rectangle",
      transformation: this.#place(
        anchor === "middle" ? x - width / 2 : x,
        y - size * (ASCENT + ROOM),
        width,
        size * (LINE + 2 * ROOM),
      ),
      line: "none",
      // The mark at the end of a paragraph has a size of its own, and makes a line as tall.
      children: [new Paragraph({ alignment, spacing: PLAIN_LINE, children: [run], run: { size: letters } })],
      textOptions: { margins: NO_MARGINS, wrap: false },
    } satisfies IShapeGroupChildOptions;
  }

  #edge(tone: DrawingTone): ShapeLineOptions {
    return { color: wordColour(DRAWING_INKS[tone]), width: DRAWING_WIDTHS[tone] * this.#scale };
  }

  #whole(): Place {
    return this.#place(0, 0, this.#drawing.width, this.#drawing.height);
  }

  #place(x: number, y: number, width: number, height: number): Place {
    const pixels = this.#scale * PIXELS_IN_POINT;
    return { offset: { left: x * pixels, top: y * pixels }, width: width * pixels, height: height * pixels };
  }
}

import { furnishPage, type Furniture } from "./page-furniture.ts";
import { PdfFile, type PdfProperties } from "./pdf-file.ts";
import { INK, LEADING, PAGE, type VerdictMark } from "./print-theme.ts";
import { type Line, type Typesetter } from "./typesetter.ts";

type StructureElement = ReturnType<PDFKit.PDFDocument["struct"]>;

/** Room that was left on a page for something drawn at the end. */
interface LeftRoom {
  readonly page: number;
  readonly top: number;
  readonly element: StructureElement;
  readonly draw: () => void;
}

/** How a path of a figure is drawn; a null fill leaves it open. */
export interface PathStyle {
  readonly ink: string;
  readonly width: number;
  readonly fill: string | null;
  readonly dashed: boolean;
}

/** How many of the lines that are left go on a page that has room for some: none stands alone on the next one. */
export function linesOnPage(rest: number, room: number): number {
  const fitting = Math.max(1, Math.floor(room));
  return rest - fitting === 1 && fitting > 2 ? fitting - 1 : Math.min(rest, fitting);
}

/**
 * A tagged A4 document that is written from top to bottom. It owns the page, the cursor and the structure tree;
 * what the blocks look like is drawn by its callers.
 */
export class Sheet {
  readonly type: Typesetter;
  /** Top of what comes next, in points from the top of the page. */
  y: number = PAGE.top;
  readonly #file: PdfFile;
  readonly #document: PDFKit.PDFDocument;
  readonly #draft: boolean;
  readonly #leftRoom: LeftRoom[] = [];
  readonly #root: StructureElement;
  #parent: StructureElement;
  #outlineItem: PDFKit.PDFOutline | null = null;

  constructor(properties: PdfProperties, draft = false) {
    this.#draft = draft;
    this.#file = new PdfFile(properties);
    this.#document = this.#file.document;
    this.type = this.#file.type;
    this.#root = this.#document.struct("Document");
    this.#document.addStructure(this.#root);
    this.#parent = this.#root;
    this.newPage();
  }

  /** Starts a page; the draft mark lies under everything else on it. */
  newPage(): void {
    this.#file.addPage();
    this.y = PAGE.top;
    if (!this.#draft) return;
    this.artifact(() => {
      this.#document.save();
      this.#document.rotate(-52, { origin: [PAGE.width / 2, PAGE.height / 2] });
      const [line = []] = this.type.lines("DRAFT", "strong", 150, PAGE.height);
      this.drawLine(line, PAGE.width / 2 - 235, PAGE.height / 2 - 90, 150, INK.draft);
      this.#document.restore();
    });
  }

  /** Number of the current page, from 1. */
  get page(): number {
    return this.#file.pages;
  }

  /** Points left on this page. */
  get room(): number {
    return PAGE.height - PAGE.bottom - this.y;
  }

  /** Breaks the page unless there is room for so many points. */
  ensure(height: number): void {
    if (this.room < height) this.newPage();
  }

  /** Runs `draw` inside a structure element; everything tagged within becomes its child. */
  within(tag: string, options: { title?: string; scope?: "Row" | "Column"; alt?: string }, draw: () => void): void {
    const outer = this.#parent;
    const element = this.#document.struct(tag, options);
    outer.add(element);
    this.#parent = element;
    draw();
    this.#parent = outer;
  }

  /** Runs `draw` as marked content of the current structure element. It must not break the page. */
  marked(tag: string, draw: () => void): void {
    const content = this.#document.markStructureContent(tag);
    draw();
    this.#document.endMarkedContent();
    this.#parent.add(content);
  }

  /** Runs `draw` as something that is not content: lines, marks, page furniture. */
  artifact(draw: () => void, type: "Layout" | "Pagination" = "Layout"): void {
    this.#document.markContent("Artifact", { type });
    draw();
    this.#document.endMarkedContent();
  }

  /** Draws one line of text as it is; its top is at `top`. Only within `marked` or `artifact`. */
  drawLine(line: Line, left: number, top: number, size: number, ink: string): void {
    this.#file.drawLine(line, left, top, size, ink);
  }

  /** Draws lines below the cursor as one tagged element, over as many pages as they need, and moves the cursor. */
  flow(tag: string, lines: readonly Line[], left: number, size: number, ink: string): void {
    const leading = size * LEADING;
    this.within(tag, {}, () => {
      for (let next = 0; next < lines.length;) {
        const rest = lines.length - next;
        this.ensure(Math.min(rest, 2) * leading);
        const fitting = lines.slice(next, next + linesOnPage(rest, this.room / leading));
        this.marked(tag, () => {
          for (const line of fitting) {
            this.drawLine(line, left, this.y, size, ink);
            this.y += leading;
          }
        });
        next += fitting.length;
      }
    });
  }

  /** A horizontal rule at a height of this page. */
  rule(top: number, ink: string, width = 0.5, left: number = PAGE.left, right: number = PAGE.width - PAGE.right): void {
    this.artifact(() => {
      this.#document.moveTo(left, top).lineTo(right, top).lineWidth(width).strokeColor(ink).stroke();
    });
  }

  /** A frame on this page, with a thicker left edge when `edge` is given. */
  frame(left: number, top: number, width: number, height: number, ink: string, edge?: number): void {
    this.artifact(() => {
      this.#document.rect(left, top, width, height).lineWidth(edge === undefined ? 0.75 : 1.1);
      this.#document.strokeColor(ink).stroke();
      if (edge !== undefined) this.#document.rect(left, top, edge, height).fillColor(ink).fill();
    });
  }

  /**
   * Draws below the cursor as one figure with words that stand for it, in coordinates of its own that are so many points
   * long; the cursor moves below it. Precondition: the page has room for it.
   */
  figure(alt: string, height: number, scale: number, draw: () => void): void {
    this.within("Figure", { alt }, () =>
      this.marked("Figure", () => {
        this.#document.save().translate(PAGE.left, this.y).scale(scale);
        draw();
        this.#document.restore();
      }),
    );
    this.y += height;
  }

  /** Draws an SVG path, filled first where a fill is given. Only within a figure. */
  drawPath(path: string, { ink, width, fill, dashed }: PathStyle): void {
    this.#document.path(path).lineWidth(width).strokeColor(ink);
    if (dashed) this.#document.dash(4, { space: 3 });
    if (fill === null) this.#document.stroke();
    else this.#document.fillAndStroke(fill, ink);
    if (dashed) this.#document.undash();
  }

  /** The shape of a verdict, as tall as `size`. */
  mark(mark: VerdictMark, left: number, top: number, size: number): void {
    this.artifact(() => {
      this.#document.save();
      this.#document.translate(left, top).scale(size / 24);
      this.#document.lineWidth(2).lineCap("round").lineJoin("round").strokeColor(mark.ink);
      for (const path of mark.paths) this.#document.path(path).stroke();
      this.#document.restore();
    });
  }

  /**
   * Leaves room here for what is known only when everything is drawn, such as page numbers: `draw` runs at the end, with the
   * cursor back at the top of this room. What it tags has its place here in the order of reading.
   */
  leaveRoom(tag: string, height: number, draw: () => void): void {
    this.ensure(height);
    this.within(tag, {}, () => {
      this.#leftRoom.push({ page: this.page - 1, top: this.y, element: this.#parent, draw });
    });
    this.y += height;
  }

  /** A bookmark to this page; level 2 goes below the last one of level 1. */
  bookmark(title: string, level: 1 | 2): void {
    if (level === 1 || this.#outlineItem === null) {
      this.#outlineItem = this.#document.outline.addItem(title, { expanded: false });
    } else {
      this.#outlineItem.addItem(title);
    }
  }

  /** Embeds a file that belongs to the document. */
  attach(name: string, bytes: Uint8Array, description: string, date: Date): void {
    this.#file.attach(name, bytes, description, date);
  }

  /** Draws what room was left for, puts head and foot on every page and returns the PDF. The sheet cannot be used afterwards. */
  finish(furniture: Furniture): Promise<Uint8Array> {
    for (const { page, top, element, draw } of this.#leftRoom) {
      this.#document.switchToPage(page);
      this.y = top;
      this.#parent = element;
      draw();
    }
    const { pages } = this.#file;
    for (let page = 0; page < pages; page += 1) {
      this.#document.switchToPage(page);
      furnishPage(this, furniture, page + 1, pages);
    }
    this.#root.end();
    return this.#file.end();
  }
}

import PDFDocument from "pdfkit";

import { setPlainly, type WordFont } from "./plain-font.ts";
import { type Line, Typesetter } from "./typesetter.ts";
import { INK, LEADING, PAGE, TEXT_WIDTH, type VerdictMark } from "./print-theme.ts";

type StructureElement = ReturnType<PDFKit.PDFDocument["struct"]>;

/** pdfkit's current font: its cmap is asked before text is set. Not in its public types. */
interface CurrentFont {
  readonly _font: WordFont;
}

/** pdfkit's stream of a page: a chunk for every operator, kept until the document ends. Not in its public types. */
interface PageStream {
  buffer: readonly Uint8Array[];
}

const PLAIN_TEXT = { lineBreak: false };

export interface SheetOptions {
  readonly title: string;
  readonly author: string;
  readonly keywords: string;
  /** Written as creation and modification date, so that the same report is the same bytes. */
  readonly date: Date;
  readonly producer: string;
  readonly draft: boolean;
}

/** How a path of a figure is drawn; a null fill leaves it open. */
export interface PathStyle {
  readonly ink: string;
  readonly width: number;
  readonly fill: string | null;
  readonly dashed: boolean;
}

/** Texts in the head and foot of a page, left to right. */
export interface Furniture {
  readonly head: readonly [string, string, string];
  /** The page count is added on the right. */
  readonly foot: readonly [string, string];
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
  readonly #document: PDFKit.PDFDocument;
  readonly #chunks: Buffer[] = [];
  readonly #plain = new WeakSet<WordFont>();
  readonly #draft: boolean;
  readonly #root: StructureElement;
  #parent: StructureElement;
  #outlineItem: PDFKit.PDFOutline | null = null;

  constructor(options: SheetOptions) {
    this.#draft = options.draft;
    this.#document = new PDFDocument({
      size: "A4",
      margin: 0,
      pdfVersion: "1.7",
      tagged: true,
      lang: "en",
      displayTitle: true,
      bufferPages: true,
      autoFirstPage: false,
      info: {
        Title: options.title,
        Author: options.author,
        Keywords: options.keywords,
        Creator: options.producer,
        Producer: options.producer,
        CreationDate: options.date,
        ModDate: options.date,
      },
    });
    this.#document.on("data", (chunk: Buffer) => this.#chunks.push(chunk));
    this.type = new Typesetter({
      register: (name, bytes) => this.#document.registerFont(name, Buffer.from(bytes)),
      covers: (name, codePoint) => this.#take(name).font.hasGlyphForCodePoint(codePoint),
      measure: (name, size, text) => {
        this.#take(name);
        return this.#document.fontSize(size).widthOfString(text, PLAIN_TEXT);
      },
    });
    this.#root = this.#document.struct("Document");
    this.#document.addStructure(this.#root);
    this.#parent = this.#root;
    this.newPage();
  }

  /** Starts a page; the draft mark lies under everything else on it. */
  newPage(): void {
    this.#gatherPage();
    this.#document.addPage({ size: "A4", margin: 0 });
    this.y = PAGE.top;
    if (!this.#draft) return;
    this.artifact(() => {
      this.#document.save();
      this.#document.rotate(-52, { origin: [PAGE.width / 2, PAGE.height / 2] });
      const [line = []] = this.type.lines("DRAFT", "strong", 150, PAGE.height);
      this.#set(line, PAGE.width / 2 - 235, PAGE.height / 2 - 90, 150, INK.draft);
      this.#document.restore();
    });
  }

  /** Joins the operators of the page that is left: a page of small chunks takes six times the memory. */
  #gatherPage(): void {
    const page = this.#document.page as PDFKit.PDFPage | null; // there is none before the first
    if (page === null) return;
    const stream = page.content as unknown as PageStream;
    stream.buffer = [Buffer.concat(stream.buffer)];
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
  artifact(draw: () => void): void {
    this.#document.markContent("Artifact", { type: "Layout" });
    draw();
    this.#document.endMarkedContent();
  }

  /** Makes a font the current one. */
  #take(name: string): WordFont {
    this.#document.font(name);
    const { _font: font } = this.#document as unknown as CurrentFont;
    if (!this.#plain.has(font)) {
      setPlainly(font);
      this.#plain.add(font);
    }
    return font;
  }

  /** Draws a line of text with its top at `top`. */
  #set(line: Line, left: number, top: number, size: number, ink: string): void {
    let x = left;
    for (const piece of line) {
      this.#take(piece.font);
      this.#document.fontSize(size).fillColor(ink);
      this.#document.text(piece.text, x, top + (size * (LEADING - 1.21)) / 2, PLAIN_TEXT);
      x += piece.width;
    }
  }

  /** Draws one line of text as it is; its top is at `top`. Only within `marked` or `artifact`. */
  drawLine(line: Line, left: number, top: number, size: number, ink: string): void {
    this.#set(line, left, top, size, ink);
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
            this.#set(line, left, this.y, size, ink);
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
    const options = { name, type: "application/json", description, creationDate: date, modifiedDate: date };
    // pdfkit's types do not know the relationship (ISO 32000-2 §7.11.3), pdfkit does.
    this.#document.file(Buffer.from(bytes), { ...options, ...{ relationship: "Data" } });
  }

  /** Puts head and foot on every page and returns the whole PDF. The sheet cannot be used afterwards. */
  async finish(furniture: Furniture): Promise<Uint8Array> {
    const { start, count } = this.#document.bufferedPageRange();
    for (let page = start; page < start + count; page += 1) {
      this.#document.switchToPage(page);
      this.#furnish(furniture, page + 1, count);
    }
    this.#root.end();
    const ended = new Promise<void>((resolve, reject) => {
      this.#document.on("end", resolve);
      this.#document.on("error", reject);
    });
    this.#document.end();
    await ended;
    return Buffer.concat(this.#chunks);
  }

  #furnish(furniture: Furniture, page: number, pages: number): void {
    const size = 8.25;
    const foot = PAGE.height - 44;
    this.rule(47, INK.strongLine);
    this.rule(foot, INK.strongLine);
    this.#document.markContent("Artifact", { type: "Pagination" });
    furniture.head.forEach((text, column) => this.#inThird(text, column, 31, size));
    furniture.foot.forEach((text, column) => this.#inThird(text, column, foot + 4.5, size, column === 0));
    this.#inThird(`Page ${page} of ${pages}`, 2, foot + 4.5, size);
    this.#document.endMarkedContent();
  }

  /** Text aligned left, centred or right; cut to a third of the width. */
  #inThird(text: string, column: number, top: number, size: number, mono = false): void {
    const share = column === 0 ? 0.42 : 0.29;
    const voice = mono ? "mono" : "regular";
    const [line = []] = this.type.lines(text.replaceAll("\n", " "), voice, size, TEXT_WIDTH * share - 8);
    const width = line.reduce((sum, piece) => sum + piece.width, 0);
    const left =
      column === 0
        ? PAGE.left
        : column === 1
          ? PAGE.left + TEXT_WIDTH * 0.565 - width / 2
          : PAGE.width - PAGE.right - width;
    this.#set(line, left, top, size, INK.label);
  }
}

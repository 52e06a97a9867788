import PDFDocument from "pdfkit";

import { setPlainly, type WordFont } from "./plain-font.ts";
import { LEADING } from "./print-theme.ts";
import { type Line, Typesetter } from "./typesetter.ts";

/** pdfkit's current font: its cmap is asked before text is set. Not in its public types. */
interface CurrentFont {
  readonly _font: WordFont;
}

/** pdfkit's stream of a page: a chunk for every operator, kept until the document ends. Not in its public types. */
interface PageStream {
  buffer: readonly Uint8Array[];
}

const PLAIN_TEXT = { lineBreak: false };

/** What a PDF says of itself. */
export interface PdfProperties {
  readonly title: string;
  readonly author: string;
  readonly keywords: string;
  /** Written as creation and modification date, so that the same report is the same bytes. */
  readonly date: Date;
  readonly producer: string;
}

/** A tagged PDF in the making: pdfkit's document, the fonts of the program in it, and the bytes that come out of it. */
export class PdfFile {
  readonly document: PDFKit.PDFDocument;
  readonly type: Typesetter;
  readonly #chunks: Buffer[] = [];
  readonly #plain = new WeakSet<WordFont>();

  constructor({ title, author, keywords, date, producer }: PdfProperties) {
    this.document = new PDFDocument({
      size: "A4",
      margin: 0,
      pdfVersion: "1.7",
      tagged: true,
      lang: "en",
      displayTitle: true,
      bufferPages: true,
      autoFirstPage: false,
      info: {
        Title: title,
        Author: author,
        Keywords: keywords,
        Creator: producer,
        Producer: producer,
        CreationDate: date,
        ModDate: date,
      },
    });
    this.document.on("data", (chunk: Buffer) => this.#chunks.push(chunk));
    this.type = new Typesetter({
      register: (name, bytes) => this.document.registerFont(name, Buffer.from(bytes)),
      covers: (name, codePoint) => this.#take(name).font.hasGlyphForCodePoint(codePoint),
      measure: (name, size, text) => {
        this.#take(name);
        return this.document.fontSize(size).widthOfString(text, PLAIN_TEXT);
      },
    });
  }

  /** How many pages there are; the last of them is the one that was added last. */
  get pages(): number {
    return this.document.bufferedPageRange().count;
  }

  /** Adds an A4 page. */
  addPage(): void {
    this.#gatherPage();
    this.document.addPage({ size: "A4", margin: 0 });
  }

  /** Draws a line of text with its top at `top`. */
  drawLine(line: Line, left: number, top: number, size: number, ink: string): void {
    let x = left;
    for (const piece of line) {
      this.#take(piece.font);
      this.document.fontSize(size).fillColor(ink);
      this.document.text(piece.text, x, top + (size * (LEADING - 1.21)) / 2, PLAIN_TEXT);
      x += piece.width;
    }
  }

  /** Embeds a file that belongs to the document. */
  attach(name: string, bytes: Uint8Array, description: string, date: Date): void {
    const options = { name, type: "application/json", description, creationDate: date, modifiedDate: date };
    // pdfkit's types do not know the relationship (ISO 32000-2 §7.11.3), pdfkit does.
    this.document.file(Buffer.from(bytes), { ...options, ...{ relationship: "Data" } });
  }

  /** The whole PDF. Nothing can be drawn afterwards. */
  async end(): Promise<Uint8Array> {
    const ended = new Promise<void>((resolve, reject) => {
      this.document.on("end", resolve);
      this.document.on("error", reject);
    });
    this.document.end();
    await ended;
    return Buffer.concat(this.#chunks);
  }

  /** Joins the operators of the page that is left: a page of small chunks takes six times the memory. */
  #gatherPage(): void {
    const page = this.document.page as PDFKit.PDFPage | null; // there is none before the first
    if (page === null) return;
    const stream = page.content as unknown as PageStream;
    stream.buffer = [Buffer.concat(stream.buffer)];
  }

  /** Makes a font the current one. */
  #take(name: string): WordFont {
    this.document.font(name);
    const { _font: font } = this.document as unknown as CurrentFont;
    if (!this.#plain.has(font)) {
      setPlainly(font);
      this.#plain.add(font);
    }
    return font;
  }
}

import { escapeCodePoint, isInvisible } from "./printable.ts";
import { TYPEFACES, type Voice } from "./typefaces.ts";

/** A stretch of text that one font file can draw, and how wide it is in points. */
export interface Piece {
  readonly font: string;
  readonly text: string;
  readonly width: number;
}

export type Line = readonly Piece[];

/** What the typesetter needs of a PDF document: its fonts and their measures. */
export interface FontSource {
  /** Makes a font file usable under a name. */
  register(name: string, bytes: Uint8Array): void;
  covers(name: string, codePoint: number): boolean;
  /** Width in points, without ligatures. */
  measure(name: string, size: number, text: string): number;
}

/** What stays on one line: a word with the spaces after it. */
const WORD = /\S+ *| +|\s/gu;
/** Of a word that no line can hold, in running text: each part of a path or of a resource name. */
const PART = /[^\s/]*?(?:\/+|:(?=\p{L})) *|[^\s/]+ *| +|\s/gu;
/** Printable ASCII, which the first font file of every voice has. */
const ASCII = /^[\x20-\x7e]+$/;
/** Characters of a word that no line of a page can hold. */
const LONG_WORD = 300;

/**
 * Breaks text into lines of pieces. Nothing is ever dropped: control and direction characters, and characters that
 * no shipped font has, are set as visible escapes such as `<U+202E>`.
 */
export class Typesetter {
  readonly #fonts: FontSource;
  readonly #fontOf = new Map<string, string | null>();
  /** By font and size, then by text. */
  readonly #widths = new Map<string, Map<string, number>>();

  constructor(fonts: FontSource) {
    this.#fonts = fonts;
    for (const files of Object.values(TYPEFACES)) for (const file of files) fonts.register(file.name, file.bytes());
  }

  /** The lines of a text within a width in points; a line feed starts a new line, a word longer than the width is cut. */
  lines(text: string, voice: Voice, size: number, width: number): Line[] {
    return text.split("\n").flatMap((paragraph) => this.#fill(paragraph, voice, size, width));
  }

  /** Width in points of a text on one line. */
  width(text: string, voice: Voice, size: number): number {
    return lineWidth(this.#pieces(text, voice, size));
  }

  /** A text on one line; what a width in points has no room for is cut, with an ellipsis at its end, or at its begin when one is there. */
  fitting(text: string, voice: Voice, size: number, width: number): Line {
    let shown = text;
    while (this.width(shown, voice, size) > width && shown.length > 2) {
      shown = shown.startsWith("…") ? `…${shown.slice(2)}` : `${shown.slice(0, -2)}…`;
    }
    return this.#pieces(shown, voice, size);
  }

  #fill(paragraph: string, voice: Voice, size: number, width: number): Line[] {
    const lines: Line[] = [];
    let line: Piece[] = [];
    let used = 0;
    const flush = (): void => {
      lines.push(line);
      line = [];
      used = 0;
    };
    for (const word of this.#unbroken(paragraph, voice, size, width)) {
      // Wider than any line: to lay it out as one would cost more than all of its characters.
      const isLong = word.length > LONG_WORD;
      const pieces = isLong ? [] : this.#pieces(word, voice, size);
      const wordWidth = isLong ? Infinity : lineWidth(pieces);
      const ink = word.replace(/ +$/, "");
      const inkWidth = isLong || ink === word ? wordWidth : lineWidth(this.#pieces(ink, voice, size));
      if (used + inkWidth > width && used > 0) flush();
      if (inkWidth <= width) {
        line.push(...pieces);
        used += wordWidth;
        continue;
      }
      for (const character of word) {
        const [piece] = this.#pieces(character, voice, size);
        if (piece === undefined) continue;
        if (used + piece.width > width && used > 0) flush();
        line.push(piece);
        used += piece.width;
      }
    }
    flush();
    return lines.map((pieces) => mergePieces(pieces));
  }

  /** What a line break does not part: words, and parts of words that are wider than a line. */
  #unbroken(paragraph: string, voice: Voice, size: number, width: number): readonly string[] {
    const words = paragraph.match(WORD) ?? [];
    if (voice === "mono") return words;
    return words.flatMap((word) => {
      const fits = word.length <= LONG_WORD && this.width(word.trimEnd(), voice, size) <= width;
      return fits ? word : (word.match(PART) ?? []);
    });
  }

  /** Pieces of a text on one line, each of one font file. */
  #pieces(text: string, voice: Voice, size: number): Piece[] {
    if (ASCII.test(text)) {
      const { name } = TYPEFACES[voice][0];
      return [{ font: name, text, width: this.#measure(name, size, text) }];
    }
    const pieces: Piece[] = [];
    let font = "";
    let run = "";
    const flush = (): void => {
      if (run !== "") pieces.push({ font, text: run, width: this.#measure(font, size, run) });
      run = "";
    };
    for (const character of text) {
      const found = this.#fontFor(character, voice);
      const shown = found === null ? escapeCodePoint(character.codePointAt(0) ?? 0) : character;
      const wanted = found ?? TYPEFACES[voice][0].name;
      if (wanted !== font) {
        flush();
        font = wanted;
      }
      run += shown;
    }
    flush();
    return pieces;
  }

  #fontFor(character: string, voice: Voice): string | null {
    const key = `${voice} ${character}`;
    const known = this.#fontOf.get(key);
    if (known !== undefined) return known;
    const codePoint = character.codePointAt(0) ?? 0;
    const file = isInvisible(codePoint)
      ? undefined
      : TYPEFACES[voice].find((candidate) => this.#fonts.covers(candidate.name, codePoint));
    const name = file?.name ?? null;
    this.#fontOf.set(key, name);
    return name;
  }

  #measure(font: string, size: number, text: string): number {
    const key = `${font} ${size}`;
    const widths = this.#widths.get(key) ?? new Map<string, number>();
    this.#widths.set(key, widths);
    const known = widths.get(text);
    if (known !== undefined) return known;
    const width = this.#fonts.measure(font, size, text);
    widths.set(text, width);
    return width;
  }
}

/** Width of a line in points. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, piece) => sum + piece.width, 0);
}

function mergePieces(pieces: readonly Piece[]): Line {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (last?.font === piece.font) {
      merged[merged.length - 1] = { font: last.font, text: last.text + piece.text, width: last.width + piece.width };
    } else {
      merged.push(piece);
    }
  }
  return merged;
}

/** Glyphs of a text and where each is set. */
interface GlyphRun {
  readonly glyphs: readonly unknown[];
  readonly positions: readonly unknown[];
  /** In thousandths of the size. */
  readonly advanceWidth: number;
}

/** A font of pdfkit as it lays out words. Not in its public types. */
export interface WordFont {
  readonly font: {
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): { readonly advanceWidth: number };
  };
  /** Thousandths of the size in a unit of the font. */
  readonly scale: number;
  layoutRun(text: string, features?: Readonly<Record<string, boolean>>): GlyphRun;
  /** Asked for every word, with the space after it, when no features are given with a text. */
  layoutCached: (word: string) => GlyphRun;
}

/** Inter turns `->` into an arrow and JetBrains Mono `!=` into one sign: evidence is set as it is. */
const NO_LIGATURES = { calt: false, liga: false, clig: false, dlig: false, ccmp: false };

/** Digests, times, addresses and identifiers: there are ever new ones, and nothing is kerned between their characters. */
const IDENTIFIER = /^[\x21-\x7e]*[0-9][\x21-\x7e]* ?$/;

/** Characters of words that are kept: some tens of MB. */
const MAX_KEPT_CHARACTERS = 200_000;

/**
 * Lets a font set every word without ligatures, and lay it out once. pdfkit asks for a word four times to draw it; with features
 * given beside the text it forgets each answer, and shaping words that never come again took most of the time of a long report.
 */
export function setPlainly(font: WordFont): void {
  const words = new Map<string, GlyphRun>();
  const characters = new Map<string, Character>();
  let kept = 0;
  font.layoutCached = (word) => {
    const known = words.get(word);
    if (known !== undefined) return known;
    if (IDENTIFIER.test(word)) return setCharacters(font, word, characters);
    if (kept > MAX_KEPT_CHARACTERS) {
      words.clear();
      kept = 0;
    }
    const laid = font.layoutRun(word, NO_LIGATURES);
    words.set(word, laid);
    kept += word.length;
    return laid;
  };
}

interface Character {
  readonly glyph: unknown;
  readonly position: Readonly<Record<"xAdvance" | "yAdvance" | "xOffset" | "yOffset" | "advanceWidth", number>>;
}

/** One character after the other, each as wide as it is. */
function setCharacters(font: WordFont, word: string, characters: Map<string, Character>): GlyphRun {
  const glyphs: unknown[] = [];
  const positions: unknown[] = [];
  let advanceWidth = 0;
  for (const character of word) {
    let set = characters.get(character);
    if (set === undefined) {
      set = characterOf(font, character);
      characters.set(character, set);
    }
    glyphs.push(set.glyph);
    positions.push(set.position);
    advanceWidth += set.position.xAdvance;
  }
  return { glyphs, positions, advanceWidth };
}

function characterOf({ font, scale }: WordFont, character: string): Character {
  const glyph = font.glyphForCodePoint(character.codePointAt(0) ?? 0);
  const width = glyph.advanceWidth * scale;
  return { glyph, position: { xAdvance: width, yAdvance: 0, xOffset: 0, yOffset: 0, advanceWidth: width } };
}

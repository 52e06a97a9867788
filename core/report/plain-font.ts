/** Glyphs of a text and where each is set. */
interface GlyphRun {
  readonly glyphs: readonly unknown[];
  readonly positions: readonly unknown[];
  /** In thousandths of the size. */
  readonly advanceWidth: number;
}

/** A font of pdfkit as it lays out text. Not in its public types. */
export interface WordFont {
  readonly font: {
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): { readonly advanceWidth: number };
  };
  /** Thousandths of the size in a unit of the font. */
  readonly scale: number;
  layoutRun(text: string, features?: Readonly<Record<string, boolean>>): GlyphRun;
  /** Asked four times for every text that is drawn. */
  layout: (text: string) => GlyphRun;
}

/** Inter turns `->` into an arrow and JetBrains Mono `!=` into one sign: evidence is set as it is. */
const NO_LIGATURES = { calt: false, liga: false, clig: false, dlig: false, ccmp: false };

/** Digests, times, addresses and identifiers: there are ever new ones, and nothing is kerned between their characters. */
const IDENTIFIER = /^[\x21-\x7e]*[0-9][\x21-\x7e]* ?$/;

/** Characters of words that are kept: some tens of MB. */
const MAX_KEPT_CHARACTERS = 200_000;

/**
 * Lets a font set every word without ligatures, and lay it out once. Shaping each text four times, with words that never come
 * again, took most of the time of a long report.
 */
export function setPlainly(font: WordFont): void {
  const layWord = wordLayout(font);
  let last = { text: "", run: joined([]) };
  font.layout = (text) => {
    if (text !== last.text) last = { text, run: joined((text.match(/[^ ]+ ?| /g) ?? []).map(layWord)) };
    return last.run;
  };
}

function joined(runs: readonly GlyphRun[]): GlyphRun {
  const [only] = runs;
  if (only !== undefined && runs.length === 1) return only;
  const glyphs: unknown[] = [];
  const positions: unknown[] = [];
  let advanceWidth = 0;
  for (const run of runs) {
    glyphs.push(...run.glyphs);
    positions.push(...run.positions);
    advanceWidth += run.advanceWidth;
  }
  return { glyphs, positions, advanceWidth };
}

/** Lays out a word with the space after it. */
function wordLayout(font: WordFont): (word: string) => GlyphRun {
  const words = new Map<string, GlyphRun>();
  const characters = new Map<string, Character>();
  let kept = 0;
  return (word) => {
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

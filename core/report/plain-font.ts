/** A font of pdfkit as it lays out words. Not in its public types. */
export interface WordFont {
  readonly font: { hasGlyphForCodePoint(codePoint: number): boolean };
  layoutRun(text: string, features?: Readonly<Record<string, boolean>>): unknown;
  /** Asked for every word, with the space after it, when no features are given with a text. */
  layoutCached: (word: string) => unknown;
}

/** Inter turns `->` into an arrow and JetBrains Mono `!=` into one sign: evidence is set as it is. */
const NO_LIGATURES = { calt: false, liga: false, clig: false, dlig: false, ccmp: false };

/** Characters of words that are kept: some tens of MB. A report of digests has ever new ones. */
const MAX_KEPT_CHARACTERS = 200_000;

/**
 * Lets a font set every word without ligatures, and lay it out once. pdfkit asks for a word four times to draw it; with features
 * given beside the text it forgets each answer, which took four fifths of the time of a report of a thousand records.
 */
export function setPlainly(font: WordFont): void {
  const words = new Map<string, unknown>();
  let kept = 0;
  font.layoutCached = (word) => {
    const known = words.get(word);
    if (known !== undefined) return known;
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

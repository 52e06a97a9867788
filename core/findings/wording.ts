/**
 * Wording of findings and reports: phrases that say more than evidence can, and words of opinion inside a fact. Text in
 * quotation marks or backticks is somebody else's and is left alone, and so are parts of names such as `hack.example.com`.
 */
import { WORDING_RULES, type WordingKind } from "./wording-rules.ts";

/** A phrase to put differently, and where it stands in the text (UTF-16 offsets, end exclusive). */
export interface WordingHit {
  /** Stable kebab-case name of the rule. */
  readonly rule: string;
  /** As it stands in the text. */
  readonly phrase: string;
  readonly start: number;
  readonly end: number;
  readonly instead: string;
}

/** Everything in a text that should be put differently, in order of place; of phrases that overlap the first and longest. */
export function lintWording(text: string, kind: WordingKind): readonly WordingHit[] {
  const own = blankQuotations(text).replace(/\s/g, " ");
  const hits = PATTERNS.filter(({ applies }) => applies.includes(kind))
    .flatMap(({ rule, pattern, instead }) =>
      [...own.matchAll(pattern)].map(({ 0: found, index }) => {
        const end = index + found.length;
        return { rule, phrase: text.slice(index, end), start: index, end, instead };
      }),
    )
    .sort((left, right) => left.start - right.start || right.end - left.end);
  return hits.filter(({ start }, index) => hits.slice(0, index).every(({ end }) => end <= start));
}

/**
 * Whole words in any case. A hyphen is part of a word, so that "self-certified" is one and "certified," is found; a dot, slash,
 * colon or at sign joins the parts of a name.
 */
const PATTERNS = WORDING_RULES.map(({ words, ...rule }) => ({
  ...rule,
  pattern: new RegExp(
    `(?<![\\p{L}\\p{N}_-]|[\\p{L}\\p{N}][./:@])(?:${words.join("|")})(?![\\p{L}\\p{N}_-]|[./:@][\\p{L}\\p{N}])`,
    "giu",
  ),
}));

/** The text with quotations replaced by as many spaces, so that offsets stay. An open quotation is not one. */
function blankQuotations(text: string): string {
  return text.replace(/"[^"\n]*"|“[^”\n]*”|«[^»\n]*»|`[^`\n]*`/g, (quotation) => " ".repeat(quotation.length));
}

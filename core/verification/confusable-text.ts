import { type JsonValue } from "../encoding/strict-json.ts";

/** Invisible and direction-changing characters (Unicode: default ignorable, bidirectional controls). */
const INVISIBLE = /\u034f|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;
/** A word in which Latin letters stand beside Cyrillic or Greek ones, many of which look the same. */
const MIXED_WORD =
  /\p{Script=Latin}[\p{L}\p{M}]*[\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}][\p{L}\p{M}]*\p{Script=Latin}/u;
const ASCII = /^[\0-\x7f]*$/;

/**
 * The first text of a record, name or value, that may be taken for another one: it has invisible characters, mixes
 * alphabets in a word, or spells letters with combining marks that have a letter of their own (NFD for NFC). Undefined when
 * there is none. Precondition: the depth is bounded, as the strict reader's is.
 */
export function confusableText(value: JsonValue): string | undefined {
  if (typeof value === "string") return isConfusable(value) ? value : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (isConfusable(name)) return name;
    const found = confusableText(member);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isConfusable(text: string): boolean {
  if (ASCII.test(text)) return false;
  return INVISIBLE.test(text) || MIXED_WORD.test(text) || text.normalize("NFC") !== text;
}

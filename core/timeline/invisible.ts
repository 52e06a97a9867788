/**
 * Characters that are drawn as nothing, move other characters, or pass for others: C0 and C1 controls except line feed
 * and tab, format characters (zero width, directions, tags), separators other than the plain space, unpaired surrogates,
 * variation selectors, and fillers that render blank.
 */
const INVISIBLE =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class -- these are the characters to be found
  /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0]|[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}|(?! )\p{Zs}/gu;

/** The text with every invisible character written as `\u{…}`, so that what is read is what is there. */
export function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

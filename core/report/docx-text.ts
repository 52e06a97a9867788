import { type IRunOptions, Paragraph, type ParagraphChild, TextRun } from "docx";

import { VERDICT_MARKS } from "./print-theme.ts";
import { escapeInvisible } from "./printable.ts";
import { VERDICT_SIGNS } from "./verdict-signs.ts";

/** How a stretch of text is set, where its style does not say. */
type Voice = Pick<IRunOptions, "bold" | "color" | "style">;

/** Text with its line breaks. What cannot be seen, or cannot stand in XML, is written out. */
export function textRuns(text: string, voice: Voice = {}): readonly TextRun[] {
  return text
    .split("\n")
    .map((line, index) => new TextRun({ ...voice, text: escapeInvisible(line), ...(index > 0 && { break: 1 }) }));
}

/** A paragraph in one of the styles of the document. */
export function styled(style: string, children: readonly ParagraphChild[]): Paragraph {
  return new Paragraph({ style, children });
}

/** A verdict's word with its sign and colour; any other word as it is. */
export function verdictRuns(word: string, voice: Voice = {}): readonly TextRun[] {
  const sign = VERDICT_SIGNS.get(word);
  const ink = VERDICT_MARKS.get(word)?.ink;
  if (sign === undefined || ink === undefined) return textRuns(word, voice);
  return textRuns(`${sign} ${word}`, { ...voice, color: wordColour(ink) });
}

/** A colour of the print theme as Word writes it: six digits. */
export function wordColour(ink: string): string {
  return ink.slice(1).toUpperCase();
}

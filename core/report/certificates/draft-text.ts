import { escapeInvisible } from "../printable.ts";

/** A text for a person to complete, correct and sign. It is no statement of this program. */
export interface CertificateDraft {
  /** File name in certificates/. */
  readonly file: string;
  readonly title: string;
  readonly text: string;
}

const WIDTH = 96;
const BLANK = "[to be completed by the person who signs]";

/** A text a person gave, or a blank for that person. */
export function completed(text: string): string {
  return text.trim() === "" ? BLANK : escapeInvisible(text.trim());
}

/** A draft as plain text: a warning, a title, numbered paragraphs, the place for a signature. UTF-8, LF. */
export function draftText(title: string, paragraphs: readonly string[], closing: readonly string[]): string {
  return [
    "DRAFT: not signed, not checked by a lawyer. The person who signs is answerable for every word of it.",
    "",
    title.toUpperCase(),
    "",
    ...paragraphs.flatMap((paragraph, index) => [...wrapped(`${index + 1}. ${paragraph}`), ""]),
    ...closing.flatMap((line) => [...wrapped(line), ""]),
    "Signature  ______________________________     Date  ____________________",
    "",
  ].join("\n");
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = "   ";
    }
    line = line === "" ? word : `${line}${line === "   " ? "" : " "}${word}`;
  }
  return [...lines, line];
}

import { BorderStyle, type IPropertiesOptions, LevelFormat } from "docx";

import { wordColour } from "./docx-text.ts";
import { INK, LEADING, PAGE, SIZE } from "./print-theme.ts";

/** Lengths in Word count twentieths of a point. */
const TWIPS = 20;
export const FONT = "Arial";
/** A single line of that font, as a share of its size. */
const LINE_OF_FONT = 1.15;
const MONO = "Courier New";

/** The page of the PDF. */
export const WORD_PAGE = {
  size: { width: twips(PAGE.width), height: twips(PAGE.height) },
  margin: {
    top: twips(PAGE.top),
    bottom: twips(PAGE.bottom),
    left: twips(PAGE.left),
    right: twips(PAGE.right),
    header: twips(28),
    footer: twips(24),
  },
} as const;
export const TEXT_TWIPS = WORD_PAGE.size.width - WORD_PAGE.margin.left - WORD_PAGE.margin.right;

/** The theme of the PDF as styles of Word, in fonts that every office program has or replaces by others of their width. */
export const WORD_STYLES: NonNullable<IPropertiesOptions["styles"]> = {
  default: {
    document: {
      run: { font: FONT, size: halfPoints(SIZE.body), color: wordColour(INK.text), language: { value: "en-GB" } },
    },
    title: style("Title", SIZE.title, { after: 6 }),
    heading1: style("heading 1", SIZE.section, { before: 12, after: 4 }),
    heading2: style("heading 2", SIZE.heading, { before: 6, after: 3 }),
  },
  paragraphStyles: [
    {
      id: "Normal",
      name: "Normal",
      quickFormat: true,
      paragraph: { spacing: { after: twips(5), line: Math.round(240 * (LEADING / LINE_OF_FONT)) } },
    },
    // Above a table or a record, with which it stays.
    plain("Caption", "caption", SIZE.small, INK.label, {
      keepNext: true,
      spacing: { before: twips(3), after: twips(2) },
    }),
    plain("Legend", "Legend of a drawing", SIZE.small, INK.label, { spacing: { after: twips(7) } }),
    plain("Cell", "Cell", SIZE.small, INK.text, { spacing: { after: 0 } }),
    plain("CellHead", "Head of a column", SIZE.small, INK.secondary, { keepNext: true, spacing: { after: 0 } }),
    plain("CellLabel", "Label of a field", SIZE.body, INK.label, { spacing: { after: 0 } }),
    plain("CellValue", "Value of a field", SIZE.body, INK.text, { spacing: { after: 0 } }),
    plain("Gap", "Room below a table", 4, INK.text, { spacing: { line: 240, after: twips(2) } }),
    plain("Running", "Head and foot of a page", SIZE.small, INK.label, { spacing: { after: 0 } }),
    { id: "TOC1", name: "toc 1", basedOn: "Normal", paragraph: { spacing: { after: twips(1) } } },
    plain("Note", "Note", SIZE.body, INK.text, framed(INK.strongLine)),
    plain("Warning", "Warning", SIZE.body, INK.text, framed(INK.altered)),
    {
      ...plain("Record", "Bytes of a record", SIZE.mono, INK.text, framed(INK.strongLine)),
      run: { font: MONO, size: halfPoints(SIZE.mono) },
    },
  ],
  characterStyles: [
    { id: "Quiet", name: "Quiet", run: { size: halfPoints(SIZE.small), color: wordColour(INK.label), bold: false } },
    { id: "Mono", name: "Bytes and digests", run: { font: MONO, size: halfPoints(SIZE.mono - 0.5) } },
  ],
};

/** The lists of the report, with the dash that they have in the PDF. */
export const DASHES = "dashes";
export const WORD_LISTS: NonNullable<IPropertiesOptions["numbering"]> = {
  config: [
    {
      reference: DASHES,
      levels: [
        {
          level: 0,
          format: LevelFormat.BULLET,
          text: "–",
          style: { paragraph: { indent: { left: 200, hanging: 200 }, spacing: { after: twips(1.5) } } },
        },
      ],
    },
  ],
};

function style(name: string, size: number, { before = 0, after }: { before?: number; after: number }) {
  return {
    name,
    run: { font: FONT, size: halfPoints(size), bold: true, color: wordColour(INK.text) },
    paragraph: { keepNext: true, spacing: { before: twips(before), after: twips(after), line: 264 } },
  };
}

type ParagraphStyle = NonNullable<NonNullable<IPropertiesOptions["styles"]>["paragraphStyles"]>[number];

function plain(
  id: string,
  name: string,
  size: number,
  ink: string,
  paragraph: NonNullable<ParagraphStyle["paragraph"]>,
): ParagraphStyle {
  return { id, name, basedOn: "Normal", run: { size: halfPoints(size), color: wordColour(ink) }, paragraph };
}

/** A frame with a broad left edge, as notices have it in the PDF. */
function framed(ink: string): NonNullable<ParagraphStyle["paragraph"]> {
  const line = { style: BorderStyle.SINGLE, size: 4, space: 4, color: wordColour(ink) };
  const edge = { ...line, size: 24 };
  // Word draws the frame outside of the text: indents keep it between the margins.
  return { border: { top: line, bottom: line, right: line, left: edge }, indent: { left: 120, right: 120 } };
}

function twips(points: number): number {
  return Math.round(points * TWIPS);
}

/** Word knows sizes of text by half points only. */
function halfPoints(points: number): number {
  return Math.round(points * 2);
}

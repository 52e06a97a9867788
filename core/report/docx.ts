/**
 * The report as a Word document (Office Open XML): a working copy that is not signed, drawn from the model that the PDF and the
 * page for a browser are drawn from. This file loads the `docx` library: import it only when a document is asked for.
 */
import {
  BookmarkEnd,
  BookmarkStart,
  BorderStyle,
  Document,
  Footer,
  Header,
  HeadingLevel,
  type IContext,
  type IXmlableObject,
  InternalHyperlink,
  LeaderType,
  PageNumber,
  PageReference,
  Paragraph,
  type ParagraphChild,
  Tab,
  TableOfContents,
  TabStopType,
  TextRun,
} from "docx";
import { TextWatermark } from "docx/watermarks";

import { type ReportSection } from "../model/report.ts";
import { wordBlock } from "./docx-blocks.ts";
import { packDocument } from "./docx-file.ts";
import { renamed } from "./docx-names.ts";
import { styled, textRuns, wordColour } from "./docx-text.ts";
import { FONT, TEXT_TWIPS, WORD_LISTS, WORD_PAGE, WORD_STYLES } from "./docx-theme.ts";
import { draftNotice, furnitureOf, isDraft, type ReportFacts, reportKeywords } from "./pdf.ts";
import { INK } from "./print-theme.ts";
import { escapeInvisible } from "./printable.ts";

/** Where the text in the middle of a head stands, as a share of the width: the left one is longer. */
const MIDDLE = 0.565;

/** What the Word document needs besides what the PDF needs. */
export interface ReportDocxInput extends ReportFacts {
  /** SHA-256 of the signed report.pdf of the package, lower-case hex. */
  readonly pdfSha256: string;
}

/** Renders a report as a Word document. The same input gives the same bytes; no name of a machine or of its user is in it. */
export async function renderDocx(input: ReportDocxInput): Promise<Uint8Array> {
  const { model, examiner, version } = input;
  let drawn = 0;
  const drawings = (): number => ++drawn;
  const document = new Document({
    styles: WORD_STYLES,
    numbering: WORD_LISTS,
    sections: [
      {
        properties: { page: WORD_PAGE },
        headers: { default: pageHead(input) },
        footers: { default: pageFoot(input) },
        children: [
          new Paragraph({ heading: HeadingLevel.TITLE, children: textRuns(model.title) }),
          styled("Warning", textRuns(workingCopyNotice(input))),
          ...(isDraft(model) ? [styled("Warning", textRuns(draftNotice(model)))] : []),
          contents(model.sections),
          ...model.sections.flatMap((section) => [
            sectionHeading(section),
            ...section.blocks.flatMap((block, index, all) => wordBlock(block, all[index + 1], drawings)),
          ]),
        ],
      },
    ],
  });
  return packDocument(document, {
    title: `${model.title} (${model.reportId})`,
    author: examiner,
    keywords: reportKeywords(input),
    date: new Date(model.issuedAt),
    producer: `Assay ${version}`,
  });
}

function workingCopyNotice({ model: { reportId }, pdfSha256 }: ReportDocxInput): string {
  return `UNSIGNED WORKING COPY of report ${reportId}. Anybody can change this document without leaving a trace. What was signed is report.pdf of the same package, SHA-256 ${pdfSha256}; where the two differ, that one counts. A letter that this system has no font for shows as an empty box here; report.pdf has its code point.`;
}

/** The sections with the pages they begin on, which are not known here: a field that Word offers to fill in when it opens the document. */
function contents(sections: readonly ReportSection[]): TableOfContents {
  const entries = sections.map((section) => {
    const { anchor, title } = headingOf(section);
    const page = new PageReference(anchor, { hyperlink: true });
    const link = new InternalHyperlink({
      anchor,
      children: [...textRuns(title), new TextRun({ children: [new Tab()] }), page],
    });
    const tab = { type: TabStopType.RIGHT, position: TEXT_TWIPS, leader: LeaderType.NONE };
    return new Paragraph({ style: "TOC1", tabStops: [tab], children: [link] });
  });
  return new TableOfContents("Contents", {
    hyperlink: true,
    headingStyleRange: "1-1",
    contentChildren: entries,
  });
}

/** The library counts its own bookmarks through all documents that it writes; these are the same in each. */
function sectionHeading(section: ReportSection): Paragraph {
  const { number } = section;
  const { anchor, title } = headingOf(section);
  const paragraph = new Paragraph({ heading: HeadingLevel.HEADING_1 });
  for (const child of [new BookmarkStart(anchor, number), ...textRuns(title), new BookmarkEnd(number)]) {
    paragraph.addChildElement(child);
  }
  return paragraph;
}

function headingOf({ number, heading }: ReportSection): { readonly anchor: string; readonly title: string } {
  return { anchor: `section_${number}`, title: `${number} ${heading}` };
}

/** The head of a page, as the PDF has it; a draft is marked across the page, too. */
function pageHead(input: ReportDocxInput): Header {
  const [left, middle, right] = furnitureOf(input, `report ${input.model.reportId}`).head;
  const mark = isDraft(input.model) ? [new DraftMark()] : [];
  const line = [...textRuns(left), columnRun(middle), columnRun(right), ...mark];
  return new Header({ children: [runningLine(line, "bottom")] });
}

/** DRAFT across the page, below its text. */
class DraftMark extends TextWatermark {
  constructor() {
    super({ text: "DRAFT", font: FONT, color: wordColour(INK.draft), opacity: 1 });
  }

  override prepForXml(context: IContext): IXmlableObject {
    // Word finds its marks by the beginning of the name.
    return renamed(super.prepForXml(context), /("PowerPlusWaterMarkObject)[^"]*"/, (start) => `${start}1"`);
  }
}

function pageFoot(input: ReportDocxInput): Footer {
  const [left, middle] = furnitureOf(input, "").foot;
  const count = new TextRun({ children: [new Tab(), "Page ", PageNumber.CURRENT, " of ", PageNumber.TOTAL_PAGES] });
  const line = [...textRuns(left), columnRun(`${middle}, unsigned working copy`), count];
  return new Footer({ children: [runningLine(line, "top")] });
}

function columnRun(text: string): TextRun {
  return new TextRun({ children: [new Tab(), escapeInvisible(text.replaceAll("\n", " "))] });
}

/** Texts at the left, in the middle and at the right, ruled on the side of the page's text. */
function runningLine(children: readonly ParagraphChild[], ruled: "top" | "bottom"): Paragraph {
  return new Paragraph({
    style: "Running",
    children,
    tabStops: [
      { type: TabStopType.CENTER, position: Math.round(TEXT_TWIPS * MIDDLE) },
      { type: TabStopType.RIGHT, position: TEXT_TWIPS },
    ],
    border: { [ruled]: { style: BorderStyle.SINGLE, size: 4, space: 3, color: wordColour(INK.strongLine) } },
  });
}

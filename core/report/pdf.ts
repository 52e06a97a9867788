import { type ReportBlock, type ReportModel, type ReportSection } from "../model/report.ts";
import { annexTitle, type ReportAnnex } from "./annexes.ts";
import { printBlock, printSectionHeading } from "./print-blocks.ts";
import { INK, LEADING, PAGE, SIZE, TEXT_WIDTH } from "./print-theme.ts";
import { type Furniture } from "./page-furniture.ts";
import { Sheet } from "./sheet.ts";
import { lineWidth } from "./typesetter.ts";

/** A report, and what ties a document of it to the other files of its package. */
export interface ReportFacts {
  readonly model: ReportModel;
  /** SHA-256 of findings.json, lower-case hex; its beginning is printed on every page. */
  readonly findingsSha256: string;
  /** The custody record up to which the report speaks. */
  readonly custody: { readonly seq: number; readonly head: string };
  readonly examiner: string;
  /** Version of the program, as printed. */
  readonly version: string;
}

/** What a report needs to become a PDF. */
export interface ReportPdfInput extends ReportFacts {
  /** Embedded byte for byte. */
  readonly findingsJson: Uint8Array;
}

/**
 * Renders a report as a tagged, unsigned PDF that embeds findings.json. The same input gives the same bytes: dates
 * are the report's, the document id is derived from them, and fonts come from the program.
 */
export async function renderReport(input: ReportPdfInput): Promise<Uint8Array> {
  const { model } = input;
  const sheet = sheetOf(input, `${model.title} (${model.reportId})`);
  printTitle(sheet, model);
  const pages = new Map<ReportSection, number>();
  printContents(sheet, model.sections, pages);
  for (const section of model.sections) {
    printPart(sheet, `${section.number} ${section.heading}`, section.blocks, () => pages.set(section, sheet.page));
  }
  const date = new Date(model.issuedAt);
  sheet.attach("findings.json", input.findingsJson, "Machine-readable findings of this report", date);
  return sheet.finish(furnitureOf(input, `report ${model.reportId}`));
}

/** Renders an annex of the report as a tagged, unsigned PDF, reproducible like the report. */
export async function renderAnnex(input: ReportPdfInput, annex: ReportAnnex): Promise<Uint8Array> {
  const { model } = input;
  const title = annexTitle(model, annex);
  const sheet = sheetOf(input, `${title}: ${model.title}`);
  sheet.flow("H1", sheet.type.lines(title, "strong", SIZE.title, TEXT_WIDTH), PAGE.left, SIZE.title, INK.text);
  sheet.y += 6;
  printBlock(sheet, { kind: "paragraph", text: `${annex.title}. Part of report.pdf, ${model.title}.` });
  for (const { heading, blocks } of annex.parts) printPart(sheet, heading, blocks);
  return sheet.finish(furnitureOf(input, `report ${model.reportId}, annex ${annex.number}`));
}

function printPart(sheet: Sheet, heading: string, blocks: readonly ReportBlock[], begun?: () => void): void {
  sheet.within("Sect", {}, () => {
    printSectionHeading(sheet, heading, blocks);
    begun?.();
    blocks.forEach((block, index) => printBlock(sheet, block, blocks[index + 1]));
  });
}

const CONTENTS_GAP = 24;
const CONTENTS_LEADING = SIZE.body * LEADING + 1.5;

/** The sections in two columns, with the pages they begin on, which are known at the end. */
function printContents(
  sheet: Sheet,
  sections: readonly ReportSection[],
  pages: ReadonlyMap<ReportSection, number>,
): void {
  const inColumn = Math.ceil(sections.length / 2);
  const width = (TEXT_WIDTH - CONTENTS_GAP) / 2;
  sheet.leaveRoom("TOC", inColumn * CONTENTS_LEADING + 4, () => {
    const { y } = sheet;
    sections.forEach((section, index) => {
      const left = PAGE.left + (index < inColumn ? 0 : width + CONTENTS_GAP);
      const top = y + (index % inColumn) * CONTENTS_LEADING;
      const page = sheet.type.fitting(String(pages.get(section) ?? ""), "regular", SIZE.body, width);
      const heading = sheet.type.fitting(`${section.number} ${section.heading}`, "regular", SIZE.body, width - 24);
      sheet.within("TOCI", {}, () =>
        sheet.marked("TOCI", () => {
          sheet.drawLine(heading, left, top, SIZE.body, INK.text);
          sheet.drawLine(page, left + width - lineWidth(page), top, SIZE.body, INK.label);
        }),
      );
    });
  });
}

function sheetOf(input: ReportPdfInput, title: string): Sheet {
  return new Sheet(
    {
      title,
      author: input.examiner,
      keywords: reportKeywords(input),
      date: new Date(input.model.issuedAt),
      producer: `Assay ${input.version}`,
    },
    isDraft(input.model),
  );
}

/** Head and foot of the pages of a part of the report, such as "report R1". */
export function furnitureOf({ model, findingsSha256, custody, version }: ReportFacts, part: string): Furniture {
  return {
    head: [
      `${model.caseId === "" ? "no case id" : model.caseId}, ${part}`,
      [isDraft(model) ? "DRAFT" : "", model.classification].filter((word) => word !== "").join(" · "),
      model.organisation,
    ],
    foot: [
      `findings ${findingsSha256.slice(0, 8)}  custody ${custody.seq} ${custody.head.slice(0, 8)}`,
      `Assay ${version}`,
    ],
  };
}

/** Whether a person must still give something. */
export function isDraft({ missing }: ReportModel): boolean {
  return missing.length > 0;
}

/** What ties a PDF to the other files of its package, as the key words that every reader of PDF shows. */
export function reportKeywords({ findingsSha256, custody }: Pick<ReportFacts, "findingsSha256" | "custody">): string {
  return `findings-sha256:${findingsSha256} custody:${custody.seq}:${custody.head}`;
}

function printTitle(sheet: Sheet, model: ReportModel): void {
  sheet.flow("H1", sheet.type.lines(model.title, "strong", SIZE.title, TEXT_WIDTH), PAGE.left, SIZE.title, INK.text);
  sheet.y += 6;
  if (isDraft(model)) printBlock(sheet, { kind: "paragraph", emphasis: "warning", text: draftNotice(model) });
}

/** What the first page of a draft says. */
export function draftNotice({ missing }: ReportModel): string {
  const items = missing.map((item) => `${item.section}: ${item.what}`).join("; ");
  return `DRAFT. This report is not complete and must not be issued. What a person must still give – ${items}.`;
}

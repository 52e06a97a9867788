import { type ReportModel } from "../model/report.ts";
import { type ReportAnnex } from "./annexes.ts";
import { printBlock, printSectionHeading } from "./print-blocks.ts";
import { INK, PAGE, SIZE, TEXT_WIDTH } from "./print-theme.ts";
import { type Furniture, Sheet } from "./sheet.ts";

/** What a report needs besides its model to become a PDF. */
export interface ReportPdfInput {
  readonly model: ReportModel;
  /** Embedded byte for byte. */
  readonly findingsJson: Uint8Array;
  /** SHA-256 of `findingsJson`, lower-case hex; its beginning is printed on every page. */
  readonly findingsSha256: string;
  /** The custody record up to which the report speaks. */
  readonly custody: { readonly seq: number; readonly head: string };
  readonly examiner: string;
  readonly organisation: string;
  /** Version of the program, as printed. */
  readonly version: string;
}

/**
 * Renders a report as a tagged, unsigned PDF that embeds findings.json. The same input gives the same bytes: dates
 * are the report's, the document id is derived from them, and fonts come from the program.
 */
export async function renderReport(input: ReportPdfInput): Promise<Uint8Array> {
  const { model } = input;
  const sheet = sheetOf(input, `${model.title} (${model.reportId})`);
  printTitle(sheet, model);
  for (const section of model.sections) {
    sheet.within("Sect", {}, () => {
      printSectionHeading(sheet, `${section.number} ${section.heading}`);
      section.blocks.forEach((block, index) => printBlock(sheet, block, section.blocks[index + 1]));
    });
  }
  const date = new Date(model.issuedAt);
  sheet.attach("findings.json", input.findingsJson, "Machine-readable findings of this report", date);
  return sheet.finish(furnitureOf(input, `report ${model.reportId}`));
}

/** Renders an annex of the report as a tagged, unsigned PDF, reproducible like the report. */
export async function renderAnnex(input: ReportPdfInput, { number, parts }: ReportAnnex): Promise<Uint8Array> {
  const { model } = input;
  const title = `Annex ${number} to report ${model.reportId}`;
  const sheet = sheetOf(input, `${title}: ${model.title}`);
  sheet.flow("H1", sheet.type.lines(title, "strong", SIZE.title, TEXT_WIDTH), PAGE.left, SIZE.title, INK.text);
  sheet.y += 6;
  printBlock(sheet, { kind: "paragraph", text: `Further rows of tables in report.pdf, ${model.title}.` });
  for (const { heading, table } of parts) {
    sheet.within("Sect", {}, () => {
      printSectionHeading(sheet, heading);
      printBlock(sheet, table);
    });
  }
  return sheet.finish(furnitureOf(input, `report ${model.reportId}, annex ${number}`));
}

function sheetOf(input: ReportPdfInput, title: string): Sheet {
  return new Sheet({
    title,
    author: input.examiner,
    keywords: reportKeywords(input),
    date: new Date(input.model.issuedAt),
    producer: `Assay ${input.version}`,
    draft: isDraft(input.model),
  });
}

function furnitureOf(
  { model, organisation, findingsSha256, custody, version }: ReportPdfInput,
  part: string,
): Furniture {
  return {
    head: [
      `${model.caseId === "" ? "no case id" : model.caseId}, ${part}`,
      [isDraft(model) ? "DRAFT" : "", model.classification].filter((word) => word !== "").join(" · "),
      organisation,
    ],
    foot: [
      `findings ${findingsSha256.slice(0, 8)}  custody ${custody.seq} ${custody.head.slice(0, 8)}`,
      `Assay ${version}`,
    ],
  };
}

function isDraft({ missing }: ReportModel): boolean {
  return missing.length > 0;
}

/** What ties a PDF to the other files of its package, as the key words that every reader of PDF shows. */
export function reportKeywords({
  findingsSha256,
  custody,
}: Pick<ReportPdfInput, "findingsSha256" | "custody">): string {
  return `findings-sha256:${findingsSha256} custody:${custody.seq}:${custody.head}`;
}

function printTitle(sheet: Sheet, model: ReportModel): void {
  sheet.flow("H1", sheet.type.lines(model.title, "strong", SIZE.title, TEXT_WIDTH), PAGE.left, SIZE.title, INK.text);
  sheet.y += 6;
  if (!isDraft(model)) return;
  const items = model.missing.map((item) => `${item.section}: ${item.what}`).join("; ");
  printBlock(sheet, {
    kind: "paragraph",
    emphasis: "warning",
    text: `DRAFT. This report is not complete and must not be issued. What a person must still give – ${items}.`,
  });
}

import { type ReportModel } from "../model/report.ts";
import { printBlock, printSectionHeading } from "./print-blocks.ts";
import { INK, PAGE, SIZE, TEXT_WIDTH } from "./print-theme.ts";
import { Sheet } from "./sheet.ts";

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
  const date = new Date(model.issuedAt);
  const draft = model.missing.length > 0;
  const sheet = new Sheet({
    title: `${model.title} (${model.reportId})`,
    author: input.examiner,
    keywords: reportKeywords(input),
    date,
    producer: `Assay ${input.version}`,
    draft,
  });
  printTitle(sheet, model, draft);
  for (const section of model.sections) {
    sheet.within("Sect", {}, () => {
      printSectionHeading(sheet, `${section.number} ${section.heading}`);
      for (const block of section.blocks) printBlock(sheet, block);
    });
  }
  sheet.attach("findings.json", input.findingsJson, "Machine-readable findings of this report", date);
  return sheet.finish({
    head: [
      `${model.caseId === "" ? "no case id" : model.caseId}, report ${model.reportId}`,
      [draft ? "DRAFT" : "", model.classification].filter((word) => word !== "").join(" · "),
      input.organisation,
    ],
    foot: [
      `findings ${input.findingsSha256.slice(0, 8)}  custody ${input.custody.seq} ${input.custody.head.slice(0, 8)}`,
      `Assay ${input.version}`,
    ],
  });
}

/** What ties a PDF to the other files of its package, as the key words that every reader of PDF shows. */
export function reportKeywords({
  findingsSha256,
  custody,
}: Pick<ReportPdfInput, "findingsSha256" | "custody">): string {
  return `findings-sha256:${findingsSha256} custody:${custody.seq}:${custody.head}`;
}

function printTitle(sheet: Sheet, model: ReportModel, draft: boolean): void {
  sheet.flow("H1", sheet.type.lines(model.title, "strong", SIZE.title, TEXT_WIDTH), PAGE.left, SIZE.title, INK.text);
  sheet.y += 6;
  if (!draft) return;
  const items = model.missing.map((item) => `${item.section}: ${item.what}`).join("; ");
  printBlock(sheet, {
    kind: "paragraph",
    emphasis: "warning",
    text: `DRAFT. This report is not complete and must not be issued. What a person must still give – ${items}.`,
  });
}

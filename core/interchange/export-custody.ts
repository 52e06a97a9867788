/** The custody of a case as CASE/UCO JSON-LD in a file of its own, with a manifest like every export. */
import { type CaseFile } from "../casefile/case-file.ts";
import { type CustodyJournal } from "../casefile/custody-journal.ts";
import { caseDocument } from "./case-uco.ts";
import { completeExport } from "./complete-export.ts";
import { assertNewExport } from "./export-manifest.ts";
import { type ExportOrder, type ExportResult } from "./export-order.ts";
import { Output } from "./output-file.ts";

/** What to write; the journal is the one that is exported. */
export type CustodyOrder = Omit<ExportOrder, "format" | "journal"> & { readonly journal: CustodyJournal };

/** Writes the journal as it is before this export. Throws `file-exists` (usage). */
export async function exportCustody(caseFile: CaseFile, order: CustodyOrder): Promise<ExportResult> {
  await assertNewExport(order.out);
  const { journal } = order;
  const output = await Output.create(order.out);
  try {
    const entries = await journal.entries(0, journal.length);
    const details = await caseFile.details();
    const document = caseDocument({ details, exhibits: caseFile.exhibits, entries, head: journal.head });
    await output.write(`${JSON.stringify(document, null, 2)}\n`);
    const main = await output.finish();
    const rows = entries.length;
    const written = { rows, undated: 0, files: [{ ...main, rows }], main };
    return await completeExport(caseFile, { ...order, format: { name: "case" } }, written);
  } catch (error) {
    await output.discard();
    throw error;
  }
}

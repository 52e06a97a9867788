/** The custody of a case as CASE/UCO JSON-LD in a file of its own, with a manifest like every export. */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";

import { type CaseFile } from "../casefile/case-file.ts";
import { type CustodyJournal } from "../casefile/custody-journal.ts";
import { Problem } from "../model/problem.ts";
import { caseDocument } from "./case-uco.ts";
import { writeManifest } from "./export-manifest.ts";
import { type ExportOrder, type ExportResult } from "./export-order.ts";

/** What to write; the journal is the one that is exported. */
export type CustodyOrder = Omit<ExportOrder, "format" | "journal"> & { readonly journal: CustodyJournal };

/** Writes the journal as it is before this export. Throws `file-exists` (usage). */
export async function exportCustody(caseFile: CaseFile, order: CustodyOrder): Promise<ExportResult> {
  const { journal, out } = order;
  const entries = await journal.entries(0, journal.length);
  const details = await caseFile.details();
  const document = caseDocument({ details, exhibits: caseFile.exhibits, entries, head: journal.head });
  const bytes = Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
  await writeFile(out, bytes, { flag: "wx" }).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    const message = "expected the name of a new file, found something there";
    throw new Problem("usage", "file-exists", message, { file: out }, { cause: error });
  });
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const files = [{ name: basename(out), rows: entries.length, bytes: bytes.length, sha256 }];
  const manifest = await writeManifest({ ...order, format: { name: "case" } }, caseFile, files);
  await journal.append({
    action: "custody.exported",
    params: { format: "case" },
    result: { files: files.map(({ name, rows, sha256: digest }) => ({ name, rows, sha256: digest })) },
  });
  return { format: "case", rows: entries.length, undated: 0, files, manifest };
}

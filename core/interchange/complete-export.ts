import { type CaseFile } from "../casefile/case-file.ts";
import { removeManifest, writeManifest } from "./export-manifest.ts";
import { type ExportOrder, type ExportResult, type ManifestFile, type WrittenFile } from "./export-order.ts";

/** The files of an export, each on the disk under its own name. */
export interface WrittenExport {
  readonly rows: number;
  /** Events in a file of their own, because the format has no place for them. */
  readonly undated: number;
  readonly files: readonly ManifestFile[];
  /** What stands for the export in lists: the file that was asked for; undefined where that is a folder. */
  readonly main: WrittenFile | undefined;
  readonly remark?: string | undefined;
}

/** What is left of an order when its files are written. */
type WrittenOrder = Omit<ExportOrder, "format"> & { readonly format: { readonly name: string } };

/** Ends an export: writes its manifest, then its entry in the journal. Throws `file-exists` (usage). */
export async function completeExport(
  caseFile: CaseFile,
  order: WrittenOrder,
  { rows, undated, files, main, remark }: WrittenExport,
): Promise<ExportResult> {
  const format = order.format.name;
  const manifest = await writeManifest(order, caseFile, files);
  const { name, bytes, sha256 } = main ?? manifest;
  try {
    await order.journal.append({
      action: format === "case" ? "custody.exported" : "events.exported",
      object: { id: format, label: name, bytes, sha256 },
      params: { format, ...(format === "case" ? {} : { query: order.question.query }) },
      result: {
        rows,
        undated,
        files: files.map((file) => ({ name: file.name, rows: file.rows, sha256: file.sha256 })),
        manifest: { name: manifest.name, sha256: manifest.sha256 },
      },
    });
  } catch (error) {
    await removeManifest(order.out);
    throw error;
  }
  return { format, rows, undated, files, manifest: manifest.name, ...(remark === undefined ? {} : { remark }) };
}

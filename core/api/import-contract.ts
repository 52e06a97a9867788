import { z } from "zod";

import { type ImportResult } from "../model/exhibit.ts";
import { type EvidenceLook, type MappingPreview } from "../model/import-preview.ts";
import { type InterruptedImport } from "../model/interrupted-import.ts";
import { type Progress } from "../model/progress.ts";
import { operation } from "./operation.ts";

/** The number that `import.look` gave a piece of evidence. */
export const lookNumber = z.number().int().min(1);
/** A mapping as YAML; longer ones are told as a fault. */
export const mappingText = z.string().max(300_000);

/** What a window asks before evidence is imported, and what it does with an import that did not end. */
export const importOperations = {
  "import.look": operation<EvidenceLook>()(z.strictObject({ grant: z.string().min(1).max(200) })),
  "import.preview": operation<MappingPreview>()(z.strictObject({ look: lookNumber, mapping: mappingText })),
  /** The import of the open case that was interrupted; null while one runs. */
  "import.interrupted": operation<InterruptedImport | null>()(z.undefined()),
  /** Goes on with it, of the evidence where it was read from, or where the examiner says that it lies now. */
  "import.finish": operation<ImportResult, Progress>()(
    z.strictObject({ grant: z.string().min(1).max(200).nullable() }),
  ),
  /** Takes back what it left in the case. */
  "import.discard": operation<null>()(z.undefined()),
};

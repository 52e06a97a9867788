import { z } from "zod";

import { type EvidenceLook, type MappingPreview } from "../model/import-preview.ts";
import { operation } from "./operation.ts";

/** The number that `import.look` gave a piece of evidence. */
export const lookNumber = z.number().int().min(1);
/** A mapping as YAML; longer ones are told as a fault. */
export const mappingText = z.string().max(300_000);

/** What a window asks before evidence is imported: what it seems to be, and what a mapping would make of it. */
export const importOperations = {
  "import.look": operation<EvidenceLook>()(z.strictObject({ grant: z.string().min(1).max(200) })),
  "import.preview": operation<MappingPreview>()(z.strictObject({ look: lookNumber, mapping: mappingText })),
};

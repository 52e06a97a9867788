import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import packageJson from "../../package.json" with { type: "json" };

/** Which Assay this is: its version, and the SHA-256 of the program file that runs. */
export const PROGRAM: { readonly version: string; readonly build: string } = {
  version: packageJson.version,
  build: createHash("sha256")
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest("hex"),
};

import { realpath } from "node:fs/promises";
import { basename, resolve } from "node:path";

import { Problem, quote } from "../model/problem.ts";
import { holdsCase, withSeparator } from "./case-folder.ts";

/**
 * Evidence is no case, whose journal and copies would become records, and does not hold the case that it is imported into,
 * which grows meanwhile. Throws `case-as-evidence` (refused) and `case-in-evidence` (usage).
 */
export async function assertPlaceOfEvidence(path: string, caseRoot: string): Promise<void> {
  // Where there is nothing, opening it says so.
  const place = await realpath(path).catch(() => path);
  const file = basename(resolve(path));
  if (await holdsCase(place)) {
    const message = `${quote(file)} is a case, and no evidence`;
    throw new Problem("refused", "case-as-evidence", message, { file, expected: "evidence", found: "a case" });
  }
  if (caseRoot.startsWith(withSeparator(place))) {
    const expected = "a case outside of the evidence";
    const message = `importing ${quote(file)}: expected ${expected}, found it inside`;
    throw new Problem("usage", "case-in-evidence", message, { file: caseRoot, expected, found: "one inside" });
  }
}

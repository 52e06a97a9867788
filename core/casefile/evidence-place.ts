import { realpath } from "node:fs/promises";
import { basename, resolve } from "node:path";

import { type Container, type ContainerLimits } from "../bundle/container.ts";
import { openContainer } from "../bundle/open-container.ts";
import { Problem, quote } from "../model/problem.ts";
import { holdsCase, withSeparator } from "./case-folder.ts";

/** Evidence is no case, whose journal and copies would pass for records. Throws `case-as-evidence` (refused). */
async function assertNoCase(path: string): Promise<void> {
  if (!(await holdsCase(path))) return;
  const file = basename(resolve(path));
  const message = `${quote(file)} is a case, and no evidence`;
  throw new Problem("refused", "case-as-evidence", message, { file, expected: "evidence", found: "a case" });
}

/** As {@link openContainer}, for evidence: throws `case-as-evidence` (refused), too. */
export async function openEvidence(path: string, limits?: ContainerLimits): Promise<Container> {
  await assertNoCase(path);
  return openContainer(path, limits);
}

/**
 * Evidence is no case, and does not hold the one that it is imported into, which grows meanwhile. Throws `case-as-evidence`
 * (refused) and `case-in-evidence` (usage).
 */
export async function assertPlaceOfEvidence(path: string, caseRoot: string): Promise<void> {
  await assertNoCase(path);
  // Where there is nothing, opening it says so.
  const place = await realpath(path).catch(() => path);
  const file = basename(resolve(path));
  if (caseRoot.startsWith(withSeparator(place))) {
    const expected = "a case outside of the evidence";
    const message = `importing ${quote(file)}: expected ${expected}, found it inside`;
    throw new Problem("usage", "case-in-evidence", message, { file: caseRoot, expected, found: "one inside" });
  }
}

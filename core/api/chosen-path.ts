import { stat } from "node:fs/promises";
import { basename } from "node:path";

import { CASE_SUFFIX, holdsCase } from "../casefile/case-folder.ts";
import { type ChosenKind } from "../model/chosen-kind.ts";
import { isFindingsPackage } from "../report/package-reading.ts";

/**
 * What was chosen, by what it holds. Of a folder only the name may say that it is a case: opening it then tells what is
 * missing, where evidence would be made of what is left.
 */
export async function kindOfChosen(path: string): Promise<ChosenKind> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return "new";
  if (await isFindingsPackage(path)) return "package";
  if (!found.isDirectory()) return "file";
  return CASE_SUFFIX.test(basename(path)) || (await holdsCase(path)) ? "case" : "folder";
}

import { type CaseSession } from "../casefile/case-session.ts";
import { type LongWork } from "../model/progress.ts";
import { detectsOnImport } from "./detection-settings.ts";
import { readOwnRules } from "./own-rules.ts";
import { PACK } from "./pack.ts";
import { type RuleFile } from "./read-rules.ts";
import { runRules } from "./run-rules.ts";

/** The rules of a case: those that ship and those that the analyst keeps in it. */
export async function rulesOfCase({ caseFile }: Pick<CaseSession, "caseFile">): Promise<readonly RuleFile[]> {
  return [...PACK, ...(await readOwnRules(caseFile))];
}

/** Runs the rules of a case after an import, where that is switched on. */
export async function detectAfterImport(
  session: Pick<CaseSession, "caseFile" | "custody">,
  work: LongWork,
): Promise<void> {
  if (await detectsOnImport(session.caseFile)) await runRules(session, await rulesOfCase(session), work);
}

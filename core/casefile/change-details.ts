import { canonicalJson } from "../encoding/canonical-json.ts";
import { type CaseDetails } from "../model/case-details.ts";
import { writeCaseDetails } from "./case-detail-table.ts";
import { type CaseSession } from "./case-session.ts";

/** Changes what a human states about the case; the journal names the fields that differ, and says nothing when none does. */
export async function changeCaseDetails(
  { caseFile, custody }: Pick<CaseSession, "caseFile" | "custody">,
  details: CaseDetails,
): Promise<void> {
  const before = new Map(Object.entries(await caseFile.details()));
  const fields = Object.entries(details)
    .filter(([field, value]) => canonicalJson(value) !== canonicalJson(before.get(field)))
    .map(([field]) => field)
    .sort();
  if (fields.length === 0) return;
  await caseFile.transaction(async (session) => {
    await custody.append({ action: "case.details-set", object: { id: "case" }, params: { fields } });
    await writeCaseDetails(session, details);
  });
}

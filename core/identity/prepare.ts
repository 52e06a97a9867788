import { type CaseFile } from "../casefile/case-file.ts";
import { type LongWork } from "../model/progress.ts";
import { prepareReach } from "./reach.ts";
import { resolveIdentities } from "./resolve.ts";

/** What a query asks of identities: texts that it compares the fields of these names with. */
interface IdentityTerms {
  readonly identity: readonly string[];
  readonly evidence: readonly string[];
  readonly reach: readonly string[];
}

/**
 * Makes ready what a query asks of identities; nothing for one that does not. `resolve` brings identities up to date.
 * Throws what {@link prepareReach} throws.
 */
export async function prepareTerms(
  caseFile: CaseFile,
  terms: IdentityTerms,
  work: LongWork,
  resolve: (work: LongWork) => Promise<unknown> = (itsWork) => resolveIdentities(caseFile, itsWork),
): Promise<void> {
  if (terms.identity.length + terms.evidence.length + terms.reach.length === 0) return;
  await resolve(work);
  for (const text of terms.reach) await prepareReach(caseFile, text, work.signal);
}

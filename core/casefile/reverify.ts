import { access } from "node:fs/promises";

import { locateBundle } from "../bundle/bundle-reader.ts";
import { type Container } from "../bundle/container.ts";
import { openContainer } from "../bundle/open-container.ts";
import { present } from "../model/assert.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { Problem } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type BundleVerdict, type VerifyResult } from "../model/verdict.ts";
import { withRemarks } from "../verification/archive-remarks.ts";
import { type SealedLogJudgement } from "../verification/sealed-log.ts";
import { verifyBundleOutline } from "../verification/verify-bundle.ts";
import { type CustodyAct } from "./custody-journal.ts";
import { parseExhibitLabel } from "./exhibit-table.ts";
import { type ImportTarget } from "./finish-import.ts";
import { hashOriginal } from "./hash-original.ts";
import { textOf } from "./row.ts";
import { markRows, provenRows, type ProvenRows } from "./row-verdicts.ts";
import { poolFor } from "./segment-pool.ts";
import { keepSignedLeaves } from "./signed-leaves.ts";
import { sql } from "./sql.ts";
import { rememberLog, sealedLogMeans, type Trust } from "./trust.ts";
import { verifyForeign } from "./verify-foreign.ts";

/**
 * Verifies the original of an exhibit again, under what is pinned now, and gives its rows the verdict that
 * follows. Evidence without a proof keeps the result it has.
 *
 * Throws `no-such-exhibit` (usage), `original-missing` (machine), `original-changed` and `changed-while-reading`
 * (refused) and `cancelled`.
 */
export async function reverifyExhibit(
  target: ImportTarget,
  exhibitId: string,
  trust: Trust,
  work: LongWork,
): Promise<VerifyResult> {
  const { caseFile, custody } = target;
  const exhibit = caseFile.exhibits.find(({ id }) => id === exhibitId);
  const number = parseExhibitLabel(exhibitId);
  if (!exhibit || number === undefined) {
    throw new Problem("usage", "no-such-exhibit", `verifying again: expected an exhibit of the case, got ${exhibitId}`);
  }
  const path = await originalPath(target, exhibit, number);
  const { id, label, byteLength, sha256 } = exhibit;
  const entry = (verdict: BundleVerdict, found: string): CustodyAct => ({
    action: "bundle.re-verified",
    object: { id, label, bytes: byteLength, sha256 },
    result: { verdict, before: exhibit.verdict, sha256: found, match: found === sha256 },
  });
  const container = await openContainer(path);
  let result: VerifyResult | undefined;
  let proven: ProvenRows | undefined;
  let sealed: SealedLogJudgement | undefined;
  try {
    const now = await hashOriginal(container, path, { signal: work.signal });
    if (now.sha256 !== sha256) {
      await custody.append(entry("refused", now.sha256));
      throw changed(exhibit, now.sha256);
    }
    sealed = await verifySealed(container, trust, work);
    await rememberLog(trust, sealed?.pinnedStates ?? []);
    const foreign = sealed ? undefined : await verifyForeign(container, trust, work);
    await container.assertUnchanged?.();
    const judged = (sealed ?? foreign)?.result;
    result = judged && withRemarks(judged, container);
    proven = provenRows(locateBundle(container) ?? "", sealed, foreign);
  } finally {
    await container.close();
  }
  if (result && proven) {
    const verification = result;
    if (!sealed?.recordsAreSigned && proven.signedLeaves)
      await keepSignedLeaves(caseFile.folder, number, proven.signedLeaves);
    const marks = proven;
    const files = caseFile.files.filter((file) => file.exhibit === number);
    const { firstSeq, records } = exhibit;
    await caseFile.transaction(async (session) => {
      await custody.append(entry(verification.verdict, sha256));
      await session.run(sql`DELETE FROM row_verdict WHERE seq >= ${firstSeq} AND seq < ${firstSeq + records}`);
      await markRows(session, { exhibit: number, firstSeq, files }, marks);
      await session.run(sql`UPDATE exhibit SET verdict = ${verification.verdict}, verification = ${JSON.stringify(verification)}
        WHERE id = ${number}`);
    });
    await caseFile.refreshEvidence();
  } else {
    await custody.append(entry(exhibit.verification.verdict, sha256));
  }
  return result ?? exhibit.verification;
}

/** Undefined for evidence that is no sealed log. */
async function verifySealed(
  container: Container,
  trust: Trust,
  work: LongWork,
): Promise<SealedLogJudgement | undefined> {
  const pool = poolFor(container);
  const means = { ...sealedLogMeans(trust), readSegments: pool?.read };
  // Where they are not, the leaves that were signed are kept with the exhibit.
  const isEnough = ({ recordsAreSigned }: SealedLogJudgement): boolean => recordsAreSigned;
  return verifyBundleOutline(container, means, work, { isEnough }).finally(() => pool?.close());
}

async function originalPath({ caseFile }: ImportTarget, exhibit: Exhibit, number: number): Promise<string> {
  const [row] = await caseFile.query(sql`SELECT original_path FROM exhibit WHERE id = ${number}`);
  const path = textOf(present(row, "an exhibit has its row"), "original_path");
  try {
    await access(path);
    return path;
  } catch (cause) {
    const message = `verifying ${exhibit.id} again: its original is no longer where it was read from`;
    throw new Problem("machine", "original-missing", message, { file: exhibit.label }, { cause });
  }
}

function changed(exhibit: Exhibit, found: string): Problem {
  const message = `verifying ${exhibit.id} again: the original is not the file that was imported`;
  return new Problem("refused", "original-changed", message, { file: exhibit.label, expected: exhibit.sha256, found });
}

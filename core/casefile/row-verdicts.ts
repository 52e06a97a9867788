import { type BundleVerdict, type RowVerdict, type VerificationFinding, type VerifyResult } from "../model/verdict.ts";
import { type SqlSession } from "./database.ts";
import { sql } from "./sql.ts";

/**
 * Gives every row of an exhibit its verdict: the exhibit's own for all of them, that of a failed segment or file for its
 * rows, that of a located record for its row. Withheld records say so whatever else holds.
 */
export async function markRows(
  session: SqlSession,
  { exhibit, firstSeq, records }: { readonly exhibit: number; readonly firstSeq: number; readonly records: number },
  verification: VerifyResult,
): Promise<void> {
  const located = verification.findings.filter(
    (finding) => locates(finding) && rowVerdictOf(finding.verdict) === "altered",
  );
  const unlocated = verification.findings.filter((finding) => !locates(finding));
  // A failure that is located touches its own rows; the others have what holds for the evidence as a whole.
  const general = located.length > 0 ? worstRowVerdict(unlocated) : rowVerdictOf(verification.verdict);
  await session.run(sql`UPDATE evidence_file SET verdict = ${general} WHERE exhibit = ${exhibit}`);
  for (const { where } of located) {
    if (where.index !== undefined) {
      const from = firstSeq + where.index;
      const to = Math.min(firstSeq + (where.endIndex ?? where.index + 1), firstSeq + records);
      await session.run(sql`INSERT INTO row_verdict SELECT seq, 'altered' FROM event
        WHERE seq >= ${from} AND seq < ${to} AND NOT EXISTS (SELECT 1 FROM row_verdict r WHERE r.seq = event.seq)`);
    } else if (where.file !== undefined) {
      await session.run(sql`UPDATE evidence_file SET verdict = 'altered'
        WHERE exhibit = ${exhibit} AND (path = ${where.file} OR ends_with(path, ${`/${where.file}`}))`);
    }
  }
  await session.run(sql`DELETE FROM row_verdict WHERE seq IN (SELECT seq FROM event
    WHERE seq >= ${firstSeq} AND kind = 'withheld')`);
  await session.run(sql`INSERT INTO row_verdict SELECT seq, 'withheld' FROM event
    WHERE seq >= ${firstSeq} AND kind = 'withheld'`);
}

function locates({ where }: VerificationFinding): boolean {
  return where.index !== undefined || where.file !== undefined;
}

function worstRowVerdict(findings: readonly VerificationFinding[]): RowVerdict {
  const order: readonly RowVerdict[] = ["verified", "with-limits", "not-verifiable", "altered"];
  return findings.reduce<RowVerdict>((worst, finding) => {
    const verdict = rowVerdictOf(finding.verdict);
    return order.indexOf(verdict) > order.indexOf(worst) ? verdict : worst;
  }, "verified");
}

function rowVerdictOf(verdict: BundleVerdict): RowVerdict {
  switch (verdict) {
    case "verified":
      return "verified";
    case "verified-with-limits":
      return "with-limits";
    case "not-verifiable":
      return "not-verifiable";
    case "altered":
    case "conflict":
    case "refused":
      return "altered";
  }
}

import { type CaseFile } from "../casefile/case-file.ts";
import { bigintOrNull } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { parseInstant } from "../model/time.ts";
import { type TimelineGap } from "../model/timeline.ts";
import { type VerificationFinding } from "../model/verdict.ts";

/**
 * Where records are missing between events: ranges of the signed log that an exhibit lacks, and stretches of time that
 * no digest of a CloudTrail chain covers. In order of exhibit and place.
 */
export async function readGaps(caseFile: CaseFile): Promise<readonly TimelineGap[]> {
  const gaps: TimelineGap[] = [];
  for (const exhibit of caseFile.exhibits) {
    gaps.push(...(await recordGaps(caseFile, exhibit)), ...chainGaps(exhibit));
  }
  return gaps;
}

/**
 * Findings name positions in the log as it was signed. The rows of the exhibit come without the missing records, so a
 * row lies before its signed position by everything missing up to there.
 */
async function recordGaps(caseFile: CaseFile, exhibit: Exhibit): Promise<readonly TimelineGap[]> {
  const ranges = exhibit.verification.findings
    .flatMap((finding) => missingRange(finding))
    .sort((left, right) => left.index - right.index);
  const gaps: TimelineGap[] = [];
  let missingBefore = 0;
  for (const { index, missing, finding } of ranges) {
    const row = index - missingBefore;
    missingBefore += missing;
    const beforeSeq = row < exhibit.records ? exhibit.firstSeq + row : null;
    gaps.push({
      exhibit: exhibit.id,
      beforeSeq,
      from: row > 0 ? await timeNear(caseFile, exhibit, exhibit.firstSeq + row - 1, "before") : null,
      to: beforeSeq === null ? null : await timeNear(caseFile, exhibit, beforeSeq, "after"),
      missing,
      message: finding.message,
      altered: finding.verdict === "altered",
    });
  }
  return gaps;
}

const MISSING_CODES: ReadonlySet<string> = new Set(["records-missing", "absent-range"]);

function missingRange(
  finding: VerificationFinding,
): readonly { readonly index: number; readonly missing: number; readonly finding: VerificationFinding }[] {
  const { index, endIndex } = finding.where;
  if (!MISSING_CODES.has(finding.code) || index === undefined || endIndex === undefined) return [];
  return [{ index, missing: endIndex - index, finding }];
}

/** The time of the nearest dated event of the exhibit on that side. */
async function timeNear(
  caseFile: CaseFile,
  exhibit: Exhibit,
  seq: number,
  side: "before" | "after",
): Promise<bigint | null> {
  const range =
    side === "before"
      ? sql`seq <= ${seq} AND seq >= ${exhibit.firstSeq} ORDER BY seq DESC`
      : sql`seq >= ${seq} AND seq < ${exhibit.firstSeq + exhibit.records} ORDER BY seq`;
  const [row] = await caseFile.query(sql`SELECT time FROM event WHERE time IS NOT NULL AND ${range} LIMIT 1`);
  return row ? bigintOrNull(row, "time") : null;
}

function chainGaps(exhibit: Exhibit): readonly TimelineGap[] {
  return exhibit.verification.chains.flatMap((chain) =>
    chain.gaps.map((gap) => ({
      exhibit: exhibit.id,
      beforeSeq: null,
      from: parseInstant(gap.from) ?? null,
      to: parseInstant(gap.to) ?? null,
      missing: 0,
      message: gap.reason ?? `no digest covers ${gap.from} to ${gap.to}`,
      altered: false,
    })),
  );
}

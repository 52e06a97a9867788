import { type Exhibit } from "../model/exhibit.ts";
import { parseInstant } from "../model/time.ts";
import { type TimelineGap } from "../model/timeline.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { type CaseFile } from "./case-file.ts";
import { parseExhibitLabel } from "./exhibit-table.ts";
import { bigintOrNull } from "./row.ts";
import { sql } from "./sql.ts";

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

/** Records that were signed and are not there: at the start, in the middle or at the end of a segment, or whole ones. */
const MISSING_CODE = /(^|-)missing$/;

interface MissingRange {
  readonly finding: VerificationFinding;
  /** First missing position in the log as it was signed. */
  readonly index: number;
  readonly missing: number;
}

async function recordGaps(caseFile: CaseFile, exhibit: Exhibit): Promise<readonly TimelineGap[]> {
  const ranges = missingRanges(exhibit);
  const gaps: TimelineGap[] = [];
  let missingBefore = 0;
  for (const range of ranges) {
    const row = rowAfter(caseFile, exhibit, range) ?? range.index - missingBefore;
    missingBefore += range.missing;
    const beforeSeq = row < exhibit.records ? exhibit.firstSeq + row : null;
    gaps.push({
      exhibit: exhibit.id,
      beforeSeq,
      from: row > 0 ? await timeNear(caseFile, exhibit, exhibit.firstSeq + row - 1, "before") : null,
      to: beforeSeq === null ? null : await timeNear(caseFile, exhibit, beforeSeq, "after"),
      missing: range.missing,
      message: range.finding.message,
      altered: range.finding.verdict === "altered",
    });
  }
  return gaps;
}

/** The ranges of an exhibit's signed log that are missing, in order. */
export function missingRanges(exhibit: Exhibit): readonly MissingRange[] {
  return exhibit.verification.findings
    .flatMap((finding) => missingRange(finding))
    .sort((left, right) => left.index - right.index);
}

function missingRange(finding: VerificationFinding): readonly MissingRange[] {
  const { index, endIndex } = finding.where;
  if (!MISSING_CODE.test(finding.code) || index === undefined || endIndex === undefined) return [];
  return [{ finding, index, missing: endIndex - index + 1 }];
}

/**
 * The row that follows the missing records, by the file and line that the finding names. Without them the row follows
 * from the position: the exhibit has no rows for what is missing before.
 */
function rowAfter(caseFile: CaseFile, exhibit: Exhibit, { finding }: MissingRange): number | undefined {
  const { file, line } = finding.where;
  if (file === undefined || line === undefined) return undefined;
  const number = parseExhibitLabel(exhibit.id);
  const found = caseFile.files.find(
    (item) => item.exhibit === number && (item.path === file || item.path.endsWith(`/${file}`)),
  );
  return found && found.firstRow + Math.min(line - 1, found.records);
}

/** The time of the nearest dated event of the exhibit on that side; records of the log itself have times of sealing. */
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
  const [row] = await caseFile.query(
    sql`SELECT time FROM event WHERE time IS NOT NULL AND kind = 'event' AND ${range} LIMIT 1`,
  );
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

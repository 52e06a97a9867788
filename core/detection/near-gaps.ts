import { type CaseFile } from "../casefile/case-file.ts";
import { type SqlSession } from "../casefile/database.ts";
import { readGaps } from "../casefile/gaps.ts";
import { joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { type TimelineGap } from "../model/timeline.ts";
import { type DetectionRule } from "./rule.ts";

/**
 * Keeps, of the matches of rules that ask for it, those near to a gap that verification found in any exhibit: inside it or
 * at most so long before its beginning or after its end. Where a gap has one end only, at the edge of a log, nearness is
 * to that end. Events without a time are near to nothing.
 */
export async function keepNearGaps(
  session: SqlSession,
  caseFile: CaseFile,
  rules: readonly { readonly number: number; readonly rule: DetectionRule }[],
): Promise<void> {
  const asking = rules.flatMap(({ number, rule: { nearGap } }) => (nearGap === null ? [] : [{ number, nearGap }]));
  if (asking.length === 0) return;
  const gaps = await readGaps(caseFile);
  for (const { number, nearGap } of asking) {
    const near = joinSql([sql`false`, ...gaps.flatMap((gap) => nearSql(gap, nearGap))], sql` OR `);
    await session.run(sql`DELETE FROM detection_match WHERE rule = ${number}
      AND seq NOT IN (SELECT seq FROM event WHERE time IS NOT NULL AND (${near}))`);
  }
}

function nearSql({ from, to }: TimelineGap, within: bigint): readonly Sql[] {
  const [one, other] = [from ?? to, to ?? from];
  if (one === null || other === null) return [];
  // Events of a log need not be in the order of their times.
  const [start, end] = one < other ? [one, other] : [other, one];
  return [sql`time BETWEEN ${literal(String(start - within))}::BIGINT AND ${literal(String(end + within))}::BIGINT`];
}

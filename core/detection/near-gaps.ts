import { type CaseFile } from "../casefile/case-file.ts";
import { type SqlSession } from "../casefile/database.ts";
import { readGaps } from "../casefile/gaps.ts";
import { sql } from "../casefile/sql.ts";
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
    const stretches = united(gaps.flatMap((gap) => stretchAround(gap, nearGap)));
    const bounds = JSON.stringify(stretches.map(({ start, end }) => [String(start), String(end)]));
    await session.run(sql`DELETE FROM detection_match WHERE rule = ${number} AND seq NOT IN (
      SELECT e.seq FROM (SELECT seq, time FROM event JOIN detection_match m USING (seq) WHERE m.rule = ${number} AND time IS NOT NULL) e
      ASOF JOIN (SELECT bound[1]::BIGINT AS start, bound[2]::BIGINT AS stop
                 FROM (SELECT unnest(CAST(${bounds} AS JSON)::VARCHAR[][]) AS bound)) near ON e.time >= near.start
      WHERE e.time <= near.stop)`);
  }
}

/** A span of time in microseconds since 1970, ends included. */
interface Stretch {
  readonly start: bigint;
  readonly end: bigint;
}

function stretchAround({ from, to }: TimelineGap, within: bigint): readonly Stretch[] {
  const [one, other] = [from ?? to, to ?? from];
  if (one === null || other === null) return [];
  // Events of a log need not be in the order of their times.
  const [start, end] = one < other ? [one, other] : [other, one];
  return [{ start: start - within, end: end + within }];
}

/** The same spans without overlaps, in order of time. */
function united(stretches: readonly Stretch[]): readonly Stretch[] {
  const result: Stretch[] = [];
  for (const next of [...stretches].sort((left, right) => (left.start < right.start ? -1 : 1))) {
    const last = result.at(-1);
    if (last === undefined || last.end < next.start) result.push(next);
    else if (last.end < next.end) result[result.length - 1] = { start: last.start, end: next.end };
  }
  return result;
}

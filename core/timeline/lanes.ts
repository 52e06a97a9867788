import { type CaseFile } from "../casefile/case-file.ts";
import { bigintOrNull, integerOf, textOrNull } from "../casefile/row.ts";
import { exhibitLabel } from "../casefile/exhibit-table.ts";
import { identifier, joinSql, sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type Lane, type LaneMark, type LaneSet } from "../model/timeline.ts";
import { fieldNamed } from "./fields.ts";
import { stretchOf } from "./histogram.ts";
import { matchingEvents } from "./matching-events.ts";
import { type SavedResult } from "./saved-result.ts";

interface LaneQuestion {
  readonly by: "principal" | "source" | "service";
  /** Null bounds as those of a histogram. */
  readonly from: bigint | null;
  readonly to: bigint | null;
  readonly buckets: number;
  /** At most so many lanes. */
  readonly lanes: number;
}

/** The matching events of a stretch of time by principal, source or service: at most one mark per bucket of a lane. */
export async function readLanes(
  caseFile: CaseFile,
  result: SavedResult,
  question: LaneQuestion,
  signal?: AbortSignal,
): Promise<LaneSet> {
  const { from, end, bucketNanoseconds } = stretchOf(result, question);
  const column = identifier(question.by);
  const field = present(fieldNamed(question.by), "lanes are by a field of the query language");
  const inside = sql`(SELECT * ${matchingEvents(result, field)} AND time >= ${from} AND time < ${end})`;
  const ranked = await caseFile.jobs.query(
    sql`SELECT value, sum(events) AS events, arg_max(exhibit, (events, -exhibit)) AS exhibit, count(*) OVER () AS values FROM (
          SELECT nullif(${column}, '') AS value, exhibit, count(*) AS events FROM ${inside} GROUP BY value, exhibit
        ) GROUP BY value ORDER BY events DESC, value NULLS LAST LIMIT ${question.lanes}`,
    { signal },
  );
  const [top] = ranked;
  if (!top) return { from, bucketNanoseconds, lanes: [], others: 0 };
  const names = ranked.map((row) => textOrNull(row, "value"));
  const wanted = joinSql(
    names.map((name) => (name === null ? sql`coalesce(e.${column}, '') = ''` : sql`e.${column} = ${name}`)),
    sql` OR `,
  );
  const marks = await caseFile.jobs.query(
    sql`SELECT nullif(e.${column}, '') AS value, (e.time - ${from}) // ${bucketNanoseconds} AS bucket, count(*) AS events,
          count(*) FILTER (e.outcome IN ('failure', 'denied')) AS failures, count(r.seq) AS altered, min(e.seq) AS seq
        FROM ${inside} e LEFT JOIN row_verdict r ON r.seq = e.seq AND r.verdict = 'altered'
        WHERE ${wanted} GROUP BY value, bucket ORDER BY bucket`,
    { signal },
  );
  const byName = new Map<string | null, LaneMark[]>(names.map((name) => [name, []]));
  for (const row of marks) {
    present(byName.get(textOrNull(row, "value")), "only wanted lanes have marks").push({
      bucket: Number(bigintOrNull(row, "bucket") ?? 0n),
      events: integerOf(row, "events"),
      failures: integerOf(row, "failures"),
      altered: integerOf(row, "altered") > 0,
      seq: integerOf(row, "seq"),
    });
  }
  const lanes = ranked.map((row): Lane => {
    const value = textOrNull(row, "value");
    return {
      value,
      events: integerOf(row, "events"),
      exhibit: exhibitLabel(integerOf(row, "exhibit")),
      marks: byName.get(value) ?? [],
    };
  });
  return { from, bucketNanoseconds, lanes, others: integerOf(top, "values") - lanes.length };
}

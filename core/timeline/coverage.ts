import { type CaseFile } from "../casefile/case-file.ts";
import { parseExhibitLabel } from "../casefile/exhibit-table.ts";
import { readGaps } from "../casefile/gaps.ts";
import { bigintOrNull, integerOf, textOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { type CoverageBucket, type TimeCoverage } from "../model/coverage.ts";
import { Problem, quote } from "../model/problem.ts";

const EMPTY: CoverageBucket = { proven: 0, unproven: 0, altered: 0, withheld: 0 };

/**
 * What is proven of an exhibit, in `buckets` equal stretches of recorded time from its first dated event to its last, and
 * where something is missing. Throws `no-such-exhibit` (usage).
 */
export async function readCoverage(caseFile: CaseFile, exhibit: string, buckets: number): Promise<TimeCoverage> {
  const number = parseExhibitLabel(exhibit);
  const found = caseFile.exhibits.find(({ id }) => id === exhibit);
  if (number === undefined || found === undefined) {
    throw new Problem("usage", "no-such-exhibit", `reading what is proven: no exhibit ${quote(exhibit)}`);
  }
  const gaps = (await readGaps(caseFile)).filter((gap) => gap.exhibit === exhibit);
  const [bounds] = await caseFile.query(
    sql`SELECT min(time) AS first, max(time) AS last FROM event WHERE exhibit = ${number}`,
  );
  const from = bounds ? bigintOrNull(bounds, "first") : null;
  const to = bounds ? bigintOrNull(bounds, "last") : null;
  const { undated } = found;
  if (from === null || to === null) return { from, to, bucketNanoseconds: 0n, buckets: [], gaps, undated };
  const bucketNanoseconds = (to - from) / BigInt(buckets) + 1n;
  const rows = await caseFile.query(
    sql`SELECT (time - ${from}) // ${bucketNanoseconds} AS bucket, verdict, count(*) AS events FROM timeline_event
        WHERE exhibit = ${number} AND time IS NOT NULL GROUP BY bucket, verdict`,
  );
  const counts = new Array<CoverageBucket>(buckets).fill(EMPTY);
  for (const row of rows) {
    const bucket = integerOf(row, "bucket");
    const state = stateOf(textOf(row, "verdict"));
    const before = counts[bucket] ?? EMPTY;
    counts[bucket] = { ...before, [state]: before[state] + integerOf(row, "events") };
  }
  return { from, to, bucketNanoseconds, buckets: counts, gaps, undated };
}

function stateOf(verdict: string): keyof CoverageBucket {
  switch (verdict) {
    case "verified":
    case "with-limits":
      return "proven";
    case "altered":
      return "altered";
    case "withheld":
      return "withheld";
    default:
      return "unproven";
  }
}

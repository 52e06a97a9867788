import { groupedBy } from "../model/grouped.ts";
import { type RowVerdict } from "../model/verdict.ts";
import { type SealedLogJudgement } from "../verification/sealed-log.ts";
import { type SqlSession } from "./database.ts";
import { type EvidenceFile } from "./exhibit-table.ts";
import { joinSql, sql } from "./sql.ts";
import { type ForeignJudgement } from "./verify-foreign.ts";

const BATCH = 1_000;

/** What the verification said of the rows of each segment file; undefined for evidence that carries no proof. */
export interface ProvenRows {
  /** Folder of the bag in the container, which the verifier's paths leave out. */
  readonly bundlePrefix: string;
  readonly rows: SealedLogJudgement["rows"];
  readonly signedLeaves: SealedLogJudgement["signedLeaves"];
}

/** The rows of evidence that carries a proof of our own or of another format; undefined when it carries none. */
export function provenRows(
  bundlePrefix: string,
  sealed: Pick<SealedLogJudgement, "rows" | "signedLeaves"> | undefined,
  foreign: ForeignJudgement | undefined,
): ProvenRows | undefined {
  if (sealed) {
    return {
      bundlePrefix,
      rows: sealed.rows,
      // Put together when they are asked for: 32 bytes a record.
      get signedLeaves() {
        return sealed.signedLeaves;
      },
    };
  }
  return foreign && { bundlePrefix: "", rows: foreign.rows, signedLeaves: foreign.signedLeaves };
}

/** Gives every row of an exhibit its verdict: that of its file, and its own where the verification tells it apart. */
export async function markRows(
  session: SqlSession,
  {
    exhibit,
    firstSeq,
    files,
  }: {
    readonly exhibit: number;
    readonly firstSeq: number;
    readonly files: readonly Pick<EvidenceFile, "file" | "path" | "firstRow" | "records">[];
  },
  proven: ProvenRows | undefined,
): Promise<void> {
  const judged = new Map(proven?.rows.map((rows) => [proven.bundlePrefix + rows.path, rows]));
  // A file that the verification did not speak about is proven by nothing.
  const byVerdict = groupedBy(files, ({ path }) => judged.get(path)?.verdict ?? "not-verifiable");
  for (const [verdict, alike] of byVerdict) {
    const numbers = JSON.stringify(alike.map(({ file }) => file));
    await session.run(sql`UPDATE evidence_file SET verdict = ${verdict}
      WHERE exhibit = ${exhibit} AND file IN (SELECT unnest(CAST(${numbers} AS INTEGER[])))`);
  }
  const exceptions = files.flatMap(({ path, firstRow, records }) =>
    [...(judged.get(path)?.exceptions ?? [])]
      .filter(([position]) => position < records)
      .map(([position, verdict]) => [firstSeq + firstRow + position, verdict] as const),
  );
  await insertVerdicts(session, exceptions);
}

async function insertVerdicts(session: SqlSession, rows: readonly (readonly [number, RowVerdict])[]): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH) {
    const values = rows.slice(start, start + BATCH).map(([seq, verdict]) => sql`(${seq}, ${verdict})`);
    await session.run(sql`INSERT INTO row_verdict VALUES ${joinSql(values, sql`, `)}`);
  }
}

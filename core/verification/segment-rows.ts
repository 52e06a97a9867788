/** Verdicts of the rows of a segment. */
import { type BundleContents, type SegmentFile } from "../bundle/bundle-reader.ts";
import { type RowVerdict, type VerificationFinding } from "../model/verdict.ts";

/** Verdicts of the rows of one segment file, by position in the file. */
export interface SegmentRows {
  readonly path: string;
  readonly firstIndex: number;
  readonly count: number;
  /** Of every row that `exceptions` does not name. */
  readonly verdict: RowVerdict;
  readonly exceptions: ReadonlyMap<number, RowVerdict>;
}

/** Rows of one verdict, but for exceptions. */
export function rowsOf(
  segment: SegmentFile,
  verdict: RowVerdict,
  exceptions: ReadonlyMap<number, RowVerdict>,
): SegmentRows {
  const { path, firstIndex, content } = segment;
  return { path, firstIndex, count: content?.count ?? 0, verdict, exceptions };
}

/** The rows of withheld lines. */
export function withheldRows({ content }: SegmentFile): ReadonlyMap<number, RowVerdict> {
  return new Map((content?.withheld ?? []).map((position) => [position, "withheld" as const]));
}

/**
 * What the rows of a file can be at best: a row is as good as the weakest step of its proof. A limit that names a segment
 * file weakens its rows, one that names another file, or no place at all, those of the whole bundle. A limit of single
 * indexes is about withheld rows, which say so themselves.
 */
export function bestRows(
  { segments }: BundleContents,
  findings: readonly VerificationFinding[],
): (rows: Pick<SegmentRows, "path">) => RowVerdict {
  const limits = findings.filter(({ verdict }) => verdict === "verified-with-limits").map(({ where }) => where);
  const limitedFiles = new Set(limits.map(({ file }) => file));
  const segmentFiles = new Set(segments.map(({ path }) => path));
  const isGeneral = limits.some(({ file, index }) =>
    file === undefined ? index === undefined : !segmentFiles.has(file),
  );
  return ({ path }) => (isGeneral || limitedFiles.has(path) ? "with-limits" : "verified");
}

/** Without a pinned signature nothing is proven; what is certainly changed stays so. */
export function weakened(rows: SegmentRows, best: RowVerdict): SegmentRows {
  const weaken = (verdict: RowVerdict): RowVerdict => (verdict === "verified" ? best : verdict);
  return {
    ...rows,
    verdict: weaken(rows.verdict),
    exceptions: new Map([...rows.exceptions].map(([position, verdict]) => [position, weaken(verdict)])),
  };
}

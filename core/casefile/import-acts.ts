/** What the custody journal says of an import, besides that it was finished (finish-import.ts). */
import { DEFAULT_LIMITS, type ContainerLimits } from "../bundle/container.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { Problem } from "../model/problem.ts";
import { isDiskFull } from "../model/system-problem.ts";
import { type CustodyJournal } from "./custody-journal.ts";
import { exhibitLabel } from "./exhibit-table.ts";
import { type OriginalDigest } from "./hash-original.ts";
import { endRowOf } from "./load-group.ts";
import { type UnfinishedImport } from "./unfinished-import.ts";

/** Says that the examiner allows more than is usual; nothing when the limits are not above the usual ones. */
export async function recordRaisedLimits(
  custody: CustodyJournal,
  label: string,
  { maxRatio, maxTotalBytes }: ContainerLimits,
): Promise<void> {
  if (maxRatio <= DEFAULT_LIMITS.maxRatio && maxTotalBytes <= DEFAULT_LIMITS.maxTotalBytes) return;
  await custody.append({
    action: "limits.raised",
    object: { id: "evidence", label },
    note: `for this import: up to ${maxTotalBytes} bytes of content, expanding up to ${maxRatio} : 1`,
  });
}

/** Says that an import came to nothing, and why; `original` is known when it was hashed before. */
export async function recordFailure(
  custody: CustodyJournal,
  label: string,
  original: OriginalDigest | undefined,
  error: unknown,
): Promise<void> {
  const cancelled = error instanceof Problem && error.kind === "cancelled";
  await custody.append({
    action: cancelled ? "exhibit.import-cancelled" : "exhibit.import-failed",
    object: { id: "evidence", label, ...(original && { bytes: original.byteLength, sha256: original.sha256 }) },
    result: { code: error instanceof Problem ? error.code : "internal" },
    note: isDiskFull(error) ? "what was loaded is kept, unseen, to be resumed" : "nothing of it stays in the case",
  });
}

/** Says that the evidence is in the case already. */
export async function recordRepeated(custody: CustodyJournal, exhibit: Exhibit): Promise<void> {
  await custody.append({
    action: "exhibit.import-repeated",
    object: { id: exhibit.id, label: exhibit.label, bytes: exhibit.byteLength, sha256: exhibit.sha256 },
    note: "the case holds this exhibit already; nothing was added",
  });
}

/** Says that an interrupted import goes on, and after how much. */
export async function recordResumed(
  custody: CustodyJournal,
  exhibit: number,
  label: string,
  loaded: { readonly files: number; readonly records: number },
): Promise<void> {
  await custody.append({
    action: "exhibit.import-resumed",
    object: { id: exhibitLabel(exhibit), label },
    result: { ...loaded },
  });
}

/** Says that what an interrupted import had loaded is taken back. */
export async function recordDiscarded(
  custody: CustodyJournal,
  { exhibit, label, files }: UnfinishedImport,
): Promise<void> {
  await custody.append({
    action: "exhibit.import-discarded",
    object: { id: exhibitLabel(exhibit), label },
    result: { files: files.length, records: endRowOf(files) },
    note: "it was interrupted; nothing of it stays in the case",
  });
}

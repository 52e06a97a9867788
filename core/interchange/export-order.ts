import { type CustodyAct } from "../casefile/custody-journal.ts";
import { type Endorser } from "../casefile/custody-session.ts";
import { type LongWork, type Progress } from "../model/progress.ts";
import { type TimelineQuestion } from "../timeline/timeline-question.ts";
import { type ExportFormat } from "./export-format.ts";

/** What to export, where to, and who answers for it. */
export interface ExportOrder {
  readonly format: ExportFormat;
  readonly question: TimelineQuestion;
  /** The file to make; it must not exist. */
  readonly out: string;
  readonly program: { readonly version: string; readonly build: string };
  /** RFC 3339, UTC. */
  readonly exportedAt: string;
  /** Signs the manifest; null leaves it unsigned and says so. */
  readonly signer: Endorser | null;
  /** Takes the entry of the export before its result is told. */
  readonly journal: { append(act: CustodyAct): Promise<unknown> };
  readonly work?: LongWork;
}

/** What was written. `rows + undated` is the number of matching events. */
export interface ExportResult {
  readonly format: string;
  readonly rows: number;
  /** Events in the file beside it, because the format has no place for an event without a time. */
  readonly undated: number;
  readonly files: readonly ManifestFile[];
  readonly manifest: string;
  readonly remark?: string;
}

/** A file that was written. */
export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A file of an export. */
export interface ManifestFile extends WrittenFile {
  readonly rows: number;
}

/** How far an export has come: in events, since what it writes has another size in every format. */
export function exportProgress(records: number, recordsTotal: number): Progress {
  return { phase: "exporting", bytesDone: 0, bytesTotal: undefined, records, recordsTotal };
}

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { type Container, type ContainerLimits } from "../bundle/container.ts";
import { type LongWork } from "../model/progress.ts";
import { exhibitFolder } from "./case-folder.ts";
import { saveMapping, type SourceChoice } from "./chosen-source.ts";
import { type ImportTarget } from "./finish-import.ts";
import { type OriginalDigest } from "./hash-original.ts";
import { type Hasher } from "./hasher.ts";
import { recordResumed } from "./import-acts.ts";
import { type ImportProgress } from "./import-progress.ts";
import { discardInterrupted, isTakenFor } from "./interrupted-import.ts";
import { endRowOf, type StagedFile } from "./load-group.ts";
import { type KeptFile, type LogFile } from "./log-file.ts";
import { type LogFiles } from "./log-files.ts";
import { sql } from "./sql.ts";
import { type Trust } from "./trust.ts";
import { hasSidecarFor, removeUncommitted, type UnfinishedImport } from "./unfinished-import.ts";

export interface ImportOptions extends LongWork, SourceChoice {
  /** What the examiner trusts; a sealed log by any other key is not verifiable. */
  readonly trust?: Trust | undefined;
  /**
   * Go on with the import of the same evidence that was interrupted, if there is one, instead of taking it back. `only`:
   * begin no other.
   */
  readonly resume?: boolean | "only" | undefined;
  /** Limits that the examiner raised; the journal then says so. */
  readonly limits?: ContainerLimits | undefined;
}

/** An import before it has its place in the case. */
export interface PreparedImport {
  readonly target: ImportTarget;
  /** Where the evidence lies. */
  readonly path: string;
  readonly container: Container;
  readonly log: LogFiles;
  /** The files of the log that could be unpacked. */
  readonly files: readonly LogFile[];
  /** Files that are kept without rows: those that prove others, and those that could not be unpacked. */
  readonly proofFiles: readonly KeptFile[];
  /** Undefined for a folder that is hashed while it is read. */
  readonly original: OriginalDigest | undefined;
  readonly options: ImportOptions;
  /** The import of this evidence that was interrupted, if it is to go on. */
  readonly interrupted: UnfinishedImport | undefined;
  readonly hasher: Hasher;
  readonly progress: ImportProgress;
  /** How often something was worth a note, by code; grows while files are read. */
  readonly notes: Map<string, number>;
  /** Digests of members as they were read, lower-case hex, by path; grows while files are read. */
  readonly digests: Map<string, string>;
  /** Statements, without their files, that are known to insert rows in the order of the evidence; grows as groups are loaded. */
  readonly inOrder: Set<string>;
}

/** An import that has its place in the case. */
export interface RunningImport extends PreparedImport {
  /** Number of the exhibit, and its folder. */
  readonly exhibit: number;
  readonly folder: string;
  /** Seq of the exhibit's first row. */
  readonly firstSeq: number;
  /** Files that an interrupted import of the same evidence has loaded. */
  readonly loaded: readonly StagedFile[];
}

/** Goes on with the interrupted import of the same evidence, where that is wanted and can be, or begins anew. */
export async function beginImport(work: PreparedImport): Promise<RunningImport> {
  const { interrupted } = work;
  if (interrupted && (await continues(work, interrupted))) return resume(work, interrupted);
  await discardInterrupted(work.target);
  return beginAnew(work);
}

/** Counts what is worth a note. */
export function note({ notes }: PreparedImport, code: string, count = 1): void {
  notes.set(code, (notes.get(code) ?? 0) + count);
}

/** Whether the rows that are loaded are those that this import would load, and their working copies are there. */
async function continues(work: PreparedImport, interrupted: UnfinishedImport): Promise<boolean> {
  const { files, exhibit, mapping } = interrupted;
  if (mapping !== work.options.mapping?.text || !isTakenFor(work.log.recognition, interrupted)) return false;
  if (files.some((file, at) => file.path !== work.files[at]?.member)) return false;
  return hasSidecarFor(exhibitFolder(work.target.caseFile.folder, exhibit), files);
}

async function resume(work: PreparedImport, unfinished: UnfinishedImport): Promise<RunningImport> {
  const { caseFile, custody } = work.target;
  const { exhibit, firstSeq, files } = unfinished;
  await removeUncommitted(caseFile, unfinished);
  await caseFile.transaction(
    (session) => session.run(sql`UPDATE exhibit SET original_path = ${work.path} WHERE id = ${exhibit}`),
    { announce: false },
  );
  for (const [code, count] of unfinished.notes) note(work, code, count);
  const records = endRowOf(files);
  const folder = exhibitFolder(caseFile.folder, exhibit);
  await work.hasher.ask({ kind: "open", sidecar: join(folder, "records.idx"), records });
  await recordResumed(custody, exhibit, work.container.label, { files: files.length, records });
  return { ...work, exhibit, folder, firstSeq, loaded: files };
}

/** Gives the exhibit its number and its folder; its row says `importing` until everything is there. */
async function beginAnew(work: PreparedImport): Promise<RunningImport> {
  const { target, container, original, path } = work;
  const { caseFile } = target;
  const { source, score, reason } = work.log.recognition;
  const { mapping } = work.options;
  const receivedAt = new Date().toISOString();
  const byteLength = container.members.reduce((sum, member) => sum + member.byteLength, 0);
  const firstSeq = caseFile.events;
  const exhibit = caseFile.exhibits.length + 1;
  await caseFile.transaction(
    async (session) => {
      await session.run(sql`INSERT INTO exhibit VALUES (${exhibit}, 'importing', ${container.label}, ${receivedAt},
        ${original?.byteLength ?? byteLength}, ${original?.sha256 ?? ""}, ${source.name}, ${score}, ${reason}, 'none',
        ${firstSeq}, 0, 0, 0, 'not-verifiable', NULL, ${path})`);
      if (mapping) await saveMapping(session, exhibit, mapping);
    },
    { announce: false },
  );
  const folder = exhibitFolder(caseFile.folder, exhibit);
  await mkdir(folder);
  await work.hasher.ask({ kind: "open", sidecar: join(folder, "records.idx"), records: 0 });
  return { ...work, exhibit, folder, firstSeq, loaded: [] };
}

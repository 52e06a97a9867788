import { basename, join } from "node:path";

import { type Container, DEFAULT_LIMITS } from "../bundle/container.ts";
import { openContainer } from "../bundle/open-container.ts";
import { type Exhibit, type ImportResult } from "../model/exhibit.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { isDiskFull } from "../model/system-problem.ts";
import { withRemarks } from "../verification/archive-remarks.ts";
import { type SealedLogJudgement } from "../verification/sealed-log.ts";
import { beginImport, type ImportOptions, type PreparedImport, type RunningImport } from "./begin-import.ts";
import { type CaseFile } from "./case-file.ts";
import { exhibitFolder } from "./case-folder.ts";
import { commitGroup } from "./commit-group.ts";
import { assertPlaceOfEvidence } from "./evidence-place.ts";
import { readRecordProblems } from "./exhibit-table.ts";
import { finishImport, type ImportTarget } from "./finish-import.ts";
import { hashOriginal, type OriginalDigest } from "./hash-original.ts";
import { Hasher } from "./hasher.ts";
import { recordFailure, recordRaisedLimits, recordRepeated } from "./import-acts.ts";
import { progressOf } from "./import-progress.ts";
import { findChosenLog, findInterrupted } from "./interrupted-import.ts";
import { loadPlain } from "./load-plain.ts";
import { type StagedFile, type StagedLog } from "./load-group.ts";
import { LoadQueue } from "./load-queue.ts";
import { loadSealed } from "./load-sealed.ts";
import { unreadFile } from "./log-file.ts";
import { type LogFiles } from "./log-files.ts";
import { insertProofFiles, stageProofFiles } from "./proof-files.ts";
import { readAgain } from "./read-again.ts";
import { provenRows } from "./row-verdicts.ts";
import { settleWorkingCopy } from "./stage-file.ts";
import { NO_TRUST } from "./trust.ts";
import { discardUnfinished, readUnfinished, removeFilesAfter } from "./unfinished-import.ts";
import { unprovenResult } from "./unproven.ts";
import { verifyForeign, type ForeignJudgement } from "./verify-foreign.ts";
import { syncFile } from "./write-file.ts";

/**
 * Imports evidence into a case: every record becomes a row, whatever its verdict. The original is opened for reading and
 * hashed before and after. When anything fails or the caller cancels, the case is as it was, and the journal says so. On a
 * disk that is full, what was committed stays, unseen, for an import that resumes.
 *
 * Throws the `refused` problems of containers and of `findLogFiles`, `case-as-evidence` and `changed-while-reading` (refused),
 * `disk-full` and its like (machine), `cancelled`, `case-in-evidence` and `not-the-interrupted-import` (usage).
 */
export async function importEvidence(
  target: ImportTarget,
  path: string,
  options: ImportOptions = {},
): Promise<ImportResult> {
  const { caseFile, custody } = target;
  const started = performance.now();
  const seconds = (): number => Math.round(performance.now() - started) / 1000;
  let original: OriginalDigest | undefined;
  // Its thread starts while the evidence is listed.
  const hasher = new Hasher();
  try {
    const { limits = DEFAULT_LIMITS } = options;
    await recordRaisedLimits(custody, basename(path), limits);
    await assertPlaceOfEvidence(path, caseFile.folder.root);
    const container = await openContainer(path, limits);
    try {
      const hash = async (): Promise<OriginalDigest> => {
        const { onBytes } = progressOf(container, options);
        original ??= await hashOriginal(container, path, { signal: options.signal, onBytes: onBytes("hashing") });
        return original;
      };
      const evidence = { path, container, hash, signal: options.signal };
      const interrupted = options.resume ? await findInterrupted(caseFile, evidence) : undefined;
      if (options.resume === "only" && !interrupted) throw notInterrupted(container);
      const { log, choice } = await findChosenLog(container, options, interrupted);
      if (!canHashWhileReading(target, container)) {
        const { sha256 } = await hash();
        const known = caseFile.exhibits.find((exhibit) => exhibit.sha256 === sha256);
        if (known) {
          await recordRepeated(custody, known);
          const result = await resultOf(caseFile, known, seconds());
          return { ...result, notes: [...result.notes, { code: "already-imported", count: 1 }] };
        }
      }
      const chosen = { ...options, ...choice };
      const exhibit = await importLog({
        target,
        path,
        container,
        log,
        original,
        interrupted,
        options: chosen,
        hasher,
      });
      return await resultOf(caseFile, exhibit, seconds());
    } finally {
      await container.close();
    }
  } catch (error) {
    await recordFailure(custody, basename(path), original, error).catch((failure: unknown) => {
      // A full disk may take no entry, either: the journal then shows a session without its end.
      if (!isDiskFull(error)) throw failure;
    });
    throw error;
  } finally {
    await hasher.close();
  }
}

function notInterrupted({ label }: Container): Problem {
  const message = `finishing the import: ${quote(label)} is not the evidence of the import that was interrupted`;
  return new Problem("usage", "not-the-interrupted-import", message, { file: label });
}

/**
 * A folder's digest is that of the list of its files, whose digests come with their working copies; one pass is spared.
 * Not so when the case may hold it already, which is to be known before anything is loaded.
 */
function canHashWhileReading({ caseFile }: ImportTarget, container: Container): boolean {
  const byteLength = container.members.reduce((sum, member) => sum + member.byteLength, 0);
  return container.kind === "directory" && caseFile.exhibits.every((exhibit) => exhibit.byteLength !== byteLength);
}

async function resultOf(caseFile: CaseFile, exhibit: Exhibit, seconds: number): Promise<ImportResult> {
  return {
    exhibit: exhibit.id,
    source: exhibit.source,
    records: exhibit.records,
    events: exhibit.events,
    undated: exhibit.undated,
    notes: exhibit.notes,
    problems: await readRecordProblems(caseFile, Number(exhibit.id.slice(2))),
    verdict: exhibit.verdict,
    sha256: exhibit.sha256,
    seconds,
  };
}

type FoundLog = Pick<
  PreparedImport,
  "target" | "path" | "container" | "log" | "original" | "interrupted" | "options" | "hasher"
>;

/** Verifies, stages, loads and finishes; what fails is taken back. */
async function importLog(found: FoundLog): Promise<Exhibit> {
  const { target, container, log, options, hasher } = found;
  const foreign =
    log.bundlePrefix === undefined ? await verifyForeign(container, options.trust ?? NO_TRUST, options) : undefined;
  try {
    const work = await beginImport({
      ...found,
      ...keptFiles(container, log, foreign),
      progress: progressOf(container, options),
      notes: new Map(log.notes),
      digests: new Map(),
      inOrder: new Set(),
    });
    return await runImport(work, foreign);
  } catch (error) {
    await hasher.close();
    if (isDiskFull(error)) await keepCommitted(target.caseFile);
    else await discardUnfinished(target.caseFile);
    throw error;
  }
}

/** Files that could not be unpacked hold no rows: their verification says so, and they are kept as they are. */
function keptFiles(
  container: Container,
  log: LogFiles,
  foreign: ForeignJudgement | undefined,
): Pick<PreparedImport, "files" | "proofFiles"> {
  const isRead = ({ member }: { readonly member: string }): boolean => !foreign?.unread.has(member);
  const unread = container.members.filter(({ path }) => foreign?.unread.has(path)).map(unreadFile);
  return { files: log.files.filter(isRead), proofFiles: [...log.proofFiles.filter(isRead), ...unread] };
}

async function runImport(work: RunningImport, foreign: ForeignJudgement | undefined): Promise<Exhibit> {
  const { target, exhibit, firstSeq, container, log, options } = work;
  const steps = {
    settleFile: ({ stagedPath }: StagedFile) => settleWorkingCopy(stagedPath),
    settleRecords: () => syncFile("the list of records", join(work.folder, "records.idx")),
    commit: (files: readonly StagedLog[]) => commitGroup(work, files),
  };
  const queue = new LoadQueue(steps, work.loaded, work.files.length);
  let sealed: SealedLogJudgement | undefined;
  let proofs: readonly StagedFile[];
  try {
    if (log.bundlePrefix === undefined) await loadPlain(work, queue);
    else sealed = await loadSealed(work, queue);
    proofs = await stageProofFiles(work, queue.files);
  } catch (error) {
    await queue.abandon();
    throw error;
  }
  // All of the evidence is read. The last group is loaded while it is read again and copies are looked for.
  const loading = queue.finish();
  const searching = findCopies(work);
  const reading = readAgain(work);
  // Nothing is taken back while a statement runs.
  await Promise.allSettled([loading, searching, reading]);
  await loading;
  const original = await reading;
  const copies = await searching;
  // What it holds is given back before the rows are looked at as a whole.
  await work.hasher.close();
  await insertProofFiles(work, proofs);
  throwIfCancelled(options.signal);
  const files = [...queue.files, ...proofs];
  const records = files.reduce((sum, file) => sum + file.records, 0);
  const verification =
    (sealed ?? foreign)?.result ?? unprovenResult(log.recognition.source.name, records, files.length);
  return finishImport(target, {
    exhibit,
    firstSeq,
    records,
    files,
    label: container.label,
    original,
    recognition: log.recognition,
    mapping: options.mapping,
    notes: work.notes,
    copies,
    verification: withRemarks(verification, container),
    proven: provenRows(log.bundlePrefix ?? "", sealed, foreign),
    recordsAreSigned: sealed?.recordsAreSigned === true,
  });
}

/** Finishes the sidecar and looks for records that have the bytes of an earlier one, in this exhibit or one before. */
async function findCopies({ target: { caseFile }, exhibit, hasher }: RunningImport): Promise<Float64Array> {
  await hasher.ask({ kind: "close" });
  // Exhibits follow each other without a hole.
  const exhibits = Array.from({ length: exhibit }, (_, index) => index + 1);
  const sidecars = exhibits.map((number) => join(exhibitFolder(caseFile.folder, number), "records.idx"));
  return (await hasher.ask({ kind: "copies", sidecars })).pairs;
}

/** Gives the room back that files take which are not loaded: the journal needs some of it. */
async function keepCommitted(caseFile: CaseFile): Promise<void> {
  const unfinished = await readUnfinished(caseFile);
  if (unfinished) await removeFilesAfter(exhibitFolder(caseFile.folder, unfinished.exhibit), unfinished.files.length);
}

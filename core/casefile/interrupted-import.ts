import { createHash } from "node:crypto";
import { access } from "node:fs/promises";

import { locateBundle } from "../bundle/bundle-reader.ts";
import { DEFAULT_LIMITS, type Container } from "../bundle/container.ts";
import { type InterruptedImport } from "../model/interrupted-import.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type Recognition } from "../sources/registry.ts";
import { type CaseFile } from "./case-file.ts";
import { chosenSource, type SourceChoice } from "./chosen-source.ts";
import { exhibitLabel } from "./exhibit-table.ts";
import { type ImportTarget } from "./finish-import.ts";
import { type OriginalDigest } from "./hash-original.ts";
import { recordDiscarded } from "./import-acts.ts";
import { endRowOf, type StagedFile } from "./load-group.ts";
import { openLogFile } from "./log-file.ts";
import { findLogFiles, type LogFiles } from "./log-files.ts";
import { isRead, packingOf } from "./member-head.ts";
import { discardUnfinished, readUnfinished, type UnfinishedImport } from "./unfinished-import.ts";

/** What a person is told of the import that was interrupted in this case, or null. */
export async function readInterrupted(caseFile: CaseFile): Promise<InterruptedImport | null> {
  const unfinished = await readUnfinished(caseFile);
  if (!unfinished) return null;
  const { exhibit, label, receivedAt, byteLength, files, source, originalPath } = unfinished;
  return {
    exhibit: exhibitLabel(exhibit),
    label,
    receivedAt,
    byteLength,
    source: source.name,
    records: endRowOf(files),
    files: files.length,
    loadedBytes: files.reduce((sum, file) => sum + file.byteLength, 0),
    present: await access(originalPath).then(
      () => true,
      () => false,
    ),
  };
}

/** Takes back what an interrupted import left, and says so in the journal. */
export async function discardInterrupted({ caseFile, custody }: ImportTarget): Promise<void> {
  const unfinished = await readUnfinished(caseFile);
  if (unfinished) await recordDiscarded(custody, unfinished);
  await discardUnfinished(caseFile);
}

/** Evidence that an import is asked for. */
interface NamedEvidence {
  readonly path: string;
  readonly container: Container;
  /** Takes the digest of the original, once. */
  readonly hash: () => Promise<OriginalDigest>;
  readonly signal: AbortSignal | undefined;
}

/** The interrupted import of this very evidence, if there is one: what was chosen for other evidence is not taken for it. */
export async function findInterrupted(
  caseFile: CaseFile,
  evidence: NamedEvidence,
): Promise<UnfinishedImport | undefined> {
  const unfinished = await readUnfinished(caseFile);
  return unfinished && (await isSameEvidence(evidence, unfinished)) ? unfinished : undefined;
}

/**
 * A digest that was taken decides. That of a folder is not known before all of it is read: it is the same by its name, its
 * length and the files that are loaded, or by its place as long as none is. Segments are compared while they are read.
 */
async function isSameEvidence(
  { path, container, hash, signal }: NamedEvidence,
  { label, sha256, byteLength, originalPath, files }: UnfinishedImport,
): Promise<boolean> {
  if (label !== container.label) return false;
  if (sha256 !== "") return (await hash()).sha256 === sha256;
  if (byteLength !== container.members.reduce((sum, member) => sum + member.byteLength, 0)) return false;
  if (files.length === 0) return path === originalPath;
  if (locateBundle(container) !== undefined) return true;
  for (const file of files) if (!(await isUnchanged(container, file, signal))) return false;
  return true;
}

/** Whether a file of the evidence still has the decompressed bytes of its working copy. */
async function isUnchanged(container: Container, file: StagedFile, signal: AbortSignal | undefined): Promise<boolean> {
  const member = container.members.find(({ path }) => path === file.path);
  const packing = member && (await packingOf(container, member));
  if (packing === undefined || !isRead(packing)) return false;
  const digest = createHash("sha256");
  for await (const chunk of openLogFile(container, { member: file.path, packing }, DEFAULT_LIMITS.maxTotalBytes)) {
    throwIfCancelled(signal);
    digest.update(chunk);
  }
  return digest.digest("hex") === file.sha256;
}

/** A log, and what was said of its source. */
interface ChosenLog {
  readonly log: LogFiles;
  readonly choice: SourceChoice;
}

/** The log in a container by what is said of its source now or, where nothing is, as its interrupted import took it. */
export async function findChosenLog(
  container: Container,
  { source, mapping }: SourceChoice,
  interrupted: UnfinishedImport | undefined,
): Promise<ChosenLog> {
  const find = async (choice: SourceChoice): Promise<ChosenLog> => ({
    log: await findLogFiles(container, chosenSource(choice)),
    choice,
  });
  if (source !== undefined || mapping !== undefined || !interrupted) return find({ source, mapping });
  if (interrupted.mapping !== undefined) {
    return find({ mapping: { file: "the mapping of the interrupted import", text: interrupted.mapping } });
  }
  const found = await find({});
  return isTakenFor(found.log.recognition, interrupted) ? found : find({ source: interrupted.source.name });
}

/** Whether an interrupted import took its evidence for the same. */
export function isTakenFor({ source, score, reason }: Recognition, { source: before }: UnfinishedImport): boolean {
  return source.name === before.name && score === before.score && reason === before.reason;
}

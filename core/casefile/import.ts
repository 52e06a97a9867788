import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";

import { type Container, type ContainerLimits, DEFAULT_LIMITS } from "../bundle/container.ts";
import { openContainer } from "../bundle/open-container.ts";
import { type SegmentReader } from "../bundle/read-segment.ts";
import { present } from "../model/assert.ts";
import { type Exhibit, type ImportResult } from "../model/exhibit.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { isDiskFull } from "../model/system-problem.ts";
import { type SealedLogJudgement } from "../verification/sealed-log.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { type CaseFile } from "./case-file.ts";
import { exhibitFolder } from "./case-folder.ts";
import { chosenSource, saveMapping, unfinishedMapping, type SourceChoice } from "./chosen-source.ts";
import { type SqlSession } from "./database.ts";
import { exhibitLabel, readImportNotes, readRecordProblems } from "./exhibit-table.ts";
import { progressOf, type ImportProgress } from "./import-progress.ts";
import { finishImport, type ImportTarget } from "./finish-import.ts";
import { hashOriginal, type OriginalDigest } from "./hash-original.ts";
import { type HashedFile } from "./hash-protocol.ts";
import { Hasher } from "./hasher.ts";
import { loadFiles } from "./load-files.ts";
import { LoadQueue } from "./load-queue.ts";
import { stagedPathInCase, type StagedFile, type StagedLog } from "./load-group.ts";
import { findLogFiles, unreadFile, type LogFile, type LogFiles } from "./log-files.ts";
import { insertProofFiles, stageProofFiles } from "./proof-files.ts";
import { provenRows } from "./row-verdicts.ts";
import { stagingReader } from "./segment-stager.ts";
import { sql } from "./sql.ts";
import { stageFile } from "./stage-file.ts";
import { NO_TRUST, rememberLog, sealedLogMeans, type Trust } from "./trust.ts";
import { stagedPaths } from "./staged-paths.ts";
import { stagingRoom } from "./staging-room.ts";
import {
  digestOf,
  discardUnfinished,
  hasSidecarFor,
  readUnfinished,
  removeFilesAfter,
  removeUncommitted,
  type UnfinishedImport,
} from "./unfinished-import.ts";
import { verifyForeign, type ForeignJudgement } from "./verify-foreign.ts";

export interface ImportOptions extends LongWork, SourceChoice {
  /** What the examiner trusts; a sealed log by any other key is not verifiable. */
  readonly trust?: Trust | undefined;
  /** Go on with the import of the same evidence that was interrupted, if there is one, instead of taking it back. */
  readonly resume?: boolean | undefined;
  /** Limits that the examiner raised; the journal then says so. */
  readonly limits?: ContainerLimits | undefined;
}

/**
 * Imports evidence into a case: every record becomes a row, whatever its verdict. The original is opened for reading and
 * hashed before and after. When anything fails or the caller cancels, the case is as it was, and the journal says so. On a
 * disk that is full, what was committed stays, unseen, for an import that resumes.
 *
 * Throws the `refused` problems of containers and of `findLogFiles`, `changed-while-reading` (refused), `disk-full` and
 * its like (machine), `cancelled`.
 */
export async function importEvidence(
  target: ImportTarget,
  path: string,
  options: ImportOptions = {},
): Promise<ImportResult> {
  const started = performance.now();
  const seconds = (): number => Math.round(performance.now() - started) / 1000;
  let original: OriginalDigest | undefined;
  try {
    const { limits = DEFAULT_LIMITS } = options;
    const choice = await choiceOf(target, options);
    await recordRaisedLimits(target, basename(path), limits);
    const container = await openContainer(path, limits);
    try {
      const log = await findLogFiles(container, chosenSource(choice));
      if (!canHashWhileReading(target, container)) {
        const { onBytes } = progressOf(container, options);
        original = await hashOriginal(container, () => createReadStream(path), onBytes("hashing"), options.signal);
        const { sha256 } = original;
        const known = target.caseFile.exhibits.find((exhibit) => exhibit.sha256 === sha256);
        if (known) return await alreadyImported(target, known, seconds());
      }
      const exhibit = await new ExhibitImport(target, path, container, log, original, { ...options, ...choice }).run();
      return await resultOf(target.caseFile, exhibit, seconds());
    } finally {
      await container.close();
    }
  } catch (error) {
    await recordFailure(target, basename(path), original, error).catch((failure: unknown) => {
      // A full disk may take no entry, either: the journal then shows a session without its end.
      if (!isDiskFull(error)) throw failure;
    });
    throw error;
  }
}

/** What was chosen now, or when the import that is to go on was begun. */
async function choiceOf({ caseFile }: ImportTarget, options: ImportOptions): Promise<SourceChoice> {
  const { source, mapping, resume } = options;
  const saved = resume && source === undefined && mapping === undefined && (await unfinishedMapping(caseFile));
  return saved ? { mapping: saved } : { source, mapping };
}

/**
 * A folder's digest is that of the list of its files, whose digests come with their working copies; one pass is spared.
 * Not so when the case may hold it already, which is to be known before anything is loaded.
 */
function canHashWhileReading({ caseFile }: ImportTarget, container: Container): boolean {
  const byteLength = container.members.reduce((sum, member) => sum + member.byteLength, 0);
  return container.kind === "directory" && caseFile.exhibits.every((exhibit) => exhibit.byteLength !== byteLength);
}

async function recordRaisedLimits({ custody }: ImportTarget, label: string, limits: ContainerLimits): Promise<void> {
  const { maxRatio, maxTotalBytes } = limits;
  if (maxRatio <= DEFAULT_LIMITS.maxRatio && maxTotalBytes <= DEFAULT_LIMITS.maxTotalBytes) return;
  await custody.append({
    action: "limits.raised",
    object: { id: "evidence", label },
    note: `for this import: up to ${maxTotalBytes} bytes of content, expanding up to ${maxRatio} : 1`,
  });
}

async function recordFailure(
  { custody }: ImportTarget,
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

async function alreadyImported(
  { caseFile, custody }: ImportTarget,
  exhibit: Exhibit,
  seconds: number,
): Promise<ImportResult> {
  await custody.append({
    action: "exhibit.import-repeated",
    object: { id: exhibit.id, label: exhibit.label, bytes: exhibit.byteLength, sha256: exhibit.sha256 },
    note: "the case holds this exhibit already; nothing was added",
  });
  const result = await resultOf(caseFile, exhibit, seconds);
  return { ...result, notes: [...result.notes, { code: "already-imported", count: 1 }] };
}

async function resultOf(caseFile: CaseFile, exhibit: Exhibit, seconds: number): Promise<ImportResult> {
  const number = Number(exhibit.id.slice(2));
  return {
    exhibit: exhibit.id,
    source: exhibit.source,
    records: exhibit.records,
    events: exhibit.events,
    undated: exhibit.undated,
    notes: await readImportNotes(caseFile, number),
    problems: await readRecordProblems(caseFile, number),
    verdict: exhibit.verdict,
    sha256: exhibit.sha256,
    seconds,
  };
}

/** One import: stages and hashes a group of files while the group before it is loaded. */
class ExhibitImport {
  readonly #target: ImportTarget;
  readonly #path: string;
  readonly #container: Container;
  readonly #log: LogFiles;
  /** Undefined for a folder that is hashed while it is read. */
  readonly #original: OriginalDigest | undefined;
  readonly #options: ImportOptions;
  readonly #notes: Map<string, number>;
  readonly #progress: ImportProgress;
  readonly #hasher = new Hasher();
  /** Digests of members as they were read, lower-case hex. */
  readonly #digests = new Map<string, string>();
  #exhibit = 0;
  #firstSeq = 0;
  /** Files that an interrupted import of the same evidence has loaded. */
  #loaded: readonly StagedFile[] = [];
  /** Files that are loaded, by this import or the interrupted one. */
  #committed = 0;
  /** Files that could not be unpacked: their verification says so, and they are kept as they are. */
  #unread: ReadonlySet<string> = new Set();

  constructor(
    target: ImportTarget,
    path: string,
    container: Container,
    log: LogFiles,
    original: OriginalDigest | undefined,
    options: ImportOptions,
  ) {
    this.#target = target;
    this.#path = path;
    this.#container = container;
    this.#log = log;
    this.#original = original;
    this.#options = options;
    this.#notes = new Map(log.notes);
    this.#progress = progressOf(container, options);
  }

  async run(): Promise<Exhibit> {
    const { caseFile } = this.#target;
    const isSealed = this.#log.bundlePrefix !== undefined;
    const foreign = isSealed ? undefined : await this.#verifyForeign();
    this.#unread = foreign?.unread ?? new Set();
    try {
      await this.#begin();
      const queue = this.#queue();
      const sealed = isSealed ? await this.#loadSealed(queue) : undefined;
      if (!isSealed) await this.#load(queue);
      const records = await queue.finish();
      const files = [...records, ...(await this.#keepProofFiles(records))];
      await this.#hasher.ask({ kind: "close" });
      const original = await this.#assertUnchanged();
      throwIfCancelled(this.#options.signal);
      const exhibit = await finishImport(this.#target, this.#hasher, {
        exhibit: this.#exhibit,
        firstSeq: this.#firstSeq,
        records: files.reduce((sum, file) => sum + file.records, 0),
        files,
        label: this.#container.label,
        original,
        recognition: this.#log.recognition,
        mapping: this.#options.mapping,
        notes: this.#notes,
        verification: (sealed ?? foreign)?.result,
        proven: provenRows(this.#log.bundlePrefix ?? "", sealed, foreign),
        recordsAreSigned: sealed?.recordsAreSigned === true,
      });
      return exhibit;
    } catch (error) {
      await this.#hasher.close();
      if (isDiskFull(error)) await this.#keepCommitted();
      else await discardUnfinished(caseFile);
      throw error;
    } finally {
      await this.#hasher.close();
    }
  }

  /** Gives the room back that files take which are not loaded: the journal needs some of it. */
  async #keepCommitted(): Promise<void> {
    const folder = exhibitFolder(this.#target.caseFile.folder, this.#exhibit);
    if (this.#exhibit > 0) await removeFilesAfter(folder, this.#committed);
  }

  async #begin(): Promise<void> {
    const { caseFile } = this.#target;
    const unfinished = this.#options.resume ? await readUnfinished(caseFile) : undefined;
    if (unfinished && (await this.#continues(unfinished))) await this.#resume(unfinished);
    else {
      await discardUnfinished(caseFile);
      await this.#beginAnew();
    }
  }

  /** Whether an interrupted import was of this evidence, and its working copies are still what the evidence says. */
  async #continues({ label, sourceName, files, exhibit }: UnfinishedImport): Promise<boolean> {
    const { recognition, files: wanted } = this.#log;
    if (label !== this.#container.label || sourceName !== recognition.source.name) return false;
    if (files.some((file, at) => file.path !== this.#readFiles()[at]?.member)) return false;
    if (!(await hasSidecarFor(exhibitFolder(this.#target.caseFile.folder, exhibit), files))) return false;
    if (this.#log.bundlePrefix !== undefined) return true;
    for (const file of files) {
      const log = wanted.find(({ member }) => member === file.path);
      if (!log || (await digestOf(this.#container, log, this.#options.signal)) !== file.sha256) return false;
    }
    return true;
  }

  async #resume(unfinished: UnfinishedImport): Promise<void> {
    const { caseFile, custody } = this.#target;
    const { exhibit, firstSeq, files, notes } = unfinished;
    await removeUncommitted(caseFile, unfinished);
    this.#exhibit = exhibit;
    this.#firstSeq = firstSeq;
    this.#loaded = files;
    this.#committed = files.length;
    for (const [code, count] of notes) this.#note(code, count);
    const records = endRowOf(files);
    const sidecar = join(exhibitFolder(caseFile.folder, exhibit), "records.idx");
    await this.#hasher.ask({ kind: "open", sidecar, records });
    await custody.append({
      action: "exhibit.import-resumed",
      object: { id: exhibitLabel(exhibit), label: this.#container.label },
      result: { files: files.length, records },
    });
  }

  /** Gives the exhibit its number and its folder; its row says `importing` until everything is there. */
  async #beginAnew(): Promise<void> {
    const receivedAt = new Date().toISOString();
    const byteLength = this.#container.members.reduce((sum, member) => sum + member.byteLength, 0);
    const { caseFile } = this.#target;
    const { recognition } = this.#log;
    this.#firstSeq = caseFile.events;
    this.#exhibit = caseFile.exhibits.length + 1;
    const { mapping } = this.#options;
    await caseFile.transaction(
      async (session) => {
        await session.run(sql`INSERT INTO exhibit VALUES (${this.#exhibit}, 'importing', ${this.#container.label}, ${receivedAt},
          ${this.#original?.byteLength ?? byteLength}, ${this.#original?.sha256 ?? ""}, ${recognition.source.name}, ${recognition.score},
          ${recognition.reason}, 'none', ${this.#firstSeq}, 0, 0, 0, 'not-verifiable', NULL, ${this.#path})`);
        if (mapping) await saveMapping(session, this.#exhibit, mapping);
      },
      { announce: false },
    );
    const folder = exhibitFolder(caseFile.folder, this.#exhibit);
    await mkdir(folder);
    await this.#hasher.ask({ kind: "open", sidecar: join(folder, "records.idx"), records: 0 });
  }

  #queue(): LoadQueue {
    const settle = (): Promise<null> => this.#hasher.ask({ kind: "sync" });
    return new LoadQueue(settle, (files) => this.#commitGroup(files), this.#loaded);
  }

  /** One pass over a sealed log: what is verified is what is staged and loaded. */
  async #loadSealed(queue: LoadQueue): Promise<SealedLogJudgement | undefined> {
    const { bundlePrefix = "", files } = this.#log;
    const positions = new Map(files.map(({ member }, position) => [member.slice(bundlePrefix.length), position]));
    const folder = exhibitFolder(this.#target.caseFile.folder, this.#exhibit);
    let firstRow = endRowOf(this.#loaded);
    const read = stagingReader(this.#hasher, {
      folder,
      positions,
      staged: this.#loaded.length,
      bytesLeft: await this.#room(this.#log.files.slice(this.#loaded.length)),
      onSegment: async (position, hashed) => {
        throwIfCancelled(this.#options.signal);
        const known = this.#loaded[position];
        if (known) {
          if (known.sha256 !== hashed.sha256) throw changedSinceInterrupted(this.#container.label);
          return;
        }
        const file = this.#stagedFile(position, present(files[position], "every segment is a file"), firstRow, hashed);
        firstRow += hashed.records;
        this.#progress.onRecords(hashed.records);
        await queue.add(file);
      },
    });
    try {
      return await this.#verify(read);
    } catch (error) {
      await queue.abandon();
      throw error;
    }
  }

  async #load(queue: LoadQueue): Promise<void> {
    try {
      for await (const file of this.#stage()) await queue.add(file);
    } catch (error) {
      await queue.abandon();
      throw error;
    }
  }

  async *#stage(): AsyncGenerator<StagedLog> {
    const folder = exhibitFolder(this.#target.caseFile.folder, this.#exhibit);
    const bytesTotal = this.#log.files.reduce((sum, file) => sum + file.byteLength, 0);
    const onBytes = this.#progress.onBytes("loading", bytesTotal);
    let bytesLeft = await this.#room(this.#log.files.slice(this.#loaded.length));
    let firstRow = endRowOf(this.#loaded);
    for (const [index, file] of this.#readFiles().entries()) {
      throwIfCancelled(this.#options.signal);
      if (index < this.#loaded.length) {
        onBytes(file.byteLength);
        continue;
      }
      const paths = stagedPaths(folder, index);
      const watch = { signal: this.#options.signal, bytesLeft, onBytes: () => undefined };
      const outcome = await stageFile(this.#container, file, paths.staged, watch);
      const notes = [
        ...(outcome && outcome.trailingBytes > 0 ? [`${file.packing}-trailing-data`] : []),
        ...(outcome?.trailerDamaged ? ["gzip-trailer-damaged"] : []),
      ];
      const hashed = await this.#hasher.ask({
        kind: "file",
        path: paths.staged,
        derivedPath: paths.derived,
        framing: file.framing,
      });
      if (file.packing === "plain") this.#digests.set(file.member, hashed.sha256);
      bytesLeft -= hashed.byteLength;
      this.#progress.onRecords(hashed.records);
      onBytes(file.byteLength);
      yield this.#stagedFile(index, file, firstRow, hashed, notes);
      firstRow += hashed.records;
    }
  }

  /** Bytes that may be written, which are at least those of `files` as they are packed. */
  #room(files: readonly { readonly byteLength: number }[]): Promise<number> {
    const folder = exhibitFolder(this.#target.caseFile.folder, this.#exhibit);
    const atLeast = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return stagingRoom(folder, this.#options.limits ?? DEFAULT_LIMITS, atLeast);
  }

  #stagedFile(
    index: number,
    { member, framing, source }: LogFile,
    firstRow: number,
    hashed: HashedFile,
    found: readonly string[] = [],
  ): StagedLog {
    const paths = stagedPaths(exhibitFolder(this.#target.caseFile.folder, this.#exhibit), index);
    const notes = hashed.byteOrderMark ? [...found, "byte-order-mark"] : found;
    for (const code of notes) this.#note(code);
    return {
      file: index,
      path: member,
      framing,
      source,
      stagedPath: paths.staged,
      loadPath: hashed.derived ? paths.derived : paths.staged,
      firstRow,
      records: hashed.records,
      byteLength: hashed.byteLength,
      sha256: hashed.sha256,
      suspects: hashed.suspects,
      notes,
    };
  }

  #readFiles(): readonly LogFile[] {
    return this.#log.files.filter(({ member }) => !this.#unread.has(member));
  }

  /** Keeps the files that hold no rows: digests, and files that could not be unpacked. */
  async #keepProofFiles(records: readonly StagedFile[]): Promise<readonly StagedFile[]> {
    const { caseFile } = this.#target;
    const unread = this.#container.members.filter(({ path }) => this.#unread.has(path)).map(unreadFile);
    const proofs = this.#log.proofFiles.filter(({ member }) => !this.#unread.has(member));
    const files = [...proofs, ...unread];
    if (files.length === 0) return [];
    const folder = exhibitFolder(caseFile.folder, this.#exhibit);
    const last = records.at(-1);
    const endRow = last ? last.firstRow + last.records : 0;
    const watch = {
      signal: this.#options.signal,
      bytesLeft: await this.#room(files),
      onBytes: () => undefined,
    };
    const place = { folder, firstFile: records.length, endRow };
    const staged = await stageProofFiles(this.#container, files, place, watch);
    const list = (session: SqlSession): Promise<void> => insertProofFiles(session, this.#exhibit, staged);
    await caseFile.transaction(list, { announce: false });
    return staged;
  }

  async #commitGroup(files: readonly StagedLog[]): Promise<void> {
    const { caseFile } = this.#target;
    const place = {
      exhibit: this.#exhibit,
      firstSeq: this.#firstSeq,
      sealed: this.#log.bundlePrefix !== undefined,
      chosen: this.#options.source !== undefined || this.#options.mapping !== undefined,
    };
    const records = files.reduce((sum, file) => sum + file.records, 0);
    await caseFile.transaction(
      async (session) => {
        await loadFiles(session, caseFile.folder, files, place, this.#options.signal);
        for (const file of files) {
          await session.run(sql`INSERT INTO evidence_file VALUES (${this.#exhibit}, ${file.file}, ${file.path},
            ${file.firstRow}, ${file.records}, ${stagedPathInCase(this.#exhibit, file.stagedPath)}, ${file.sha256},
            ${file.byteLength}, 'pending')`);
          await session.run(sql`INSERT INTO evidence_framing VALUES (${this.#exhibit}, ${file.file},
            ${JSON.stringify(file.framing)}, ${file.loadPath !== file.stagedPath})`);
        }
        await session.run(sql`INSERT INTO ledger VALUES (${this.#exhibit}, ${files[0]?.file ?? 0}, ${files.length},
          ${this.#firstSeq + (files[0]?.firstRow ?? 0)}, ${records}, ${new Date().toISOString()},
          ${JSON.stringify(files.flatMap(({ notes }) => notes ?? []))})`);
      },
      { announce: false },
    );
    this.#committed += files.length;
    // DuckDB has read them, and the records are in the working copies.
    for (const file of files) if (file.loadPath !== file.stagedPath) await rm(file.loadPath, { force: true });
  }

  async #verifyForeign(): Promise<ForeignJudgement | undefined> {
    return verifyForeign(this.#container, this.#options.trust ?? NO_TRUST, this.#options);
  }

  /** Evidence that is refused leaves no trace: what was loaded of it meanwhile is taken back. */
  async #verify(readSegments: SegmentReader): Promise<SealedLogJudgement | undefined> {
    const trust = this.#options.trust ?? NO_TRUST;
    const means = { ...sealedLogMeans(trust), readSegments };
    const onFile = (path: string, sha256: string): void => void this.#digests.set(path, sha256);
    const judgement = await verifyBundle(this.#container, means, this.#options, onFile);
    if (judgement?.result.verdict !== "refused") {
      await rememberLog(trust, judgement?.pinnedStates ?? []);
      return judgement;
    }
    const cause = judgement.result.findings.find((finding) => finding.verdict === "refused");
    const { file, line, offset } = cause?.where ?? {};
    throw new Problem("refused", cause?.code ?? "refused", cause?.message ?? "the sealed log is malformed", {
      ...(file !== undefined && { file }),
      ...(line !== undefined && { line }),
      ...(offset !== undefined && { offset }),
      ...(cause?.expected !== undefined && { expected: cause.expected }),
      ...(cause?.found !== undefined && { found: cause.found }),
    });
  }

  /** Reads the original once more and compares. @returns its digest. */
  async #assertUnchanged(): Promise<OriginalDigest> {
    const container = await openContainer(this.#path, this.#options.limits);
    try {
      const onBytes = this.#progress.onBytes("hashing again");
      const { signal } = this.#options;
      const members = new Map<string, string>();
      const now = await hashOriginal(
        container,
        () => createReadStream(this.#path),
        onBytes,
        signal,
        (path, sha256) => members.set(path, sha256),
      );
      const then = this.#original?.sha256 ?? now.sha256;
      const altered = [...this.#digests].some(([path, sha256]) => members.size > 0 && members.get(path) !== sha256);
      if (now.sha256 === then && !altered && sameMembers(container, this.#container)) return now;
      throw new Problem(
        "refused",
        "changed-while-reading",
        `${quote(container.label)} changed while it was being imported; start again`,
        { file: container.label, expected: then, found: now.sha256 },
      );
    } finally {
      await container.close();
    }
  }

  #note(code: string, count = 1): void {
    this.#notes.set(code, (this.#notes.get(code) ?? 0) + count);
  }
}

function endRowOf(files: readonly StagedFile[]): number {
  const last = files.at(-1);
  return last ? last.firstRow + last.records : 0;
}

function sameMembers(left: Container, right: Container): boolean {
  const describe = ({ members }: Container): string =>
    JSON.stringify(members.map(({ path, byteLength }) => [path, byteLength]));
  return describe(left) === describe(right);
}

function changedSinceInterrupted(label: string): Problem {
  const message = `${quote(label)} changed since its import was interrupted; import it without --resume`;
  return new Problem("refused", "changed-while-reading", message, { file: label });
}

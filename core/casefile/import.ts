import { createReadStream } from "node:fs";
import { chmod, mkdir, readdir, rm, statfs } from "node:fs/promises";
import { basename, join } from "node:path";

import {
  type Container,
  type ContainerLimits,
  DEFAULT_LIMITS,
} from "../bundle/container.ts";
import { openContainer } from "../bundle/open-container.ts";
import { type Exhibit, type ImportResult } from "../model/exhibit.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type ListedKey } from "../signing/public-key-list.ts";
import { type SealedLogJudgement } from "../verification/sealed-log.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { type CaseFile } from "./case-file.ts";
import { exhibitFolder } from "./case-folder.ts";
import { readImportNotes, readRecordProblems } from "./exhibit-table.ts";
import { progressOf, type ImportProgress } from "./import-progress.ts";
import { finishImport, type ImportTarget } from "./finish-import.ts";
import { hashOriginal, type OriginalDigest } from "./hash-original.ts";
import { Hasher } from "./hasher.ts";
import { loadFiles } from "./load-files.ts";
import {
  stagedPathInCase,
  type StagedFile,
  type StagedLog,
} from "./load-group.ts";
import { findLogFiles, type ChosenSource, type LogFiles } from "./log-files.ts";
import { requireSource } from "./recognise-files.ts";
import { integerOf } from "./row.ts";
import { sql } from "./sql.ts";
import { stageFile } from "./stage-file.ts";
import { NO_TRUST, rememberLog, sealedLogMeans, type Trust } from "./trust.ts";
import { stagedPaths } from "./staged-paths.ts";

export interface ImportOptions extends LongWork {
  /** Name of the source; without it the evidence is recognised. */
  readonly source?: string | undefined;
  /** What the examiner trusts; a sealed log by any other key is not verifiable. */
  readonly trust?: Trust | undefined;
  /** Keys of CloudTrail that the examiner trusts. */
  readonly publicKeys?: readonly ListedKey[] | undefined;
  /** Limits that the examiner raised; the journal then says so. */
  readonly limits?: ContainerLimits | undefined;
}

/** A group is loaded by one statement and committed by one transaction. */
const GROUP_RECORDS = 500_000;
const GROUP_FILES = 64;
const GROUP_BYTES = 512 * 1024 ** 2;

/**
 * Imports evidence into a case: every record becomes a row, whatever its verdict. The original is opened for reading and
 * hashed before and after. When anything fails or the caller cancels, the case is as it was, and the journal says so.
 *
 * Throws the `refused` problems of containers and of `findLogFiles`, `changed-while-reading` (refused), `cancelled`.
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
    await recordRaisedLimits(target, basename(path), limits);
    const container = await openContainer(path, limits);
    try {
      const log = await findLogFiles(container, chosenSource(options));
      const { onBytes } = progressOf(container, options);
      original = await hashOriginal(
        container,
        () => createReadStream(path),
        onBytes("hashing"),
        options.signal,
      );
      const { sha256 } = original;
      const known = target.caseFile.exhibits.find(
        (exhibit) => exhibit.sha256 === sha256,
      );
      if (known) return await alreadyImported(target, known, seconds());
      const exhibit = await new ExhibitImport(
        target,
        path,
        container,
        log,
        original,
        options,
      ).run();
      return await resultOf(target.caseFile, exhibit, seconds());
    } finally {
      await container.close();
    }
  } catch (error) {
    await recordFailure(target, basename(path), original, error);
    throw error;
  }
}

async function recordRaisedLimits(
  { custody }: ImportTarget,
  label: string,
  limits: ContainerLimits,
): Promise<void> {
  const { maxRatio, maxTotalBytes } = limits;
  if (
    maxRatio <= DEFAULT_LIMITS.maxRatio &&
    maxTotalBytes <= DEFAULT_LIMITS.maxTotalBytes
  )
    return;
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
    object: {
      id: "evidence",
      label,
      ...(original && { bytes: original.byteLength, sha256: original.sha256 }),
    },
    result: { code: error instanceof Problem ? error.code : "internal" },
    note: "nothing of it stays in the case",
  });
}

async function alreadyImported(
  { caseFile, custody }: ImportTarget,
  exhibit: Exhibit,
  seconds: number,
): Promise<ImportResult> {
  await custody.append({
    action: "exhibit.import-repeated",
    object: {
      id: exhibit.id,
      label: exhibit.label,
      bytes: exhibit.byteLength,
      sha256: exhibit.sha256,
    },
    note: "the case holds this exhibit already; nothing was added",
  });
  const result = await resultOf(caseFile, exhibit, seconds);
  return {
    ...result,
    notes: [...result.notes, { code: "already-imported", count: 1 }],
  };
}

async function resultOf(
  caseFile: CaseFile,
  exhibit: Exhibit,
  seconds: number,
): Promise<ImportResult> {
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
  readonly #original: OriginalDigest;
  readonly #options: ImportOptions;
  readonly #notes: Map<string, number>;
  readonly #progress: ImportProgress;
  readonly #hasher = new Hasher();
  #exhibit = 0;
  #firstSeq = 0;

  constructor(
    target: ImportTarget,
    path: string,
    container: Container,
    log: LogFiles,
    original: OriginalDigest,
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
    await discardUnfinished(caseFile);
    const receivedAt = new Date().toISOString();
    const judgement = await this.#verify();
    try {
      await this.#begin(receivedAt);
      const files = await this.#load();
      await this.#hasher.ask({ kind: "close" });
      await this.#assertUnchanged();
      throwIfCancelled(this.#options.signal);
      const exhibit = await finishImport(this.#target, this.#hasher, {
        exhibit: this.#exhibit,
        firstSeq: this.#firstSeq,
        records: files.reduce((sum, file) => sum + file.records, 0),
        files,
        label: this.#container.label,
        original: this.#original,
        recognition: this.#log.recognition,
        notes: this.#notes,
        verification: judgement?.result,
        proven: judgement && {
          bundlePrefix: this.#log.bundlePrefix ?? "",
          rows: judgement.rows,
          signedLeaves: judgement.signedLeaves,
        },
      });
      return exhibit;
    } catch (error) {
      await this.#hasher.close();
      await discardUnfinished(caseFile);
      throw error;
    } finally {
      await this.#hasher.close();
    }
  }

  /** Gives the exhibit its number and its folder; its row says `importing` until everything is there. */
  async #begin(receivedAt: string): Promise<void> {
    const { caseFile } = this.#target;
    const { recognition } = this.#log;
    this.#firstSeq = caseFile.events;
    this.#exhibit = caseFile.exhibits.length + 1;
    await caseFile.transaction(
      (session) =>
        session.run(sql`INSERT INTO exhibit VALUES (${this.#exhibit}, 'importing', ${this.#container.label}, ${receivedAt},
          ${this.#original.byteLength}, ${this.#original.sha256}, ${recognition.source.name}, ${recognition.score},
          ${recognition.reason}, 'none', ${this.#firstSeq}, 0, 0, 0, 'not-verifiable', NULL, ${this.#path})`),
      { announce: false },
    );
    const folder = exhibitFolder(caseFile.folder, this.#exhibit);
    await mkdir(folder);
    await this.#hasher.ask({
      kind: "open",
      sidecar: join(folder, "records.idx"),
      records: 0,
    });
  }

  async #load(): Promise<readonly StagedFile[]> {
    const all: StagedFile[] = [];
    let group: StagedLog[] = [];
    let loading: Promise<void> = Promise.resolve();
    const loadNext = async (): Promise<void> => {
      await this.#hasher.ask({ kind: "sync" });
      await loading;
      const files = group;
      group = [];
      loading = this.#commitGroup(files);
      // Awaited before the next group or at the end; a failure meanwhile must not count as unhandled.
      loading.catch(() => undefined);
    };
    try {
      for await (const file of this.#stage()) {
        all.push(file);
        group.push(file);
        if (isFull(group)) await loadNext();
      }
      if (group.length > 0) await loadNext();
      await loading;
    } catch (error) {
      await loading.catch(() => undefined);
      throw error;
    }
    return all;
  }

  async *#stage(): AsyncGenerator<StagedLog> {
    const folder = exhibitFolder(this.#target.caseFile.folder, this.#exhibit);
    const bytesTotal = this.#log.files.reduce(
      (sum, file) => sum + file.byteLength,
      0,
    );
    const onBytes = this.#progress.onBytes("loading", bytesTotal);
    let bytesLeft = await spaceFor(
      folder,
      this.#options.limits ?? DEFAULT_LIMITS,
    );
    let firstRow = 0;
    for (const [index, file] of this.#log.files.entries()) {
      throwIfCancelled(this.#options.signal);
      const paths = stagedPaths(folder, index);
      const watch = {
        signal: this.#options.signal,
        bytesLeft,
        onBytes: () => undefined,
      };
      const outcome = await stageFile(
        this.#container,
        file,
        paths.staged,
        watch,
      );
      if (outcome && outcome.trailingBytes > 0)
        this.#note("gzip-trailing-data");
      if (outcome?.trailerDamaged) this.#note("gzip-trailer-damaged");
      const hashed = await this.#hasher.ask({
        kind: "file",
        path: paths.staged,
        derivedPath: paths.derived,
        framing: file.framing,
      });
      if (hashed.byteOrderMark) this.#note("byte-order-mark");
      bytesLeft -= hashed.byteLength;
      this.#progress.onRecords(hashed.records);
      onBytes(file.byteLength);
      yield {
        file: index,
        path: file.member,
        framing: file.framing,
        source: file.source,
        stagedPath: paths.staged,
        loadPath: hashed.derived ? paths.derived : paths.staged,
        firstRow,
        records: hashed.records,
        byteLength: hashed.byteLength,
        sha256: hashed.sha256,
      };
      firstRow += hashed.records;
    }
  }

  async #commitGroup(files: readonly StagedLog[]): Promise<void> {
    const { caseFile } = this.#target;
    const place = {
      exhibit: this.#exhibit,
      firstSeq: this.#firstSeq,
      sealed: this.#log.bundlePrefix !== undefined,
      chosen: this.#options.source !== undefined,
    };
    const records = files.reduce((sum, file) => sum + file.records, 0);
    await caseFile.transaction(
      async (session) => {
        await loadFiles(
          session,
          caseFile.folder,
          files,
          place,
          this.#options.signal,
        );
        for (const file of files) {
          await session.run(sql`INSERT INTO evidence_file VALUES (${this.#exhibit}, ${file.file}, ${file.path},
            ${file.firstRow}, ${file.records}, ${stagedPathInCase(this.#exhibit, file.stagedPath)}, ${file.sha256},
            ${file.byteLength}, 'pending')`);
          await session.run(sql`INSERT INTO evidence_framing VALUES (${this.#exhibit}, ${file.file},
            ${JSON.stringify(file.framing)}, ${file.loadPath !== file.stagedPath})`);
        }
        await session.run(sql`INSERT INTO ledger VALUES (${this.#exhibit}, ${files[0]?.file ?? 0}, ${files.length},
          ${this.#firstSeq + (files[0]?.firstRow ?? 0)}, ${records}, ${new Date().toISOString()})`);
      },
      { announce: false },
    );
    // DuckDB has read them, and the records are in the working copies.
    for (const file of files)
      if (file.loadPath !== file.stagedPath)
        await rm(file.loadPath, { force: true });
  }

  /** Before anything is loaded: evidence that is refused leaves no trace. */
  async #verify(): Promise<SealedLogJudgement | undefined> {
    const trust = this.#options.trust ?? NO_TRUST;
    const judgement = await verifyBundle(
      this.#container,
      sealedLogMeans(trust),
      this.#options,
    );
    if (judgement?.result.verdict !== "refused") {
      await rememberLog(trust, judgement?.pinnedStates ?? []);
      return judgement;
    }
    const cause = judgement.result.findings.find(
      (finding) => finding.verdict === "refused",
    );
    const { file, line, offset } = cause?.where ?? {};
    throw new Problem(
      "refused",
      cause?.code ?? "refused",
      cause?.message ?? "the sealed log is malformed",
      {
        ...(file !== undefined && { file }),
        ...(line !== undefined && { line }),
        ...(offset !== undefined && { offset }),
        ...(cause?.expected !== undefined && { expected: cause.expected }),
        ...(cause?.found !== undefined && { found: cause.found }),
      },
    );
  }

  async #assertUnchanged(): Promise<void> {
    const container = await openContainer(this.#path, this.#options.limits);
    try {
      const now = await hashOriginal(
        container,
        () => createReadStream(this.#path),
        this.#progress.onBytes("hashing again"),
        this.#options.signal,
      );
      if (now.sha256 === this.#original.sha256) return;
      throw new Problem(
        "refused",
        "changed-while-reading",
        `${quote(container.label)} changed while it was being imported; start again`,
        {
          file: container.label,
          expected: this.#original.sha256,
          found: now.sha256,
        },
      );
    } finally {
      await container.close();
    }
  }

  #note(code: string): void {
    this.#notes.set(code, (this.#notes.get(code) ?? 0) + 1);
  }
}

function chosenSource({ source }: ImportOptions): ChosenSource | undefined {
  return source === undefined ? undefined : { source: requireSource(source) };
}

function isFull(group: readonly StagedFile[]): boolean {
  const records = group.reduce((sum, file) => sum + file.records, 0);
  const bytes = group.reduce((sum, file) => sum + file.byteLength, 0);
  return (
    group.length >= GROUP_FILES ||
    records >= GROUP_RECORDS ||
    bytes >= GROUP_BYTES
  );
}

/** Takes back whatever an import that did not finish left in the case and in its folder. */
async function discardUnfinished(caseFile: CaseFile): Promise<void> {
  const unfinished = await caseFile.query(
    sql`SELECT id, first_seq FROM exhibit WHERE state = 'importing'`,
  );
  for (const row of unfinished) {
    const id = integerOf(row, "id");
    const firstSeq = integerOf(row, "first_seq");
    await caseFile.transaction(
      async (session) => {
        await session.run(sql`DELETE FROM event WHERE seq >= ${firstSeq}`);
        await session.run(
          sql`DELETE FROM record_problem WHERE seq >= ${firstSeq}`,
        );
        await session.run(sql`DELETE FROM evidence_file WHERE exhibit = ${id}`);
        await session.run(
          sql`DELETE FROM evidence_framing WHERE exhibit = ${id}`,
        );
        await session.run(sql`DELETE FROM ledger WHERE exhibit = ${id}`);
        await session.run(sql`DELETE FROM exhibit WHERE id = ${id}`);
      },
      { announce: false },
    );
    await removeFolder(exhibitFolder(caseFile.folder, id));
  }
}

/** Working copies are read-only, which some systems hold against deleting them. */
async function removeFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) await chmod(join(folder, name), 0o600);
  await rm(folder, { recursive: true, force: true });
}

/** What an import may write; the database and the system need the rest of the disk. */
async function spaceFor(
  folder: string,
  { maxTotalBytes, maxDiskShare }: ContainerLimits,
): Promise<number> {
  const disk = await statfs(folder);
  return Math.min(
    maxTotalBytes,
    Math.floor(disk.bavail * disk.bsize * maxDiskShare),
  );
}

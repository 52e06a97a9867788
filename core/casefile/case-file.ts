import { rm } from "node:fs/promises";

import { assert, present } from "../model/assert.ts";
import { type CaseDetails } from "../model/case-details.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { readCaseDetails } from "./case-detail-table.ts";
import { type CaseFolder } from "./case-folder.ts";
import { removeLockHolder } from "./case-lock.ts";
import { type Database, type Session, type SqlSession, type StatementOptions } from "./database.ts";
import { readEvidenceFiles, readExhibits, type EvidenceFile } from "./exhibit-table.ts";
import { exhibitNumber, RecordLocator, type RecordLocation } from "./record-locator.ts";
import { type Columns, type Row } from "./row.ts";
import { sql, type Sql } from "./sql.ts";
import { readWorkingCopies } from "./working-copy.ts";

interface EvidenceIndex {
  readonly exhibits: readonly Exhibit[];
  readonly files: readonly EvidenceFile[];
}

/** An open case. One process owns it from opening to {@link CaseFile.close}. */
export class CaseFile implements SqlSession {
  readonly folder: CaseFolder;
  readonly writable: boolean;
  readonly #database: Database;
  readonly #release: () => void;
  readonly #locator: RecordLocator;
  readonly #listeners = new Set<(revision: number) => void>();
  #evidence: EvidenceIndex;
  #revision: number;
  #closed = false;

  constructor(
    folder: CaseFolder,
    writable: boolean,
    database: Database,
    evidence: EvidenceIndex,
    revision: number,
    release: () => void,
  ) {
    this.folder = folder;
    this.writable = writable;
    this.#database = database;
    this.#evidence = evidence;
    this.#locator = new RecordLocator(folder, evidence.exhibits, evidence.files);
    this.#revision = revision;
    this.#release = release;
  }

  query(statement: Sql, options?: { readonly signal?: AbortSignal | undefined }): Promise<readonly Row[]> {
    return this.#database.session.query(statement, options);
  }

  columns(statement: Sql, options?: { readonly signal?: AbortSignal | undefined }): Promise<Columns> {
    return this.#database.session.columns(statement, options);
  }

  /** For temporary tables of a query; what changes the case goes through {@link transaction}. */
  run(statement: Sql, options?: StatementOptions): Promise<number> {
    return this.#database.session.run(statement, options);
  }

  /**
   * For questions that take long: those above need not wait for them. It shares the tables of the schema `scratch`, which are
   * in memory, and sees no temporary table.
   */
  get jobs(): SqlSession {
    return this.#database.jobs;
  }

  /**
   * Makes tables that follow from others beside everything else: all of `work` or nothing, and no change of the case.
   * `signal` fires when the case is closed, which waits for it. Throws `cancelled` after that.
   */
  background(work: (session: SqlSession, signal: AbortSignal) => Promise<void>): Promise<void> {
    assert(this.writable, "a case opened for reading is not changed");
    return this.#database.background(work);
  }

  /** Runs `work` on a connection of its own, in a transaction that cannot write. */
  readOnly<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#database.readOnly(work);
  }

  /** Stops the query that is running now; it fails with `cancelled`. */
  interrupt(): void {
    this.#database.session.interrupt();
  }

  /** Changes the case: all of `work` or nothing. A change that commits raises {@link revision} by one. */
  async transaction<T>(
    work: (session: SqlSession) => Promise<T>,
    options: {
      /** False for steps whose rows nobody sees before a later change: they neither count nor tell listeners. */
      readonly announce: boolean;
    } = { announce: true },
  ): Promise<T> {
    assert(this.writable, "a case opened for reading is not changed");
    if (!options.announce) return this.#database.transaction(work);
    const result = await this.#database.transaction(async (session) => {
      const value = await work(session);
      await session.run(sql`UPDATE meta SET value = value + 1 WHERE key = 'revision'`);
      return value;
    });
    this.#revision += 1;
    for (const listener of this.#listeners) listener(this.#revision);
    return result;
  }

  /** Counts committed changes. */
  get revision(): number {
    return this.#revision;
  }

  /** Calls `listener` after every committed change. @returns how to stop. */
  onChange(listener: (revision: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Finished exhibits in order of receipt. */
  get exhibits(): readonly Exhibit[] {
    return this.#evidence.exhibits;
  }

  /** Files of finished exhibits, by exhibit and then in evidence order. */
  get files(): readonly EvidenceFile[] {
    return this.#evidence.files;
  }

  /** Number of events: the seq after the last. */
  get events(): number {
    const last = this.#evidence.exhibits.at(-1);
    return last ? last.firstSeq + last.records : 0;
  }

  /** Reads exhibits and files again after an import. */
  async refreshEvidence(): Promise<void> {
    const session = this.#database.session;
    this.#evidence = { exhibits: await readExhibits(session), files: await readEvidenceFiles(session) };
    this.#locator.refresh(this.#evidence.exhibits, this.#evidence.files);
  }

  details(): Promise<CaseDetails> {
    return readCaseDetails(this.#database.session);
  }

  /** Where a record lies. Throws `no-such-event` (usage). */
  async locate(seq: number): Promise<RecordLocation> {
    const [location] = await this.locateAll([seq]);
    return present(location, "one location was asked for");
  }

  /** Where records lie, in the order asked; a page of neighbours costs one read. Throws `no-such-event` (usage). */
  locateAll(seqs: readonly number[]): Promise<readonly RecordLocation[]> {
    return this.#locator.locate(seqs);
  }

  /**
   * The record's bytes from the working copy, checked against the leaf hash taken at import.
   * Throws `working-copy-altered` (refused) when they differ, `working-copy-missing` (machine) when they are gone.
   */
  async readRecord(seq: number): Promise<Uint8Array> {
    const [record] = await this.readRecords([seq]);
    return present(record, "one record was asked for");
  }

  /** Records in the order asked, each checked as {@link readRecord} does. Throws as it does. */
  async readRecords(seqs: readonly number[]): Promise<readonly Uint8Array[]> {
    return readWorkingCopies(await this.locateAll(seqs));
  }

  /** Leaf hashes of an exhibit ("X-1"), 32 bytes each, by row. */
  async leafHashes(exhibit: string): Promise<Uint8Array> {
    return (await this.#locator.sidecar(exhibitNumber(exhibit))).leafHashes();
  }

  /** Closes everything; further calls do nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#locator.close();
    await this.#database.close();
    if (this.writable) {
      await rm(this.folder.temporary, { recursive: true, force: true });
      await removeLockHolder(this.folder.lock);
    }
    this.#release();
  }
}

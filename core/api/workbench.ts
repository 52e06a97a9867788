import { realpath } from "node:fs/promises";
import { basename } from "node:path";

import { CASE_SUFFIX } from "../casefile/case-folder.ts";
import { createSession, openSession, type CaseSession, type SessionOptions } from "../casefile/case-session.ts";
import { changeCaseDetails } from "../casefile/change-details.ts";
import { home, type Home } from "../casefile/home.ts";
import { forgetCase, readRecentCases, rememberCase, type KnownCase } from "../casefile/recent-cases.ts";
import { readTrustStore } from "../casefile/trust-store.ts";
import { type CaseDetails } from "../model/case-details.ts";
import { Problem } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type CaseState, type ExaminerState, type HomeState, type RecentCase } from "./contract.ts";
import { ExaminerDesk } from "./examiner-desk.ts";
import { type WorkerHost } from "./host.ts";
import { readCaseState, takeCase, type OpenCase } from "./open-case.ts";
import { pinnedItems } from "./pinned-items.ts";
import { type Emit } from "./server.ts";

/** What one worker holds: the user's folder, the examiner's key, and at most one open case. */
export class Workbench {
  readonly host: WorkerHost;
  readonly home: Home;
  readonly examiner: ExaminerDesk;
  readonly #listeners = new Set<Emit>();
  /** Long work on the open case that has not ended. */
  readonly #running = new Set<{ readonly stop: AbortController; readonly done: Promise<unknown> }>();
  #open: OpenCase | null = null;

  constructor(host: WorkerHost) {
    this.host = host;
    this.home = home(host.home);
    this.examiner = new ExaminerDesk(this.home, host.keyStore);
  }

  /** Emits every change of the open case. @returns how to stop. */
  subscribe(emit: Emit): () => void {
    this.#listeners.add(emit);
    return () => this.#listeners.delete(emit);
  }

  /** The path behind a grant. Throws `grant-unknown` (usage): a grant is good once. */
  take(grant: string): string {
    const granted = this.host.resolveGrant(grant);
    if (granted) return granted.path;
    throw new Problem("usage", "grant-unknown", "opening what was chosen: it was used already; choose it again");
  }

  /** The open case. Throws `no-case-open` (usage). */
  get current(): OpenCase {
    if (this.#open) return this.#open;
    throw new Problem("usage", "no-case-open", "expected an open case, found none");
  }

  /** The open case, or null. */
  get openOrNull(): OpenCase | null {
    return this.#open ?? null;
  }

  async readHome(): Promise<HomeState> {
    if (this.#open) await this.#remember(this.#open);
    const recent = await readRecentCases(this.home.recentCases);
    const trust = await readTrustStore(this.home.trustStore);
    return {
      version: this.host.version,
      build: this.host.build,
      recent: recent.map(shownCase),
      pinned: pinnedItems(trust),
      examiner: await this.examiner.state(),
    };
  }

  async forgetRecent(id: string): Promise<HomeState> {
    await forgetCase(this.home.recentCases, id);
    return this.readHome();
  }

  createCase(path: string): Promise<CaseState> {
    return this.#begin((options) => createSession(path, options));
  }

  /** Opens a case instead of the one that is open, which stays open where that fails. */
  async openCase(path: string): Promise<CaseState> {
    // Its lock is held by this process.
    const root = await realpath(path).catch(() => path);
    if (this.#open?.session.caseFile.folder.root === root) await this.closeCase();
    return this.#begin((options) => openSession(path, options));
  }

  /** Opens a case of the recent list. Throws `case-forgotten` (usage). */
  async openRecent(id: string): Promise<CaseState> {
    const known = (await readRecentCases(this.home.recentCases)).find((item) => item.id === id);
    if (!known) throw new Problem("usage", "case-forgotten", "opening a recent case: it is no longer in the list");
    return this.openCase(known.path);
  }

  readCase(): Promise<CaseState> {
    return readCaseState(this.current);
  }

  async setDetails(details: CaseDetails): Promise<CaseState> {
    await changeCaseDetails(this.current.session, details);
    return this.readCase();
  }

  async createExaminer(name: string, passphrase: string | null): Promise<ExaminerState> {
    await this.examiner.create(name, passphrase);
    const { fingerprint } = await this.examiner.state();
    await this.#open?.session.custody.append({
      action: "key.created",
      object: { id: "examiner", sha256: fingerprint },
    });
    await this.endorse();
    return this.examiner.state();
  }

  async unlockExaminer(passphrase: string): Promise<ExaminerState> {
    await this.examiner.unlock(passphrase);
    await this.endorse();
    return this.examiner.state();
  }

  /** Begins the open case's session anew, now endorsed by the key that was just unlocked. */
  async endorse(): Promise<void> {
    if (!this.#open?.session.custody.endorsed) await this.endorseAnew();
  }

  /** The same where another key endorsed it. */
  async endorseAnew(): Promise<void> {
    if (this.#open) await this.openCase(this.#open.session.caseFile.folder.root);
  }

  /** Does long work on the open case. Closing the case stops it and waits for its end, which the journal tells. */
  async during<T>(work: LongWork, act: (work: LongWork) => Promise<T>): Promise<T> {
    const stop = new AbortController();
    const signal = work.signal ? AbortSignal.any([work.signal, stop.signal]) : stop.signal;
    const running = { stop, done: act({ ...work, signal }) };
    this.#running.add(running);
    try {
      return await running.done;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Closes the case, if one is open, and remembers it. */
  async closeCase(): Promise<void> {
    for (const { stop } of this.#running) stop.abort();
    await Promise.allSettled([...this.#running].map(({ done }) => done));
    const open = this.#open;
    if (!open) return;
    await this.#remember(open);
    this.#open = null;
    open.stopListening();
    await open.session.close();
  }

  async #begin(open: (options: SessionOptions) => Promise<CaseSession>): Promise<CaseState> {
    const { key, made } = await this.examiner.usable();
    const session = await open({
      endorser: key,
      actorName: key?.name ?? "examiner",
      app: { version: this.host.version, build: this.host.build },
    });
    await this.closeCase();
    if (made && key) {
      await session.custody.append({ action: "key.created", object: { id: "examiner", sha256: key.fingerprint } });
    }
    this.#open = takeCase(session, (name, value) => {
      for (const emit of this.#listeners) emit(name, value);
    });
    await this.#remember(this.#open);
    return readCaseState(this.#open);
  }

  async #remember(open: OpenCase): Promise<void> {
    const { details, verdict, events, findings } = await readCaseState(open);
    const { root } = open.session.caseFile.folder;
    const title = details.title || basename(root).replace(CASE_SUFFIX, "");
    const openedAt = new Date().toISOString();
    await rememberCase(this.home.recentCases, { path: root, title, verdict, events, findings, openedAt });
  }
}

/** A recent case as a window may see it: without its path. */
function shownCase({ id, label, title, verdict, events, findings, openedAt, present }: KnownCase): RecentCase {
  return { id, label, title, verdict, events, findings, openedAt, present };
}

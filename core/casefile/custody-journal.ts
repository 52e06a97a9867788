/**
 * The custody journal of a case: custody.jsonl, append-only, hash-chained, signed from its first entry
 * (docs/formats/custody-journal.md). An entry is on the disk before `append` resolves, so that nothing is shown to a
 * person that is not recorded.
 */
import { createHash } from "node:crypto";

import { formatHex } from "../encoding/bytes.ts";
import { canonicalJson } from "../encoding/canonical-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { assert, present } from "../model/assert.ts";
import { type CustodyAction } from "../model/custody-actions.ts";
import { type CustodyEntry, type CustodyObject, type CustodyValue } from "../model/custody.ts";
import { Problem } from "../model/problem.ts";
import { CLOCK_JUMP_MS, systemClock, type CustodyClock } from "./custody-clock.ts";
import { formatCustodyLine, MAX_LINE_BYTES } from "./custody-line.ts";
import { createSessionKey, SESSION_OPENED, sessionParams, type Endorser, type SessionKey } from "./custody-session.ts";
import { readCustodyEntries, verifyCustody, type CustodyVerification } from "./custody-verify.ts";
import { openJournalFile, type JournalFile, type TornBytes } from "./journal-file.ts";

const CASE_CLOSED = "case.closed";
const LINE_FEED = 0x0a;
/** Findings about an altered journal that its next session names one by one. */
const REPORTED_FINDINGS = 20;

const GAP_NOTE = "the last line was incomplete; its bytes were moved to the named file beside the journal";
const RECOVERED_NOTE = "the session before this one did not end with case.closed";
const BACKWARDS_NOTE = "the wall clock is behind the last entry of the session before this one";
const JUMP_NOTE = "the wall clock moved against the monotonic clock: it was set, or the machine slept";

/** What was done, as the caller tells it; the journal adds who, when, where and the chain. */
export interface CustodyAct {
  readonly action: CustodyAction;
  readonly object?: CustodyObject;
  readonly params?: Readonly<Record<string, CustodyValue>>;
  readonly result?: Readonly<Record<string, CustodyValue>>;
  readonly purpose?: string;
  readonly note?: string;
}

/** Who opens the journal, with what, on which machine. */
export interface CustodyJournalOptions {
  /** The examiner's unlocked key, or null: the session is then unendorsed. */
  readonly endorser: Endorser | null;
  /** Name of the person, used when there is no endorser to name one. */
  readonly actorName: string;
  readonly app: CustodyEntry["app"];
  /** Shortened SHA-256 of an identifier of the machine (`hostId`). */
  readonly host: string;
  readonly clock?: CustodyClock;
}

/**
 * Opens the journal, making it if there is none, and begins a session in it. What is there is verified first
 * ({@link CustodyJournal.found}); a journal found altered is still opened, and the new session records that.
 * Throws `custody-unreadable` (machine) when the file cannot be read or written.
 */
export async function openCustodyJournal(path: string, options: CustodyJournalOptions): Promise<CustodyJournal> {
  const { file, lines, torn } = await openJournalFile(path);
  try {
    const journal = new CustodyJournal(file, options, await verifyCustody(lines), await createSessionKey());
    await journal.begin(readCustodyEntries(lastLine(lines))[0], torn);
    return journal;
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface ClockReading {
  readonly wall: number;
  readonly monotonic: number;
}

/** An open journal. Appends are written one after the other, in the order they were asked for. */
export class CustodyJournal {
  /** What verification found when the journal was opened. */
  readonly found: CustodyVerification;
  readonly #file: JournalFile;
  readonly #options: CustodyJournalOptions;
  readonly #clock: CustodyClock;
  readonly #key: SessionKey;
  #head: string;
  /** Both clocks at the previous entry of this session. */
  #previous: ClockReading | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;
  readonly #listeners = new Set<() => void>();

  /** Use {@link openCustodyJournal}. */
  constructor(file: JournalFile, options: CustodyJournalOptions, found: CustodyVerification, key: SessionKey) {
    this.#file = file;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.found = found;
    this.#key = key;
    this.#head = found.head;
  }

  /** Hash of the last entry, lower-case hex. */
  get head(): string {
    return this.#head;
  }

  /** Number of entries. */
  get length(): number {
    return this.#file.length;
  }

  /** Whether an examiner key endorses this session. */
  get endorsed(): boolean {
    return this.#options.endorser !== null;
  }

  /** Who acts in this session. */
  get actor(): CustodyEntry["actor"] {
    const { endorser, actorName } = this.#options;
    return endorser ? { name: endorser.name, key: endorser.fingerprint } : { name: actorName, key: "unendorsed" };
  }

  /** Calls `listener` whenever entries are on the disk. @returns how to stop. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes the entries that begin a session, in the order in which they explain one another. */
  async begin(last: CustodyEntry | undefined, torn: TornBytes | undefined): Promise<void> {
    const sinceLastMs = last ? this.#clock.wallMillis() - Date.parse(last.at) : 0;
    await this.#enqueue(() => this.#openSession());
    if (sinceLastMs < -CLOCK_JUMP_MS) {
      await this.append({ action: "clock.jump", params: { jumpMs: sinceLastMs }, note: BACKWARDS_NOTE });
    }
    if (torn) await this.append({ action: "journal.gap", params: { ...torn }, note: GAP_NOTE });
    if (last && last.action !== CASE_CLOSED) {
      await this.append({ action: "app.recovered", params: { afterSeq: last.seq }, note: RECOVERED_NOTE });
    }
    if (this.found.verdict === "altered") {
      const findings = this.found.findings.filter(({ verdict }) => verdict === "altered");
      const first = findings.slice(0, REPORTED_FINDINGS).map(({ code, line }) => ({ code, line }));
      await this.append({ action: "journal.altered", result: { findings: findings.length, first } });
    }
  }

  /**
   * Appends an entry; it is on the disk when this resolves. Throws `custody-write-failed` (machine): the act must then
   * not be shown as done.
   */
  async append(act: CustodyAct): Promise<CustodyEntry> {
    const [entry] = await this.appendAll([act]);
    return present(entry, "one act makes one entry");
  }

  /** Appends several entries in one write: all of them are on the disk when this resolves, or none. */
  appendAll(acts: readonly CustodyAct[]): Promise<readonly CustodyEntry[]> {
    return this.#enqueue(async () => {
      await this.#recordClockJump();
      return this.#write(acts);
    });
  }

  /** The entries from `start`, at most `count`, read from the disk. */
  async entries(start: number, count: number): Promise<readonly CustodyEntry[]> {
    const end = Math.min(start + count, this.length);
    return start < end ? readCustodyEntries(await this.#file.read(start, end)) : [];
  }

  /** The journal's bytes as they are now, from the first entry to the last: what a package carries. */
  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#file.read(0, this.length);
  }

  /** Ends the session with `case.closed` and closes the file; a second call does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    try {
      if (this.#file.isWhole) await this.append({ action: CASE_CLOSED });
    } finally {
      this.#closed = true;
      await this.#file.close();
    }
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #recordClockJump(): Promise<void> {
    if (!this.#previous) return;
    const now = this.#readClocks();
    const jumpMs = Math.round(now.wall - this.#previous.wall - (now.monotonic - this.#previous.monotonic));
    if (Math.abs(jumpMs) <= CLOCK_JUMP_MS) return;
    await this.#write([{ action: "clock.jump", params: { jumpMs }, note: JUMP_NOTE }]);
  }

  #readClocks(): ClockReading {
    return { wall: this.#clock.wallMillis(), monotonic: this.#clock.monotonicMillis() };
  }

  async #openSession(): Promise<void> {
    const place = { seq: this.length, prev: this.#head, at: toTimestamp(this.#readClocks().wall) };
    const params = await sessionParams(this.#key, this.#options.endorser, place);
    await this.#write([{ action: SESSION_OPENED, params }], place.at);
  }

  /** Writes entries that follow one another at one moment; `at` repeats the time that an endorsement names. */
  async #write(acts: readonly CustodyAct[], at?: string): Promise<readonly CustodyEntry[]> {
    assert(!this.#closed, "nothing is appended to a closed journal");
    const now = this.#readClocks();
    let previous = this.#previous;
    let head = this.#head;
    const entries: CustodyEntry[] = [];
    const lines: Uint8Array[] = [];
    for (const act of acts) {
      const entry = this.#entry(act, this.length + entries.length, head, at ?? toTimestamp(now.wall), {
        source: "os",
        monotonicMs: previous ? Math.round(now.monotonic - previous.monotonic) : null,
      });
      const sealed = await this.#seal(entry);
      entries.push(entry);
      lines.push(sealed.line);
      head = sealed.hash;
      previous = now;
    }
    await this.#file.append(lines);
    this.#head = head;
    this.#previous = previous;
    for (const listener of this.#listeners) listener();
    return entries;
  }

  #entry(act: CustodyAct, seq: number, prev: string, at: string, clock: CustodyEntry["clock"]): CustodyEntry {
    const { host, app } = this.#options;
    return { ...act, v: 1, seq, at, clock, tz: this.#clock.timeZone(), actor: this.actor, host, app, prev };
  }

  async #seal(entry: CustodyEntry): Promise<{ readonly line: Uint8Array; readonly hash: string }> {
    const text = canonicalJson(entry);
    const data = encodeUtf8(text);
    const hash = formatHex(createHash("sha256").update(data).digest());
    const line = encodeUtf8(`${formatCustodyLine({ text, hash, signature: await this.#key.sign(data) })}\n`);
    if (line.length <= MAX_LINE_BYTES) return { line, hash };
    throw new Problem("usage", "custody-entry-too-long", `recording ${entry.action}: expected at most 4 MiB`);
  }
}

function toTimestamp(millis: number): string {
  return new Date(millis).toISOString();
}

/** The last of whole lines, with its line feed. */
function lastLine(lines: Uint8Array): Uint8Array {
  return lines.subarray(lines.lastIndexOf(LINE_FEED, lines.length - 2) + 1);
}

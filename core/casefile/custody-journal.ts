/**
 * The custody journal of a case: custody.jsonl, append-only, hash-chained, signed from its first entry
 * (docs/formats/custody-journal.md). An entry is on the disk before `append` resolves, so that nothing is shown to a
 * person that is not recorded.
 */
import { createHash } from "node:crypto";
import { open, readFile, type FileHandle } from "node:fs/promises";
import { basename, dirname } from "node:path";

import { concatBytes, formatHex } from "../encoding/bytes.ts";
import { canonicalJson } from "../encoding/canonical-json.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { assert, present } from "../model/assert.ts";
import { type CustodyEntry, type CustodyObject, type CustodyValue } from "../model/custody.ts";
import { Problem } from "../model/problem.ts";
import { systemProblem } from "../model/system-problem.ts";
import { CLOCK_JUMP_MS, systemClock, type CustodyClock } from "./custody-clock.ts";
import { formatCustodyLine, MAX_ACTION_LENGTH, MAX_LINE_BYTES, parseCustodyLine } from "./custody-line.ts";
import { createSessionKey, SESSION_OPENED, sessionParams, type Endorser, type SessionKey } from "./custody-session.ts";
import { readCustodyEntries, verifyCustody, type CustodyVerification } from "./custody-verify.ts";

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
  /** Dotted verb, such as "bundle.verified". */
  readonly action: string;
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
export async function openCustodyJournal(file: string, options: CustodyJournalOptions): Promise<CustodyJournal> {
  try {
    const bytes = await readExisting(file);
    const wholeBytes = bytes.lastIndexOf(LINE_FEED) + 1;
    const found = await verifyCustody(bytes.subarray(0, wholeBytes));
    const kept = await keepTornBytes(file, bytes.subarray(wholeBytes));
    const handle = await open(file, "a+");
    if (kept) await handle.truncate(wholeBytes);
    if (bytes.length === 0) await syncFolder(dirname(file));
    const whole = bytes.subarray(0, wholeBytes);
    const journal = new CustodyJournal(
      file,
      handle,
      options,
      found,
      await createSessionKey(),
      lineStarts(whole),
      wholeBytes,
    );
    try {
      await journal.begin(lastEntry(whole), kept);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return journal;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(
      "machine",
      "custody-unreadable",
      "opening the custody journal failed",
      { file },
      { cause: error },
    );
  }
}

/** Bytes of a line that was never finished, moved to a file of their own. */
interface KeptBytes {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

interface ClockReading {
  readonly wall: number;
  readonly monotonic: number;
}

/** An open journal. Appends are written one after the other, in the order they were asked for. */
export class CustodyJournal {
  /** What verification found when the journal was opened. */
  readonly found: CustodyVerification;
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #options: CustodyJournalOptions;
  readonly #clock: CustodyClock;
  readonly #key: SessionKey;
  /** Byte offset of each line. */
  readonly #starts: number[];
  #size: number;
  #head: string;
  /** Both clocks at the previous entry of this session. */
  #previous: ClockReading | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #state: "open" | "broken" | "closed" = "open";

  /** Use {@link openCustodyJournal}. */
  constructor(
    file: string,
    handle: FileHandle,
    options: CustodyJournalOptions,
    found: CustodyVerification,
    key: SessionKey,
    starts: number[],
    size: number,
  ) {
    this.#file = file;
    this.#handle = handle;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.found = found;
    this.#key = key;
    this.#starts = starts;
    this.#size = size;
    this.#head = found.head;
  }

  /** Hash of the last entry, lower-case hex. */
  get head(): string {
    return this.#head;
  }

  /** Number of entries. */
  get length(): number {
    return this.#starts.length;
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

  /** Writes the entries that begin a session, in the order in which they explain one another. */
  async begin(last: CustodyEntry | undefined, kept: KeptBytes | undefined): Promise<void> {
    const sinceLastMs = last ? this.#clock.wallMillis() - Date.parse(last.at) : 0;
    await this.#enqueue(() => this.#openSession());
    if (sinceLastMs < -CLOCK_JUMP_MS) {
      await this.append({ action: "clock.jump", params: { jumpMs: sinceLastMs }, note: BACKWARDS_NOTE });
    }
    if (kept) await this.append({ action: "journal.gap", params: { ...kept }, note: GAP_NOTE });
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
    return start < end ? readCustodyEntries(await this.#read(this.#startOf(start), this.#startOf(end))) : [];
  }

  /** The journal's bytes as they are now, from the first entry to the last: what a package carries. */
  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#read(0, this.#size);
  }

  /** Ends the session with `case.closed` and closes the file; a second call does nothing. */
  async close(): Promise<void> {
    if (this.#state === "closed") return;
    try {
      if (this.#state === "open") await this.append({ action: CASE_CLOSED });
    } finally {
      this.#state = "closed";
      await this.#handle.close();
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
    assert(this.#state !== "closed", "nothing is appended to a closed journal");
    if (this.#state === "broken") throw writeFailed(this.#file);
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
    await this.#writeLines(concatBytes(...lines));
    for (const line of lines) {
      this.#starts.push(this.#size);
      this.#size += line.length;
    }
    this.#head = head;
    this.#previous = previous;
    return entries;
  }

  #entry(act: CustodyAct, seq: number, prev: string, at: string, clock: CustodyEntry["clock"]): CustodyEntry {
    assert(act.action.length > 0 && act.action.length <= MAX_ACTION_LENGTH, "an action has a name of 1 to 64 letters");
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

  /** Writes and syncs whole lines; after a failure the file is cut back to whole lines, or the journal takes no more. */
  async #writeLines(lines: Uint8Array): Promise<void> {
    try {
      await this.#handle.appendFile(lines);
      await this.#handle.datasync();
    } catch (error) {
      this.#state = "broken";
      try {
        await this.#handle.truncate(this.#size);
        this.#state = "open";
      } catch {
        // The incomplete line stays for the next opening to find; until then nothing is appended after it.
      }
      throw writeFailed(this.#file, error);
    }
  }

  #startOf(index: number): number {
    return index < this.length ? present(this.#starts[index], "every line has a start") : this.#size;
  }

  async #read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const buffer = new Uint8Array(end - start);
    let offset = 0;
    while (offset < buffer.length) {
      const { bytesRead } = await this.#handle.read(buffer, offset, buffer.length - offset, start + offset);
      if (bytesRead === 0) throw new Problem("machine", "custody-unreadable", "the custody journal became shorter");
      offset += bytesRead;
    }
    return buffer;
  }
}

function toTimestamp(millis: number): string {
  return new Date(millis).toISOString();
}

function writeFailed(file: string, cause?: unknown): Problem {
  const { expected, found } = systemProblem(cause)?.details ?? {};
  const reason = expected === undefined || found === undefined ? "" : `: expected ${expected}, found ${found}`;
  const message = `recording the act in the custody journal failed; it is not done${reason}`;
  const details = { file, ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) };
  return new Problem("machine", "custody-write-failed", message, details, { cause });
}

async function readExisting(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Uint8Array();
    throw error;
  }
}

/** Saves the bytes of an unfinished line beside the journal before they are cut from it. */
async function keepTornBytes(file: string, torn: Uint8Array): Promise<KeptBytes | undefined> {
  if (torn.length === 0) return undefined;
  const sha256 = createHash("sha256").update(torn).digest("hex");
  const path = `${file}.torn-${sha256.slice(0, 16)}`;
  const handle = await open(path, "w");
  try {
    await handle.writeFile(torn);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(file));
  return { name: basename(path), bytes: torn.length, sha256 };
}

async function syncFolder(path: string): Promise<void> {
  // Windows has no way to sync a folder.
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function lineStarts(bytes: Uint8Array): number[] {
  const starts: number[] = [];
  for (let start = 0; start < bytes.length; start = bytes.indexOf(LINE_FEED, start) + 1) starts.push(start);
  return starts;
}

/** The last entry that can be read, whatever its verdict. */
function lastEntry(bytes: Uint8Array): CustodyEntry | undefined {
  if (bytes.length === 0) return undefined;
  const start = bytes.lastIndexOf(LINE_FEED, bytes.length - 2) + 1;
  const line = parseCustodyLine(decodeUtf8(bytes.subarray(start, bytes.length - 1)) ?? "");
  return typeof line === "string" ? undefined : line.entry;
}

import { createHash } from "node:crypto";
import { open, readFile, type FileHandle } from "node:fs/promises";
import { basename, dirname } from "node:path";

import { concatBytes } from "../encoding/bytes.ts";
import { present } from "../model/assert.ts";
import { Problem } from "../model/problem.ts";
import { systemProblem } from "../model/system-problem.ts";

const LINE_FEED = 0x0a;

/** Bytes of a line that was never finished, moved to a file of their own. */
export interface TornBytes {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A journal's file as it was found: its whole lines, and what was set aside after them. */
export interface OpenedJournalFile {
  readonly file: JournalFile;
  readonly lines: Uint8Array;
  readonly torn: TornBytes | undefined;
}

/**
 * Opens the file of a journal for appending, making it if there is none. A last line that was never finished is kept in a
 * file beside it and cut off. Throws `custody-unreadable` (machine).
 */
export async function openJournalFile(path: string): Promise<OpenedJournalFile> {
  try {
    const bytes = await readExisting(path);
    const lines = bytes.subarray(0, bytes.lastIndexOf(LINE_FEED) + 1);
    const torn = await keepTornBytes(path, bytes.subarray(lines.length));
    const handle = await open(path, "a+");
    if (torn) await handle.truncate(lines.length);
    if (bytes.length === 0) await syncFolder(dirname(path));
    return { file: new JournalFile(path, handle, lineStarts(lines), lines.length), lines, torn };
  } catch (cause) {
    const message = "opening the custody journal failed";
    throw new Problem("machine", "custody-unreadable", message, { file: path }, { cause });
  }
}

/** A file of whole lines that only grows. A line counts once it is on the disk. Calls must follow one another. */
export class JournalFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  /** Byte offset of each line. */
  readonly #starts: number[];
  #size: number;
  #broken = false;

  /** Use {@link openJournalFile}. */
  constructor(path: string, handle: FileHandle, starts: number[], size: number) {
    this.#path = path;
    this.#handle = handle;
    this.#starts = starts;
    this.#size = size;
  }

  /** Number of lines. */
  get length(): number {
    return this.#starts.length;
  }

  /** False after a failed write that could not be taken back: the file then ends in half a line. */
  get isWhole(): boolean {
    return !this.#broken;
  }

  /**
   * Writes and syncs lines, each with its line feed: all of them, or the file is as it was. Throws `custody-write-failed`
   * (machine), also for every call after a failure that could not be taken back.
   */
  async append(lines: readonly Uint8Array[]): Promise<void> {
    if (this.#broken) throw writeFailed(this.#path);
    try {
      await this.#handle.appendFile(concatBytes(...lines));
      await this.#handle.datasync();
    } catch (error) {
      this.#broken = true;
      try {
        await this.#handle.truncate(this.#size);
        this.#broken = false;
      } catch {
        // The incomplete line stays for the next opening to find; until then nothing is appended after it.
      }
      throw writeFailed(this.#path, error);
    }
    for (const line of lines) {
      this.#starts.push(this.#size);
      this.#size += line.length;
    }
  }

  /** The bytes of the lines from `first` up to `end`. Precondition: both are numbers of lines, or the length. */
  async read(first: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const start = this.#startOf(first);
    const buffer = new Uint8Array(this.#startOf(end) - start);
    let offset = 0;
    while (offset < buffer.length) {
      const { bytesRead } = await this.#handle.read(buffer, offset, buffer.length - offset, start + offset);
      if (bytesRead === 0) throw new Problem("machine", "custody-unreadable", "the custody journal became shorter");
      offset += bytesRead;
    }
    return buffer;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #startOf(line: number): number {
    return line < this.length ? present(this.#starts[line], "every line has a start") : this.#size;
  }
}

function writeFailed(file: string, cause?: unknown): Problem {
  const { expected, found } = systemProblem(cause)?.details ?? {};
  const reason = expected === undefined || found === undefined ? "" : `: expected ${expected}, found ${found}`;
  const message = `recording the act in the custody journal failed; it is not done${reason}`;
  const details = { file, ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) };
  return new Problem("machine", "custody-write-failed", message, details, { cause });
}

async function readExisting(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Uint8Array();
    throw error;
  }
}

/** Saves the bytes of an unfinished line beside the journal before they are cut from it. */
async function keepTornBytes(path: string, torn: Uint8Array): Promise<TornBytes | undefined> {
  if (torn.length === 0) return undefined;
  const sha256 = createHash("sha256").update(torn).digest("hex");
  const beside = `${path}.torn-${sha256.slice(0, 16)}`;
  const handle = await open(beside, "w");
  try {
    await handle.writeFile(torn);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(path));
  return { name: basename(beside), bytes: torn.length, sha256 };
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

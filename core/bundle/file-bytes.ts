import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from "node:fs";
import { open, stat } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";

import { assert } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { isSystemError } from "../model/system-problem.ts";

const CHUNK_BYTES = 256 * 1024;
/** Files that are read at once. */
export const SMALL_FILE_BYTES = 64 * 1024;
/** A pipe that took the file's place is not waited for; a link is not followed. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What makes a file the same file while we work on it. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly byteLength: number;
  readonly modified: bigint;
  /** When anything about it changed: unlike the time before, nobody can set it. */
  readonly changed: bigint;
}

export function identityOf(stats: BigIntStats): FileIdentity {
  const { dev: device, ino: inode, size, mtimeNs: modified, ctimeNs: changed } = stats;
  return { device, inode, byteLength: Number(size), modified, changed };
}

/** Throws `changed-while-reading` when the file is no longer the one that was listed. */
export function assertUnchanged(now: FileIdentity, then: FileIdentity, path: string): void {
  const same =
    now.device === then.device &&
    now.inode === then.inode &&
    now.byteLength === then.byteLength &&
    now.modified === then.modified &&
    now.changed === then.changed;
  if (!same) throw fileChanged(path, then, `${now.byteLength} bytes, changed since`);
}

function fileChanged(path: string, { byteLength }: FileIdentity, found: string): Problem {
  return changedWhileReading(path, `${byteLength} bytes, unchanged since it was listed`, found);
}

/** The refusal of evidence that is not what it was when reading began. */
export function changedWhileReading(path: string, expected: string, found: string): Problem {
  const message = `${quote(path)} changed while it was being read; start again`;
  return new Problem("refused", "changed-while-reading", message, { file: path, expected, found });
}

/** Throws `changed-while-reading` when another file has the path, or none, or the file changed. Follows links. */
export async function assertSameFile(path: string, then: FileIdentity, shownPath: string): Promise<void> {
  const stats = await stat(path, { bigint: true }).catch((error: unknown) => {
    throw openingProblem(error, { path, shownPath, identity: then });
  });
  assertUnchanged(identityOf(stats), then, shownPath);
}

/** A file on the disk as it was when it was listed. */
export interface ListedFile {
  readonly path: string;
  /** As problems name it. */
  readonly shownPath: string;
  readonly identity: FileIdentity;
}

/** What stands in the place of a listed file that cannot be opened as one. */
const REPLACED: Readonly<Record<string, string>> = {
  ENOENT: "nothing",
  ELOOP: "a link",
  ENOTDIR: "a file as its folder",
};

/** Why a listed file could not be opened: one that is gone or became a link has changed. */
function openingProblem(error: unknown, { shownPath, identity }: ListedFile): unknown {
  const found = isSystemError(error) ? REPLACED[error.code] : undefined;
  return found === undefined ? error : fileChanged(shownPath, identity, found);
}

/**
 * Streams a file, and checks before and after that it is the one that was listed. A link is not followed. A small file is
 * read at once: with thousands of them, promises cost more than the reading. With `memory`, it is read into that, and what
 * is given is good until the next: fresh pages cost as much as reading into them.
 */
export async function* readFileBytes(
  listed: ListedFile,
  memory?: Uint8Array,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { path, shownPath, identity } = listed;
  const { byteLength } = identity;
  if (byteLength <= SMALL_FILE_BYTES) {
    const bytes = new Uint8Array(byteLength);
    readListedFile(listed, bytes, 0);
    // Other work has its turn between two files.
    await setImmediate();
    if (byteLength > 0) yield bytes;
    return;
  }
  const file = await open(path, OPEN_FLAGS).catch((error: unknown) => {
    throw openingProblem(error, listed);
  });
  try {
    assertUnchanged(identityOf(await file.stat({ bigint: true })), identity, shownPath);
    for (let at = 0; at < byteLength;) {
      const length = Math.min(memory?.length ?? CHUNK_BYTES, byteLength - at);
      const { bytesRead, buffer } = await file.read(memory ?? new Uint8Array(length), 0, length, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    assertUnchanged(identityOf(await file.stat({ bigint: true })), identity, shownPath);
  } finally {
    await file.close();
  }
}

/**
 * Reads a file into `target` from `at` on, with the checks of {@link readFileBytes}. Blocks: for small files and for threads
 * beside. Precondition: there is room for its length.
 */
export function readListedFile(listed: ListedFile, target: Uint8Array, at: number): void {
  const { shownPath, identity } = listed;
  const { byteLength } = identity;
  const file = openListed(listed);
  try {
    assertUnchanged(identityOf(fstatSync(file, { bigint: true })), identity, shownPath);
    let done = 0;
    for (let read = -1; done < byteLength && read !== 0; done += read) {
      read = readSync(file, target, at + done, byteLength - done, done);
    }
    assertUnchanged(identityOf(fstatSync(file, { bigint: true })), identity, shownPath);
    assert(done === byteLength, "an unchanged file is as long as it was");
  } finally {
    closeSync(file);
  }
}

function openListed(listed: ListedFile): number {
  try {
    return openSync(listed.path, OPEN_FLAGS);
  } catch (error) {
    throw openingProblem(error, listed);
  }
}

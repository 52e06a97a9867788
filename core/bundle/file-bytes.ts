import { constants, type BigIntStats } from "node:fs";
import { open } from "node:fs/promises";

import { Problem, quote } from "../model/problem.ts";

const CHUNK_BYTES = 256 * 1024;

/** What makes a file the same file while we work on it. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly byteLength: number;
  readonly modified: bigint;
}

export function identityOf(stats: BigIntStats): FileIdentity {
  return { device: stats.dev, inode: stats.ino, byteLength: Number(stats.size), modified: stats.mtimeNs };
}

/** Throws `changed-while-reading` when the file is no longer the one that was listed. */
export function assertUnchanged(now: FileIdentity, then: FileIdentity, path: string): void {
  const same =
    now.device === then.device &&
    now.inode === then.inode &&
    now.byteLength === then.byteLength &&
    now.modified === then.modified;
  if (same) return;
  throw new Problem("refused", "changed-while-reading", `${quote(path)} changed while it was being read; start again`, {
    file: path,
    expected: `${then.byteLength} bytes, unchanged since it was listed`,
    found: `${now.byteLength} bytes`,
  });
}

/** Streams a file, and checks before and after that it is the one that was listed. A link is not followed. */
export async function* readFileBytes(
  path: string,
  shownPath: string,
  identity: FileIdentity,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    assertUnchanged(identityOf(await file.stat({ bigint: true })), identity, shownPath);
    for (;;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(CHUNK_BYTES), 0, CHUNK_BYTES);
      if (bytesRead === 0) break;
      yield buffer.subarray(0, bytesRead);
    }
    assertUnchanged(identityOf(await file.stat({ bigint: true })), identity, shownPath);
  } finally {
    await file.close();
  }
}

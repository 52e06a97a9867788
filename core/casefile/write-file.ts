import { writeSync } from "node:fs";
import { open } from "node:fs/promises";

import { systemProblem } from "../model/system-problem.ts";

/** Writes all bytes: the system may take a part of them, and says that the disk is full only when asked for the rest. */
export function writeAll(file: number, bytes: Uint8Array, position?: number): void {
  let written = 0;
  while (written < bytes.length) {
    const place = position === undefined ? null : position + written;
    written += writeSync(file, bytes, written, bytes.length - written, place);
  }
}

/** Runs what writes a file of the case. An error of the system is thrown as a `machine` problem that names the file. */
export function writing<T>(what: string, file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw systemProblem(error, { doing: `writing ${what}`, file }) ?? error;
  }
}

/** As {@link writing}, for work that takes a while. */
export async function writingLong<T>(what: string, file: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw systemProblem(error, { doing: `writing ${what}`, file }) ?? error;
  }
}

/** What was written to a file, by whichever thread, is on the disk when this resolves. Throws as {@link writing}. */
export async function syncFile(what: string, path: string): Promise<void> {
  await writingLong(what, path, async () => {
    const file = await open(path, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

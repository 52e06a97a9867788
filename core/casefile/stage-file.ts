import { open } from "node:fs/promises";

import { type Container } from "../bundle/container.ts";
import { type GzipOutcome } from "../bundle/gzip-member.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { openLogFile, type KeptFile } from "./log-file.ts";
import { type StagingRoom } from "./staging-room.ts";
import { STAGED_FILE_MODE } from "./staged-paths.ts";
import { writingLong } from "./write-file.ts";

/**
 * Writes the decompressed bytes of a log file to its working copy, which is then to be settled. Throws `too-large` (refused),
 * `disk-full` and its like (machine), and what reading the container throws.
 * @returns what the end of a gzip file showed, or undefined for a plain one.
 */
export async function stageFile(
  container: Container,
  file: KeptFile,
  target: string,
  room: StagingRoom,
  signal: AbortSignal | undefined,
): Promise<GzipOutcome | undefined> {
  let outcome: GzipOutcome | undefined;
  const write = <T>(work: () => Promise<T>): Promise<T> => writingLong("a working copy", target, work);
  const output = await write(() => open(target, "wx"));
  try {
    const source = openLogFile(container, file, room.contentLeft, (end) => (outcome = end));
    for await (const chunk of source) {
      throwIfCancelled(signal);
      room.take(chunk.length, file.member);
      // A plain write may take a part of the bytes.
      await write(() => output.writeFile(chunk));
    }
  } finally {
    await output.close();
  }
  return outcome;
}

/** Makes a working copy read-only, and resolves when it is on the disk. Throws as {@link stageFile} does of writing. */
export async function settleWorkingCopy(path: string): Promise<void> {
  await writingLong("a working copy", path, async () => {
    const file = await open(path, "r+");
    try {
      await file.sync();
      await file.chmod(STAGED_FILE_MODE);
    } finally {
      await file.close();
    }
  });
}

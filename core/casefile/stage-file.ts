import { open } from "node:fs/promises";

import { type Container } from "../bundle/container.ts";
import { type GzipOutcome } from "../bundle/gzip-member.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { openLogFile, type KeptFile } from "./log-files.ts";
import { STAGED_FILE_MODE } from "./staged-paths.ts";
import { writingLong } from "./write-file.ts";

/** How far staging has come and how much it may still write. */
export interface StagingWatch {
  readonly signal: AbortSignal | undefined;
  readonly bytesLeft: number;
  onBytes(written: number): void;
}

/**
 * Writes the decompressed bytes of a log file to its working copy, which is on the disk when this resolves.
 * Throws `too-large` (refused), `disk-full` and its like (machine), and what reading the container throws.
 * @returns what the end of a gzip file showed, or undefined for a plain one.
 */
export async function stageFile(
  container: Container,
  file: KeptFile,
  target: string,
  watch: StagingWatch,
): Promise<GzipOutcome | undefined> {
  let outcome: GzipOutcome | undefined;
  let written = 0;
  const write = <T>(work: () => Promise<T>): Promise<T> => writingLong("a working copy", target, work);
  const output = await write(() => open(target, "wx"));
  try {
    const source = openLogFile(container, file, watch.bytesLeft, (end) => (outcome = end));
    for await (const chunk of source) {
      throwIfCancelled(watch.signal);
      written += chunk.length;
      if (written > watch.bytesLeft) throw tooLarge(file, watch.bytesLeft);
      // A plain write may take a part of the bytes.
      await write(() => output.writeFile(chunk));
      watch.onBytes(chunk.length);
    }
    await output.chmod(STAGED_FILE_MODE);
    await write(() => output.sync());
  } finally {
    await output.close();
  }
  return outcome;
}

function tooLarge(file: KeptFile, limit: number): Problem {
  return new Problem("refused", "too-large", `${quote(file.member)} expands to more than is allowed or fits the disk`, {
    file: file.member,
    expected: `at most ${limit} bytes`,
    found: "more",
  });
}

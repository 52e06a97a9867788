import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";

import { ZipFile } from "yazl";

import { throwIfCancelled } from "../model/problem.ts";
import { assertAbsent } from "./bag-folder.ts";

/** Every entry has the earliest time that zip can say and the same mode: equal content makes an equal archive. */
const ENTRY_OPTIONS = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };

/**
 * Writes files of a folder into a new zip, in the given order, under one top folder. Files that are compressed already
 * are stored. The archive appears under its name whole or not at all. Throws `output-exists`.
 */
export async function writeZip(
  folder: string,
  paths: readonly string[],
  topFolder: string,
  output: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await assertAbsent(output);
  const partial = join(dirname(output), `.${basename(output)}.partial`);
  const zip = new ZipFile();
  for (const path of paths) {
    zip.addFile(join(folder, path), `${topFolder}/${path}`, { ...ENTRY_OPTIONS, compress: !path.endsWith(".gz") });
  }
  zip.end();
  try {
    await pipeline(zip.outputStream, createWriteStream(partial, { flags: "wx" }), signal ? { signal } : {});
    await rename(partial, output);
  } catch (error) {
    await rm(partial, { force: true });
    throwIfCancelled(signal);
    throw error;
  }
}

import { createWriteStream } from "node:fs";
import { lstat, mkdir, mkdtemp, open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";

import { ZipFile } from "yazl";

import { Problem } from "../model/problem.ts";

/** Where a package will appear. */
export interface PackageTarget {
  /** Folder or file name, never a path. */
  readonly label: string;
  /**
   * Writes the files beside the target, runs `commit`, and moves them into place. After a failure nothing is left.
   * Throws `write-failed` and `target-exists`.
   */
  write(files: ReadonlyMap<string, Uint8Array>, commit: () => Promise<void>): Promise<void>;
}

/** Files that are written at the same time. */
const WRITERS = 16;
/** Every entry of a zip has this time: the first that the format can say. */
const ZIP_TIME = new Date(1980, 0, 1);

/** Checks that nothing is at the target yet. Throws `target-exists` (usage), `write-failed` (machine). */
export async function preparePackage(out: string): Promise<PackageTarget> {
  const label = basename(out);
  await assertAbsent(out);
  return {
    label,
    write: async (files, commit) => {
      const temporary = await makeTemporary(out);
      try {
        const staged = join(temporary, "package");
        await writing(out, () => (out.endsWith(".zip") ? writeZip(staged, files) : writeFolder(staged, files)));
        await assertAbsent(out);
        await commit();
        await writing(out, () => rename(staged, out));
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
    },
  };
}

async function makeTemporary(out: string): Promise<string> {
  let made = "";
  await writing(out, async () => {
    await mkdir(dirname(out), { recursive: true });
    made = await mkdtemp(join(dirname(out), `.${basename(out)}-`));
  });
  return made;
}

async function assertAbsent(out: string): Promise<void> {
  const there = await lstat(out).then(
    () => true,
    () => false,
  );
  if (there) {
    throw new Problem(
      "usage",
      "target-exists",
      "writing the package: expected a new folder or file, something is there",
      {
        file: out,
      },
    );
  }
}

async function writing(out: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem("machine", "write-failed", `writing the package: ${reason}`, { file: out }, { cause: error });
  }
}

async function writeFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const waiting = files.entries();
  // Each takes the next file that waits: most of the time of a file goes into its way to the disk.
  const writers = Array.from({ length: WRITERS }, async () => {
    for (const [path, bytes] of waiting) await writeWhole(join(folder, ...path.split("/")), bytes);
  });
  await Promise.all(writers);
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, "wx", file.endsWith(".sh") ? 0o755 : 0o644);
  try {
    await writeFile(handle, bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeZip(file: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const zip = new ZipFile();
  for (const [path, bytes] of [...files].sort(([left], [right]) => (left < right ? -1 : 1))) {
    zip.addBuffer(Buffer.from(bytes), path, {
      mtime: ZIP_TIME,
      forceDosTimestamp: true,
      mode: path.endsWith(".sh") ? 0o100755 : 0o100644,
    });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file, { flags: "wx" }));
}

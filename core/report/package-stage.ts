/**
 * A package while it is made: in a folder beside its target, so that it appears there whole or not at all. Each file is on
 * the disk, and its digest kept, before the next ones are made: memory does not grow with the package.
 */
import { lstat, mkdir, mkdtemp, open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { ZipFile } from "yazl";

import { assert, present } from "../model/assert.ts";
import { Problem, throwIfCancelled } from "../model/problem.ts";
import { systemProblem } from "../model/system-problem.ts";
import { encryptFile, toNewFile } from "./encrypted-transport.ts";
import { hexDigest } from "./hex-digest.ts";
import { type PackageTarget } from "./package-target.ts";

/** A file of a package: its path there, and its bytes. */
export type PackageFile = readonly [path: string, bytes: Uint8Array];

/** Files that are written at the same time: most of the time of one goes into its way to the disk. */
const WRITERS = 16;
/** Every entry of a zip has this time: the first that the format can say. */
const ZIP_TIME = new Date(1980, 0, 1);

/**
 * Files that were added, and nothing at the target until {@link PackageStage.publish}. What cannot be written is a problem of the
 * machine: `disk-full` and its like in the system's words, `write-failed` for what no system said.
 */
export class PackageStage {
  readonly #target: PackageTarget;
  readonly #temporary: string;
  readonly #signal: AbortSignal | undefined;
  readonly #digests = new Map<string, string>();
  /** What takes the target's name. */
  #whole: string;

  private constructor(target: PackageTarget, temporary: string, signal: AbortSignal | undefined) {
    this.#target = target;
    this.#temporary = temporary;
    this.#signal = signal;
    this.#whole = join(temporary, "package");
  }

  /** Begins a package. Throws `target-exists` (usage). */
  static async open(target: PackageTarget, signal?: AbortSignal): Promise<PackageStage> {
    const { out } = target;
    await assertAbsent(out);
    const temporary = await writing(out, signal, async () => {
      await mkdir(dirname(out), { recursive: true });
      return mkdtemp(join(dirname(out), `.${basename(out)}-`));
    });
    return new PackageStage(target, temporary, signal);
  }

  /** SHA-256 of every file that was added, by path; lower-case hex. */
  get digests(): ReadonlyMap<string, string> {
    return this.#digests;
  }

  /** SHA-256 of a file, lower-case hex. Precondition: it was added. */
  digestOf(path: string): string {
    return present(this.#digests.get(path), "the file was added before");
  }

  /** Writes files as they come; none of them is kept. Throws `cancelled`. */
  async add(files: Iterable<PackageFile>): Promise<void> {
    const waiting = shared(files);
    const write = async (): Promise<void> => {
      for (const [path, bytes] of waiting) await this.#write(path, bytes);
    };
    await this.#writing(() => Promise.all(Array.from({ length: WRITERS }, write)));
  }

  /** Makes the one file of a package that is no folder. Throws `cancelled`. */
  async pack(): Promise<void> {
    const { form, recipients } = this.#target;
    if (form === "folder") return;
    await this.#writing(async () => {
      const zip = `${this.#whole}.zip`;
      await this.#writeZip(zip);
      this.#whole = zip;
      if (form === "zip") return;
      this.#whole = `${zip}.age`;
      await encryptFile(recipients, zip, this.#whole, this.#signal);
    });
  }

  /** Moves the package to its target. Throws `target-exists`. */
  async publish(): Promise<void> {
    const { out } = this.#target;
    await assertAbsent(out);
    await this.#writing(() => rename(this.#whole, out));
  }

  /** Removes what was not published. */
  async remove(): Promise<void> {
    await rm(this.#temporary, { recursive: true, force: true });
  }

  #writing<T>(work: () => Promise<T>): Promise<T> {
    return writing(this.#target.out, this.#signal, work);
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    throwIfCancelled(this.#signal);
    assert(!this.#digests.has(path), `a file is added once: ${path}`);
    this.#digests.set(path, hexDigest(bytes));
    const file = join(this.#temporary, "package", ...path.split("/"));
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(file, "wx", file.endsWith(".sh") ? 0o755 : 0o644);
    try {
      await writeFile(handle, bytes);
      if (this.#target.form === "folder") await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async #writeZip(file: string): Promise<void> {
    const zip = new ZipFile();
    for (const path of [...this.#digests.keys()].sort()) {
      const mode = path.endsWith(".sh") ? 0o100755 : 0o100644;
      const options = { mtime: ZIP_TIME, forceDosTimestamp: true, mode };
      zip.addFile(join(this.#whole, ...path.split("/")), path, options);
    }
    // What goes wrong with a file is told by the zip alone, and its stream would never end.
    zip.on("error", (error) => zip.outputStream.emit("error", error));
    zip.end();
    await toNewFile(zip.outputStream, file, this.#signal);
  }
}

/** The same files for several loops, each of which takes the next. */
function* shared(files: Iterable<PackageFile>): Generator<PackageFile, void> {
  yield* files;
}

async function assertAbsent(out: string): Promise<void> {
  const there = await lstat(out).then(
    () => true,
    () => false,
  );
  if (!there) return;
  const message = "writing the package: expected a new folder or file, something is there";
  throw new Problem("usage", "target-exists", message, { file: out });
}

async function writing<T>(out: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) throw error;
    throwIfCancelled(signal);
    const doing = "writing the package";
    const reason = error instanceof Error ? error.message : String(error);
    throw (
      systemProblem(error, { doing, file: out }) ??
      new Problem("machine", "write-failed", `${doing}: ${reason}`, { file: out }, { cause: error })
    );
  }
}

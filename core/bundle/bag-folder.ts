import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { assert } from "../model/assert.ts";
import { formatHex } from "../encoding/bytes.ts";
import { Problem, quote } from "../model/problem.ts";
import { platformHash } from "./platform-crypto.ts";
import { type ManifestLine } from "./manifest.ts";

export interface WrittenFile extends ManifestLine {
  readonly byteLength: number;
}

/** A folder that grows under a temporary name beside its final one, and appears there whole or not at all. */
export class BagFolder {
  readonly #path: string;
  readonly #partial: string;
  readonly #folders = new Set<string>();
  readonly #files: WrittenFile[] = [];

  private constructor(path: string, partial: string) {
    this.#path = path;
    this.#partial = partial;
  }

  /** Throws `output-exists` when something has the final name, and `output-busy` when another writer has the temporary one. */
  static async create(path: string): Promise<BagFolder> {
    await assertAbsent(path);
    const partial = join(dirname(path), `.${basename(path)}.partial`);
    await mkdir(dirname(path), { recursive: true });
    try {
      await mkdir(partial);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const message = `${quote(basename(partial))} is in the way: another run is writing here, or one was killed; remove it`;
      throw new Problem("usage", "output-busy", message, { file: partial }, { cause: error });
    }
    return new BagFolder(path, partial);
  }

  /** Where the files lie until the folder is finished. */
  get partialPath(): string {
    return this.#partial;
  }

  /** In order of writing. */
  get files(): readonly WrittenFile[] {
    return this.#files;
  }

  /** The path is relative and comes from our own code. */
  async write(path: string, content: Uint8Array): Promise<WrittenFile> {
    assert(!path.startsWith("/") && !path.split("/").includes(".."), "a path inside the bag");
    const folder = dirname(path);
    if (!this.#folders.has(folder)) {
      await mkdir(join(this.#partial, folder), { recursive: true });
      this.#folders.add(folder);
    }
    await writeFile(join(this.#partial, path), content, { flag: "wx" });
    const written = { path, sha256: formatHex(platformHash(content)), byteLength: content.length };
    this.#files.push(written);
    return written;
  }

  async finish(): Promise<void> {
    await assertAbsent(this.#path);
    await rename(this.#partial, this.#path);
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await rm(this.#partial, { recursive: true, force: true });
  }
}

/** Throws `output-exists`: evidence is never written over. */
export async function assertAbsent(path: string): Promise<void> {
  try {
    await (await open(path, "r")).close();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  throw new Problem("usage", "output-exists", `${quote(basename(path))} exists already and is not written over`, {
    file: path,
    expected: "a name that is free",
    found: "a file or folder",
  });
}

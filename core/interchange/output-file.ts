import { createHash, randomUUID } from "node:crypto";
import { lstat, open, rename, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { Problem } from "../model/problem.ts";
import { type WrittenFile } from "./export-order.ts";

/** A new file that is written in order and hashed on the way. It has a name beside its own until it is whole. */
export class Output {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: FileHandle;
  readonly #digest = createHash("sha256");
  #bytes = 0;
  #published = false;

  private constructor(path: string, temporary: string, file: FileHandle) {
    this.#path = path;
    this.#temporary = temporary;
    this.#file = file;
  }

  /** Begins a file. Throws `file-exists` (usage). */
  static async create(path: string): Promise<Output> {
    await assertAbsent(path);
    const temporary = unfinishedName(path);
    return new Output(path, temporary, await open(temporary, "wx"));
  }

  async write(text: string): Promise<void> {
    const block = Buffer.from(text, "utf8");
    this.#digest.update(block);
    this.#bytes += block.length;
    await this.#file.writeFile(block);
  }

  /** Brings all of it to the disk and under its own name. Throws `file-exists` (usage) when something came there. */
  async finish(): Promise<WrittenFile> {
    await this.#file.sync();
    await this.#file.close();
    await assertAbsent(this.#path);
    await rename(this.#temporary, this.#path);
    this.#published = true;
    return { name: basename(this.#path), bytes: this.#bytes, sha256: this.#digest.digest("hex") };
  }

  /** Removes the file, finished or not. */
  async discard(): Promise<void> {
    await this.#file.close();
    await rm(this.#published ? this.#path : this.#temporary, { force: true });
  }
}

/** What a file or folder is called until it is whole: hidden, beside its place, so that renaming moves no bytes. */
export function unfinishedName(path: string): string {
  return join(dirname(path), `.${basename(path)}-${randomUUID()}`);
}

/** Throws `file-exists` (usage) when anything has this name. */
export async function assertAbsent(path: string): Promise<void> {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  throw new Problem("usage", "file-exists", "expected a new name, found something there", { file: path });
}

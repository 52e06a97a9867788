import { createHash } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";

import { Problem } from "../model/problem.ts";

/** Characters gathered before they are written. */
const BUFFER_LENGTH = 1024 * 1024;

/** A new file that is written in order and hashed on the way. */
export class Output {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #digest = createHash("sha256");
  #pending: string[] = [];
  #pendingLength = 0;
  #bytes = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** Begins a file. Throws `file-exists` (usage). */
  static async create(path: string): Promise<Output> {
    try {
      return new Output(path, await open(path, "wx"));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") {
        const message = "expected the name of a new file, found a file there";
        throw new Problem("usage", "file-exists", message, { file: path }, { cause: error });
      }
      throw error;
    }
  }

  async write(text: string): Promise<void> {
    this.#pending.push(text);
    this.#pendingLength += text.length;
    if (this.#pendingLength >= BUFFER_LENGTH) await this.#flush();
  }

  /** Writes what is left, and all of it to the disk. */
  async finish(): Promise<{ readonly bytes: number; readonly sha256: string }> {
    await this.#flush();
    await this.#file.sync();
    await this.#file.close();
    return { bytes: this.#bytes, sha256: this.#digest.digest("hex") };
  }

  /** Removes the file, finished or not. */
  async discard(): Promise<void> {
    await this.#file.close();
    await rm(this.path, { force: true });
  }

  async #flush(): Promise<void> {
    const block = Buffer.from(this.#pending.join(""), "utf8");
    this.#pending = [];
    this.#pendingLength = 0;
    this.#digest.update(block);
    this.#bytes += block.length;
    await this.#file.writeFile(block);
  }
}

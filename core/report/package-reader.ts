import { createHash } from "node:crypto";

import { type Container } from "../bundle/container.ts";
import { memoryContainer } from "../bundle/memory-container.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";

/** A file that is read as a whole may be this long: a report of some thousand pages, a journal of a million entries. */
const MAX_FILE_BYTES = 512 * 2 ** 20;

/**
 * The files of a package, read one at a time: memory does not grow with the package. A folder whose files change between
 * two reads is refused (`changed-while-reading`), so that what was hashed is what is checked.
 */
export class PackageReader {
  readonly #container: Container;
  readonly #lengths: ReadonlyMap<string, number>;
  readonly #signal: AbortSignal | undefined;

  constructor(container: Container, signal?: AbortSignal) {
    this.#container = container;
    this.#lengths = new Map(container.members.map(({ path, byteLength }) => [path, byteLength]));
    this.#signal = signal;
  }

  /** A reader of files in memory. */
  static of(files: ReadonlyMap<string, Uint8Array>): PackageReader {
    return new PackageReader(memoryContainer("package", files));
  }

  /** In order of code units. */
  get paths(): readonly string[] {
    return [...this.#lengths.keys()];
  }

  has(path: string): boolean {
    return this.#lengths.has(path);
  }

  /** The bytes of a file, or undefined where there is none. Throws `too-large` and `changed-while-reading` (refused). */
  async read(path: string): Promise<Uint8Array | undefined> {
    const length = this.#lengths.get(path);
    if (length === undefined) return undefined;
    if (length > MAX_FILE_BYTES) {
      throw new Problem("refused", "too-large", `${quote(path)} is larger than a file of a findings package can be`, {
        file: path,
        expected: `at most ${MAX_FILE_BYTES} bytes`,
        found: `${length} bytes`,
      });
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#open(path)) chunks.push(new Uint8Array(chunk));
    return concatBytes(...chunks);
  }

  /** SHA-256 of a file, lower-case hex, or undefined where there is none. */
  async digest(path: string): Promise<string | undefined> {
    if (!this.has(path)) return undefined;
    const hash = createHash("sha256");
    for await (const chunk of this.#open(path)) hash.update(chunk);
    return hash.digest("hex");
  }

  #open(path: string): AsyncIterable<Uint8Array> {
    throwIfCancelled(this.#signal);
    return this.#container.open(path);
  }
}

import { type StagedFile, type StagedLog } from "./load-group.ts";

/**
 * A group is loaded by one statement and committed by two transactions, the last steps of which leave DuckDB one thread: as
 * many records as make that seldom, and few enough that the last group does not keep everything waiting.
 */
const GROUP_RECORDS = 500_000;
const GROUP_FILES = 64;
const GROUP_BYTES = 512 * 1024 ** 2;
/** So much of a group is loaded already when nothing else is. */
const LEAST_SHARE = 1 / 8;

/** What is done with staged files. */
export interface LoadSteps {
  /** Resolves when the working copy of a file is on the disk. */
  settleFile(file: StagedFile): Promise<void>;
  /** Resolves when the list of records is. */
  settleRecords(): Promise<void>;
  /** Loads a group in one transaction. Precondition: all of it is on the disk. */
  commit(files: readonly StagedLog[]): Promise<void>;
}

/** Loads staged files group by group, one group while the next is being staged. */
export class LoadQueue {
  readonly #steps: LoadSteps;
  readonly #all: StagedFile[];
  readonly #expected: number;
  #group: StagedLog[] = [];
  #settling: Promise<void>[] = [];
  #loading: Promise<void> = Promise.resolve();
  #isLoading = false;

  /** `loaded` are the files that an interrupted import has loaded before; of all together there are `expected`. */
  constructor(steps: LoadSteps, loaded: readonly StagedFile[], expected: number) {
    this.#steps = steps;
    this.#all = [...loaded];
    this.#expected = expected;
  }

  /** Takes the next file in evidence order; resolves when another may be staged. */
  async add(file: StagedLog): Promise<void> {
    this.#all.push(file);
    this.#group.push(file);
    const settling = this.#steps.settleFile(file);
    // Awaited before its group is loaded; a failure meanwhile must not count as unhandled.
    settling.catch(() => undefined);
    this.#settling.push(settling);
    if (isFull(this.#group, this.#isLoading ? 1 : LEAST_SHARE)) await this.#loadNext();
  }

  /** All files so far, loaded or not, in evidence order. */
  get files(): readonly StagedFile[] {
    return this.#all;
  }

  /** Loads what is left. */
  async finish(): Promise<void> {
    while (this.#group.length > 0) await this.#loadNext();
    await this.#loading;
  }

  /** Waits for the group that is being loaded, whatever becomes of it: nothing is taken back while a statement runs. */
  async abandon(): Promise<void> {
    this.#group = [];
    await Promise.allSettled([...this.#settling, this.#loading]);
  }

  async #loadNext(): Promise<void> {
    await Promise.all(this.#settling.splice(0));
    await this.#steps.settleRecords();
    await this.#loading;
    const files = this.#group.splice(0, this.#nextCount());
    this.#isLoading = true;
    this.#loading = this.#steps.commit(files).finally(() => (this.#isLoading = false));
    // Awaited before the next group or at the end; a failure meanwhile must not count as unhandled.
    this.#loading.catch(() => undefined);
  }

  /**
   * How many files are loaded next: all of the group, or half of what is left when little would be left behind it. What is
   * less than a row group is packed by one thread as it is committed, and at the end nothing else goes on.
   */
  #nextCount(): number {
    const staged = this.#group.length;
    const left = Math.max(0, this.#expected - this.#all.length);
    return left > 0 && left < staged ? Math.ceil((staged + left) / 2) : staged;
  }
}

function isFull(group: readonly StagedFile[], share: number): boolean {
  const records = group.reduce((sum, file) => sum + file.records, 0);
  const bytes = group.reduce((sum, file) => sum + file.byteLength, 0);
  return group.length >= share * GROUP_FILES || records >= share * GROUP_RECORDS || bytes >= share * GROUP_BYTES;
}

import { statfs } from "node:fs/promises";

import { type ContainerLimits } from "../bundle/container.ts";
import { Problem, quote } from "../model/problem.ts";
import { conditionProblem } from "../model/system-problem.ts";

/** What an import may still write: of content, and to a disk of which the database and the system need the rest. */
export class StagingRoom {
  readonly #folder: string;
  readonly #content: number;
  readonly #disk: number;
  #taken = 0;

  /** Bytes that may be written in all, by the limits of the import and by the disk of `folder`. */
  constructor(folder: string, content: number, disk: number) {
    this.#folder = folder;
    this.#content = content;
    this.#disk = disk;
  }

  /** Bytes of content that may still be unpacked. */
  get contentLeft(): number {
    return this.#content - this.#taken;
  }

  /**
   * Takes room for bytes of a member as they are unpacked. Throws `too-large` (refused) for more than the limits allow, and
   * `disk-full` (machine) for more than the disk has room for.
   */
  take(byteLength: number, member: string): void {
    this.#taken += byteLength;
    if (this.#taken > this.#content) throw tooLarge(member, this.#content);
    if (this.#taken > this.#disk) throw diskFull(this.#folder, `at least ${this.#taken}`, this.#disk, member);
  }
}

/**
 * The room that an import has in `folder`. Throws `disk-full` (machine) when it will write `atLeast` bytes and the disk has
 * less.
 */
export async function stagingRoom(folder: string, limits: ContainerLimits, atLeast: number): Promise<StagingRoom> {
  const { bavail, bsize } = await statfs(folder);
  const room = Math.floor(bavail * bsize * limits.maxDiskShare);
  if (atLeast > room) throw diskFull(folder, String(atLeast), room);
  return new StagingRoom(folder, limits.maxTotalBytes, room);
}

function diskFull(folder: string, needed: string, room: number, member?: string): Problem {
  const doing = member === undefined ? "the evidence" : `the evidence, of which ${quote(member)} is being unpacked`;
  return conditionProblem("ENOSPC", `making working copies of ${doing}`, {
    file: folder,
    expected: `room for ${needed} bytes`,
    found: `${room} bytes that an import may take`,
  });
}

function tooLarge(member: string, limit: number): Problem {
  return new Problem("refused", "too-large", `${quote(member)} expands to more than is allowed`, {
    file: member,
    expected: `at most ${limit} bytes of all content`,
    found: "more",
  });
}

import { statfs } from "node:fs/promises";

import { type ContainerLimits } from "../bundle/container.ts";
import { Problem, quote } from "../model/problem.ts";
import { conditionProblem } from "../model/system-problem.ts";

/** What an import may still write: of content, and to a disk of which the database and the system need the rest. */
export class StagingRoom {
  readonly #content: number;
  readonly #disk: number;
  #taken = 0;

  /** Bytes that may be written in all: by the limits of the import, and by what the disk has free. */
  constructor(content: number, disk: number) {
    this.#content = content;
    this.#disk = disk;
  }

  /** Bytes of content that may still be unpacked. */
  get contentLeft(): number {
    return this.#content - this.#taken;
  }

  /**
   * Takes room for bytes of a member as they are unpacked. Throws `too-large` (refused) for more than the limits allow: of
   * content, or of what the disk has free.
   */
  take(byteLength: number, member: string): void {
    this.#taken += byteLength;
    if (this.#taken > this.#content) throw tooLarge(member, `at most ${this.#content} bytes of all content`);
    if (this.#taken > this.#disk) {
      throw tooLarge(
        member,
        `at most ${this.#disk} bytes, the share that an import may take of what the disk has free`,
      );
    }
  }
}

/**
 * The room that an import has in `folder`. Throws `disk-full` (machine) when it will write `atLeast` bytes and the disk has
 * less.
 */
export async function stagingRoom(folder: string, limits: ContainerLimits, atLeast: number): Promise<StagingRoom> {
  const { bavail, bsize } = await statfs(folder);
  const room = Math.floor(bavail * bsize * limits.maxDiskShare);
  if (atLeast > room) throw diskFull(folder, atLeast, room);
  return new StagingRoom(limits.maxTotalBytes, room);
}

function diskFull(folder: string, needed: number, room: number): Problem {
  return conditionProblem("ENOSPC", "making working copies of the evidence", {
    file: folder,
    expected: `room for ${needed} bytes`,
    found: `${room} bytes that an import may take`,
  });
}

function tooLarge(member: string, expected: string): Problem {
  return new Problem("refused", "too-large", `${quote(member)} expands to more than is allowed`, {
    file: member,
    expected,
    found: "more",
  });
}

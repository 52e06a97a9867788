import { statfs } from "node:fs/promises";

import { type ContainerLimits } from "../bundle/container.ts";
import { conditionProblem } from "../model/system-problem.ts";

/**
 * Bytes that an import may write to `folder`; the database and the system need the rest of the disk. Throws `disk-full`
 * (machine) when it will write `atLeast` bytes and the disk has less.
 */
export async function stagingRoom(folder: string, limits: ContainerLimits, atLeast: number): Promise<number> {
  const disk = await statfs(folder);
  const room = Math.floor(disk.bavail * disk.bsize * limits.maxDiskShare);
  if (atLeast <= room) return Math.min(limits.maxTotalBytes, room);
  throw conditionProblem("ENOSPC", "making working copies of the evidence", {
    file: folder,
    expected: `room for ${atLeast} bytes`,
    found: `${room} bytes that an import may take`,
  });
}

import { open, stat } from "node:fs/promises";
import { basename } from "node:path";

import { Problem, quote } from "../model/problem.ts";
import { DEFAULT_LIMITS, type Container, type ContainerLimits } from "./container.ts";
import { openDirectory } from "./directory.ts";
import { openSingleFile } from "./single-file.ts";
import { formatOf, SNIFF_LENGTH } from "./sniff.ts";
import { openZip } from "./zip.ts";

/**
 * Opens evidence by what its bytes are, whatever its name says. Nothing is written.
 *
 * Throws the `refused` problems of the container rules (docs/verdicts.md, "Refused"), and the system's error when the
 * path does not exist or cannot be read.
 */
export async function openContainer(path: string, limits: ContainerLimits = DEFAULT_LIMITS): Promise<Container> {
  const about = await stat(path);
  if (about.isDirectory()) return openDirectory(path, limits);
  if (!about.isFile()) {
    throw new Problem("refused", "special-file", `${quote(basename(path))} is neither a file nor a folder`, {
      file: basename(path),
      expected: "a file or a folder",
      found: "a device, pipe or socket",
    });
  }
  const head = await readHead(path);
  if (head.length === 0) {
    throw new Problem("refused", "empty-file", `${quote(basename(path))} is empty`, {
      file: basename(path),
      expected: "evidence",
      found: "0 bytes",
    });
  }
  return formatOf(head) === "zip" ? openZip(path, limits) : openSingleFile(path, limits);
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(SNIFF_LENGTH), 0, SNIFF_LENGTH, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";

import { concatBytes } from "../encoding/bytes.ts";
import { Problem, quote } from "../model/problem.ts";
import { DEFAULT_LIMITS, type Container, type ContainerLimits } from "./container.ts";
import { openDirectory } from "./directory.ts";
import { assertSameFile, identityOf } from "./file-bytes.ts";
import { openSingleFile } from "./single-file.ts";
import { streamGzipMember } from "./gzip-member.ts";
import { formatOf, SNIFF_LENGTH } from "./sniff.ts";
import { openTar, openTarGz } from "./tar.ts";
import { openZip } from "./zip.ts";

/**
 * Opens evidence by what its bytes are, whatever its name says. Nothing is written.
 *
 * Throws the `refused` problems of the container rules (docs/verdicts.md, "Refused"), and the system's error when the
 * path does not exist or cannot be read.
 */
export async function openContainer(path: string, limits: ContainerLimits = DEFAULT_LIMITS): Promise<Container> {
  return { ...(await openByContent(path, limits)), limits };
}

async function openByContent(path: string, limits: ContainerLimits): Promise<Container> {
  const about = await stat(path, { bigint: true });
  if (about.isDirectory()) return openDirectory(path, limits);
  if (!about.isFile()) {
    throw new Problem("refused", "special-file", `${quote(basename(path))} is neither a file nor a folder`, {
      file: basename(path),
      expected: "a file or a folder",
      found: "a device, pipe or socket",
    });
  }
  // Before it is opened: what took its place meanwhile is another file.
  const identity = identityOf(about);
  const container = await openFile(path, limits);
  return { ...container, assertUnchanged: () => assertSameFile(path, identity, container.label) };
}

async function openFile(path: string, limits: ContainerLimits): Promise<Container> {
  const head = await readHead(path);
  if (head.length === 0) {
    throw new Problem("refused", "empty-file", `${quote(basename(path))} is empty`, {
      file: basename(path),
      expected: "evidence",
      found: "0 bytes",
    });
  }
  switch (formatOf(head)) {
    case "zip":
      return openZip(path, limits);
    case "tar":
      return openTar(path, limits);
    case "gzip":
      return (await holdsTar(path, limits)) ? openTarGz(path, limits) : openSingleFile(path, limits);
    default:
      return openSingleFile(path, limits);
  }
}

/** Whether the content of a gzip file begins as a tar does. What is wrong with the file, its reader tells. */
async function holdsTar(path: string, { maxRatio }: ContainerLimits): Promise<boolean> {
  const options = { path: basename(path), framing: "lenient", maxBytes: Infinity, maxRatio } as const;
  let head = new Uint8Array();
  try {
    for await (const chunk of streamGzipMember(createReadStream(path), options)) {
      head = concatBytes(head, chunk);
      if (head.length >= SNIFF_LENGTH) break;
    }
  } catch (error) {
    if (!(error instanceof Problem && error.kind === "refused")) throw error;
  }
  return formatOf(head) === "tar";
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

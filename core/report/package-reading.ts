import { stat } from "node:fs/promises";
import { join } from "node:path";

import { type Container } from "../bundle/container.ts";
import { openContainer } from "../bundle/open-container.ts";
import { Problem, quote } from "../model/problem.ts";
import { EXAMINER_CERTIFICATE, README, REPORT_PDF, SUMS, SUMS_CMS, SUMS_SIGNATURE } from "./package-layout.ts";

/** A package is read as a whole; more than this is none that this program wrote. */
const MAX_PACKAGE_BYTES = 2 * 2 ** 30;

/** Whether a path looks like a findings package: a folder or zip with the list and its signature, or an age file of one. */
export async function isFindingsPackage(path: string): Promise<boolean> {
  if (path.endsWith(".zip.age")) return true;
  try {
    if ((await stat(path)).isDirectory()) {
      return (await Promise.all([SUMS, SUMS_CMS].map((name) => stat(join(path, name))))).every((file) => file.isFile());
    }
    // Other archives are not looked into: to list a compressed one means to read it.
    if (!path.endsWith(".zip")) return false;
    const container = await openContainer(path);
    try {
      const names = new Set(container.members.map((member) => member.path));
      return names.has(SUMS) && names.has(SUMS_CMS);
    } finally {
      await container.close();
    }
  } catch {
    // Whatever is there and cannot be opened is no package; what it is instead is told when it is used.
    return false;
  }
}

/**
 * The files of a package, a folder or a zip, by path. Throws the `refused` problems of containers, `not-a-package` when
 * none of the files is there that make one, and the system's errors.
 */
export async function readPackage(path: string, signal?: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
  const container = await openContainer(path);
  try {
    const known = new Set([SUMS, SUMS_CMS, SUMS_SIGNATURE, EXAMINER_CERTIFICATE, README, REPORT_PDF]);
    if (container.kind === "file" || !container.members.some((member) => known.has(member.path))) {
      throw new Problem("refused", "not-a-package", `${quote(container.label)} holds no findings package`, {
        file: container.label,
        expected: SUMS,
        found: `${container.members.length} other files`,
      });
    }
    const total = container.members.reduce((sum, member) => sum + member.byteLength, 0);
    if (total > MAX_PACKAGE_BYTES) {
      throw new Problem("refused", "too-large", `${quote(container.label)} is larger than a findings package can be`, {
        file: container.label,
        expected: `at most ${MAX_PACKAGE_BYTES} bytes`,
        found: `${total} bytes`,
      });
    }
    const files = new Map<string, Uint8Array>();
    for (const member of container.members) {
      signal?.throwIfAborted();
      files.set(member.path, await contentOf(container, member.path));
    }
    return files;
  } finally {
    await container.close();
  }
}

async function contentOf(container: Container, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of container.open(path)) chunks.push(new Uint8Array(chunk));
  return Buffer.concat(chunks);
}

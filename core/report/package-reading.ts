import { stat } from "node:fs/promises";
import { join } from "node:path";

import { type Container } from "../bundle/container.ts";
import { openContainer } from "../bundle/open-container.ts";
import { present } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { EXAMINER_CERTIFICATE, README, REPORT_PDF, SUMS, SUMS_CMS, SUMS_SIGNATURE } from "./package-layout.ts";
import { PackageReader } from "./package-reader.ts";

/** To be looked at, a package is read into memory; a larger one is checked on the command line, which reads file by file. */
const MAX_READ_BYTES = 512 * 2 ** 20;

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

/** Throws `not-a-package` (refused) when none of the files is there that make one. */
export function assertPackage({ kind, label, members }: Container): void {
  const known = new Set([SUMS, SUMS_CMS, SUMS_SIGNATURE, EXAMINER_CERTIFICATE, README, REPORT_PDF]);
  if (kind !== "file" && members.some((member) => known.has(member.path))) return;
  throw new Problem("refused", "not-a-package", `${quote(label)} holds no findings package`, {
    file: label,
    expected: SUMS,
    found: `${members.length} ${members.length === 1 ? "other file" : "other files"}`,
  });
}

/**
 * The files of a package, a folder or a zip, by path. Throws the `refused` problems of containers, `not-a-package`,
 * `too-large` and `cancelled`, and the system's errors.
 */
export async function readPackage(path: string, signal?: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
  const container = await openContainer(path);
  try {
    assertPackage(container);
    const total = container.members.reduce((sum, member) => sum + member.byteLength, 0);
    if (total > MAX_READ_BYTES) {
      throw new Problem("refused", "too-large", `${quote(container.label)} is too large to be looked at here`, {
        file: container.label,
        expected: `at most ${MAX_READ_BYTES} bytes; assay verify-package takes larger ones`,
        found: `${total} bytes`,
      });
    }
    const reader = new PackageReader(container, signal);
    const files = new Map<string, Uint8Array>();
    for (const file of reader.paths) files.set(file, present(await reader.read(file), "a listed file is there"));
    return files;
  } finally {
    await container.close();
  }
}

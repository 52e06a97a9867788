import { type Container } from "../bundle/container.ts";
import { openContainer } from "../bundle/open-container.ts";
import { Problem, quote } from "../model/problem.ts";
import { EXAMINER_CERTIFICATE, README, REPORT_PDF, SUMS, SUMS_CMS, SUMS_SIGNATURE } from "./package-layout.ts";

/** A package is read as a whole; more than this is none that this program wrote. */
const MAX_PACKAGE_BYTES = 2 * 2 ** 30;

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

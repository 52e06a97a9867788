import { createHash } from "node:crypto";

import { type Container } from "../bundle/container.ts";
import { throwIfCancelled } from "../model/problem.ts";

/** The digest by which an exhibit is known, and what it was taken over. */
export interface OriginalDigest {
  /** Of the file; for a folder of its list of `<sha256>  <path>` lines, sorted by path. Lower-case hex. */
  readonly sha256: string;
  readonly byteLength: number;
}

/** Hashes evidence as it was received. `readFile` gives the bytes of a file or zip as it lies on the disk. */
export async function hashOriginal(
  container: Container,
  readFile: () => AsyncIterable<Uint8Array>,
  onBytes: (byteLength: number) => void,
  signal: AbortSignal | undefined,
  /** Told of every file of a folder. */
  onMember: (path: string, sha256: string) => void = () => undefined,
): Promise<OriginalDigest> {
  if (container.kind !== "directory") return hashStream(readFile(), onBytes, signal);
  const list = createHash("sha256");
  let byteLength = 0;
  for (const { path } of container.members) {
    const member = await hashStream(container.open(path), onBytes, signal);
    list.update(`${member.sha256}  ${path}\n`);
    byteLength += member.byteLength;
    onMember(path, member.sha256);
  }
  return { sha256: list.digest("hex"), byteLength };
}

async function hashStream(
  source: AsyncIterable<Uint8Array>,
  onBytes: (byteLength: number) => void,
  signal: AbortSignal | undefined,
): Promise<OriginalDigest> {
  const digest = createHash("sha256");
  let byteLength = 0;
  for await (const chunk of source) {
    throwIfCancelled(signal);
    digest.update(chunk);
    byteLength += chunk.length;
    onBytes(chunk.length);
  }
  return { sha256: digest.digest("hex"), byteLength };
}

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { type Container } from "../bundle/container.ts";
import { readFileBytes } from "../bundle/file-bytes.ts";
import { throwIfCancelled } from "../model/problem.ts";

/** The digest by which an exhibit is known, and what it was taken over. */
export interface OriginalDigest {
  /** Of the file; for a folder of its list of `<sha256>  <path>` lines, sorted by path. Lower-case hex. */
  readonly sha256: string;
  readonly byteLength: number;
}

/** How hashing is stopped, and who hears of it. */
export interface HashingWatch {
  readonly signal: AbortSignal | undefined;
  readonly onBytes?: (byteLength: number) => void;
  /** Told of every file of a folder. */
  readonly onMember?: (path: string, sha256: string) => void;
}

/** Bytes that are read and hashed at once; other work has its turn in between. */
const CHUNK_BYTES = 1024 ** 2;

/** Hashes evidence as it was received: the file at `path` as it lies on the disk, or the files of a folder. */
export async function hashOriginal(container: Container, path: string, watch: HashingWatch): Promise<OriginalDigest> {
  if (container.kind !== "directory") {
    return hashStream(createReadStream(path, { highWaterMark: CHUNK_BYTES }), watch);
  }
  const list = createHash("sha256");
  const memory = new Uint8Array(CHUNK_BYTES);
  let byteLength = 0;
  for (const { path: member } of container.members) {
    const listed = container.fileOf?.(member);
    const file = await hashStream(listed ? readFileBytes(listed, memory) : container.open(member), watch);
    list.update(`${file.sha256}  ${member}\n`);
    byteLength += file.byteLength;
    watch.onMember?.(member, file.sha256);
  }
  return { sha256: list.digest("hex"), byteLength };
}

async function hashStream(source: AsyncIterable<Uint8Array>, watch: HashingWatch): Promise<OriginalDigest> {
  const digest = createHash("sha256");
  let byteLength = 0;
  for await (const chunk of source) {
    throwIfCancelled(watch.signal);
    digest.update(chunk);
    byteLength += chunk.length;
    watch.onBytes?.(chunk.length);
  }
  return { sha256: digest.digest("hex"), byteLength };
}

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { type Container } from "../bundle/container.ts";
import { readFileBytes, type ListedFile } from "../bundle/file-bytes.ts";
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

/** Files up to this long are hashed beside: whoever does it reads them at once. */
const MAX_BESIDE_BYTES = 64 * 1024 ** 2;

/** Hashes a file in a thread beside, from its start to its end. */
export type FileHasher = (file: ListedFile) => Promise<string>;

/**
 * Hashes evidence as it was received: the file at `path` as it lies on the disk, or the files of a folder. Of those, one is
 * hashed here and one `beside` at a time.
 */
export async function hashOriginal(
  container: Container,
  path: string,
  watch: HashingWatch,
  beside?: FileHasher,
): Promise<OriginalDigest> {
  if (container.kind !== "directory") {
    return hashStream(createReadStream(path, { highWaterMark: CHUNK_BYTES }), watch);
  }
  const digests = await hashMembers(container, watch, beside);
  const list = createHash("sha256");
  let byteLength = 0;
  for (const [at, member] of container.members.entries()) {
    const sha256 = digests[at] ?? "";
    list.update(`${sha256}  ${member.path}\n`);
    byteLength += member.byteLength;
    watch.onMember?.(member.path, sha256);
  }
  return { sha256: list.digest("hex"), byteLength };
}

async function hashMembers(
  container: Container,
  watch: HashingWatch,
  beside: FileHasher | undefined,
): Promise<readonly string[]> {
  const digests: string[] = [];
  const members = container.members.entries();
  let hasFailed = false;
  // Whoever is done with a member takes the next.
  const takeAll = async (hashFile: FileHasher | undefined): Promise<void> => {
    const memory = new Uint8Array(CHUNK_BYTES);
    try {
      for (const [at, { path, byteLength }] of members) {
        if (hasFailed) return;
        throwIfCancelled(watch.signal);
        const listed = container.fileOf?.(path);
        if (hashFile && listed && byteLength <= MAX_BESIDE_BYTES) {
          digests[at] = await hashFile(listed);
          watch.onBytes?.(byteLength);
        } else {
          const source = listed ? readFileBytes(listed, memory) : container.open(path);
          digests[at] = (await hashStream(source, watch)).sha256;
        }
      }
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  };
  await Promise.all([takeAll(undefined), beside && takeAll(beside)]);
  return digests;
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

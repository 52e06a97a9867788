/** The files of a bag beside its segments: thousands of small tiles, and what describes and signs the log. */
import { createHash, hash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

import { concatBytes } from "../encoding/bytes.ts";
import { MAX_ENVELOPE_BYTES } from "../signing/dsse.ts";
import { MAX_NOTE_BYTES } from "../signing/note.ts";
import { type Container, type ContainerMember } from "./container.ts";
import { readListedFile, SMALL_FILE_BYTES } from "./file-bytes.ts";
import {
  CHECKPOINT_PATH,
  isCustodyPath,
  isDisclosuresPath,
  MANIFEST_PATH,
  parseCheckpointPath,
  parseSegmentPath,
  parseTilePath,
  POLICY_PATH,
  STATEMENT_PATH,
  TAG_MANIFEST_PATH,
} from "./layout.ts";

/** A manifest line per file, 100,000 files. */
const MAX_MANIFEST_BYTES = 32 * 2 ** 20;
const MAX_TILE_BYTES = 8_192;
/** An entry is a few kilobytes. */
const MAX_CUSTODY_BYTES = 256 * 1024;
/** Disclosed fields are a part of their segment. */
const MAX_DISCLOSURES_BYTES = 64 * 2 ** 20;
/** Files that are read without a pause. */
const FILES_AT_ONCE = 32;

/** One file of the bag, apart from segments. */
export interface BagFile {
  /** Relative to the bag. */
  readonly path: string;
  readonly byteLength: number;
  /** Hex. */
  readonly sha256: string;
  /** The bytes of files that verification reads; null for others and for longer ones than their kind can be. */
  readonly content: Uint8Array | null;
}

/** Reads every file of the bag but segments, and keeps the content of those that verification reads. */
export async function readBagFiles(
  container: Container,
  prefix: string,
  keepsTiles: boolean,
  onBytes: (byteLength: number) => void,
  /** Told of every file when it was read. */
  onFile: (file: BagFile) => void = () => undefined,
): Promise<ReadonlyMap<string, BagFile>> {
  const files = new Map<string, BagFile>();
  // For files of which the digest alone is kept, one after the other.
  const memory = new Uint8Array(SMALL_FILE_BYTES);
  for (const member of container.members) {
    if (!member.path.startsWith(prefix)) continue;
    const path = member.path.slice(prefix.length);
    if (parseSegmentPath(path) !== undefined) continue;
    // Other work has its turn first, and between the many tiles of a long log.
    if (files.size % FILES_AT_ONCE === 0) await setImmediate();
    const isKept = member.byteLength <= keptBytes(path, keepsTiles);
    const small = readSmallFile(container, member, path, isKept ? null : memory);
    if (small) onBytes(small.byteLength);
    const file = small ?? (await streamBagFile(container, member, path, isKept, onBytes));
    files.set(path, file);
    onFile(file);
  }
  return files;
}

/** A small file of a folder: of thousands, promises cost more than the reading. Undefined for all others. */
function readSmallFile(
  container: Container,
  member: ContainerMember,
  path: string,
  /** For its bytes, when they are not kept. */
  memory: Uint8Array | null,
): BagFile | undefined {
  const { byteLength } = member;
  const file = byteLength > SMALL_FILE_BYTES ? undefined : container.fileOf?.(member.path);
  if (file === undefined) return undefined;
  const bytes = memory?.subarray(0, byteLength) ?? new Uint8Array(byteLength);
  readListedFile(file, bytes, 0);
  return { path, byteLength, sha256: hash("sha256", bytes), content: memory === null ? bytes : null };
}

async function streamBagFile(
  container: Container,
  member: ContainerMember,
  path: string,
  isKept: boolean,
  onBytes: (byteLength: number) => void,
): Promise<BagFile> {
  const { byteLength } = member;
  const digest = createHash("sha256");
  const parts: Uint8Array[] = [];
  for await (const chunk of container.open(member.path)) {
    digest.update(chunk);
    if (isKept) parts.push(chunk);
    onBytes(chunk.length);
  }
  return { path, byteLength, sha256: digest.digest("hex"), content: isKept ? concatBytes(...parts) : null };
}

/** How long a file of this name can be for its content to be read at all. */
function keptBytes(path: string, keepsTiles: boolean): number {
  if (path === MANIFEST_PATH || path === TAG_MANIFEST_PATH) return MAX_MANIFEST_BYTES;
  if (path === STATEMENT_PATH) return MAX_ENVELOPE_BYTES;
  if (parseTilePath(path) !== undefined) return keepsTiles ? MAX_TILE_BYTES : -1;
  if (path === CHECKPOINT_PATH || parseCheckpointPath(path) !== undefined) return MAX_NOTE_BYTES;
  if (isCustodyPath(path)) return MAX_CUSTODY_BYTES;
  if (isDisclosuresPath(path)) return MAX_DISCLOSURES_BYTES;
  const isControl = !path.includes("/") || path === POLICY_PATH || path.startsWith("data/keys/");
  return isControl ? MAX_NOTE_BYTES : -1;
}

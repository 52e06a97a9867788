import { createReadStream } from "node:fs";
import { mkdtemp, open, rm, stat, statfs, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { extract, type Header } from "tar-stream";

import { present } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { type Container, type ContainerLimits } from "./container.ts";
import { assertTotal, comparePaths } from "./container-limits.ts";
import { assertUnchanged, identityOf, readFileBytes, type FileIdentity } from "./file-bytes.ts";
import { streamGzipMember } from "./gzip-member.ts";
import { assertDistinctNames, assertMemberName } from "./member-name.ts";
import { ambiguousTar, BLOCK_BYTES, readTarLayout, type TarPlace } from "./tar-layout.ts";

const CHUNK_BYTES = 256 * 1024;

/** A tar archive as a container: tar-stream reads it, tar-layout.ts proves that no other reading is possible. */
export async function openTar(path: string, limits: ContainerLimits): Promise<Container> {
  return openTarFile(await open(path, "r"), basename(path), limits);
}

/**
 * A gzipped tar archive: unpacked into a temporary file that has no name any more when this returns, so that members can be
 * read in any order and nothing is left behind.
 */
export async function openTarGz(path: string, limits: ContainerLimits): Promise<Container> {
  const label = basename(path);
  const folder = await mkdtemp(join(tmpdir(), "assay-tar-"));
  let unpacked: FileHandle | undefined;
  try {
    const identity = identityOf(await stat(path, { bigint: true }));
    unpacked = await open(join(folder, "tar"), "w+", 0o600);
    const { bavail, bsize } = await statfs(folder);
    const maxBytes = Math.min(limits.maxTotalBytes, Math.floor(bavail * bsize * limits.maxDiskShare));
    const source = readFileBytes({ path, shownPath: label, identity });
    const options = { path: label, framing: "named", maxBytes, maxRatio: limits.maxRatio } as const;
    for await (const chunk of streamGzipMember(source, options)) await unpacked.write(chunk);
  } catch (error) {
    await unpacked?.close();
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
  return openTarFile(unpacked, label, limits);
}

async function openTarFile(file: FileHandle, label: string, limits: ContainerLimits): Promise<Container> {
  try {
    const identity = identityOf(await file.stat({ bigint: true }));
    const places = await readTarLayout(file, identity.byteLength, limits, label);
    const entries = await readEntries(file, label);
    const files = acceptEntries(entries, places, label);
    const total = places.reduce((sum, { byteLength }) => sum + byteLength, 0);
    assertTotal(total, limits, label);
    return tarContainer(file, files, identity, label);
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface TarEntry {
  readonly header: Header;
  /** Of the header. */
  readonly offset: number;
}

async function readEntries(file: FileHandle, label: string): Promise<readonly TarEntry[]> {
  const entries: TarEntry[] = [];
  const stream = createReadStream("", { fd: file.fd, start: 0, autoClose: false, highWaterMark: CHUNK_BYTES });
  try {
    const archive = extract();
    stream.on("error", (error) => archive.destroy(error));
    for await (const entry of stream.pipe(archive)) {
      entries.push({ header: entry.header, offset: entry.offset });
      entry.resume();
    }
  } catch (error) {
    if (!(error instanceof Error) || "syscall" in error) throw error;
    throw ambiguousTar(label, 0, "a tar archive", quote(error.message));
  }
  if (entries.length > 0) return entries;
  throw new Problem("refused", "empty-archive", `${quote(label)} is a tar archive with nothing in it`, {
    file: label,
    expected: "at least one file",
    found: "0 entries",
  });
}

/** Both readings must agree on every entry; names follow the rules of all containers. */
function acceptEntries(
  entries: readonly TarEntry[],
  places: readonly TarPlace[],
  label: string,
): ReadonlyMap<string, TarPlace> {
  const files = new Map<string, TarPlace>();
  const folders: string[] = [];
  const names: string[] = [];
  for (const [position, { header, offset }] of entries.entries()) {
    const { name, type, size } = header;
    const place = places[position];
    if (place === undefined || place.dataOffset !== offset + BLOCK_BYTES || place.byteLength !== size) {
      throw ambiguousTar(label, place?.dataOffset ?? 0, "entries that every tool reads the same", "others");
    }
    // Archives of a folder made with `tar -C folder .` name it `./` and its files `./a`.
    const path = name.replace(/^\.\//, "").replace(/\/$/, "");
    if (path === "" && type === "directory") continue;
    assertMemberName(path, label);
    (type === "directory" ? folders : names).push(path);
    if (type !== "directory") files.set(path, place);
  }
  if (entries.length !== places.length)
    throw ambiguousTar(label, 0, `${places.length} entries`, String(entries.length));
  assertDistinctNames(names, folders, label);
  return files;
}

function tarContainer(
  file: FileHandle,
  files: ReadonlyMap<string, TarPlace>,
  identity: FileIdentity,
  label: string,
): Container {
  async function* read(path: string): AsyncGenerator<Uint8Array, void, undefined> {
    const { dataOffset, byteLength } = present(files.get(path), "only listed members are opened");
    for (let at = 0; at < byteLength;) {
      const length = Math.min(CHUNK_BYTES, byteLength - at);
      const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, dataOffset + at);
      if (bytesRead === 0) break;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    assertUnchanged(identityOf(await file.stat({ bigint: true })), identity, label);
  }
  return {
    kind: "tar",
    label,
    members: [...files].map(([path, { byteLength }]) => ({ path, byteLength })).sort(comparePaths),
    open: read,
    faults: () => [],
    close: () => file.close(),
  };
}

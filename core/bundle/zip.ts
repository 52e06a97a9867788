import { open, type FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { crc32 } from "node:zlib";

import { fromFdPromise, type Entry, type ZipFile } from "yauzl";

import { present } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { type ArchiveRemark, type Container, type ContainerFault, type ContainerLimits } from "./container.ts";
import { assertMemberCount, assertRatio, assertTotal, comparePaths } from "./container-limits.ts";
import { DeflateStream } from "./deflate-stream.ts";
import { linkProblem } from "./directory.ts";
import { assertUnchanged, identityOf, type FileIdentity } from "./file-bytes.ts";
import { assertDistinctNames, assertMemberName } from "./member-name.ts";
import { readZipEnd, type ZipEnd } from "./zip-end.ts";
import { assertZipLayout, EXTRA_UNICODE_PATH } from "./zip-layout.ts";
import { ambiguous, unsupported } from "./zip-record.ts";

const METHOD_STORED = 0;
const METHOD_DEFLATED = 8;
const FLAG_UTF8 = 0x800;
const FLAG_STRONG_ENCRYPTION = 0x40;
const FLAG_PATCH = 0x20;
/** High half of the external attributes when the entry was made on a Unix system. */
const MADE_BY_UNIX = 3;
const MODE_TYPE = 0o170000;
const MODE_FILE = 0o100000;
const MODE_FOLDER = 0o040000;
const MODE_LINK = 0o120000;

/** A zip archive as a container: yauzl reads the directory, zip-layout.ts proves that no other reading is possible. */
export async function openZip(path: string, limits: ContainerLimits): Promise<Container> {
  const label = basename(path);
  const file = await open(path, "r");
  try {
    const identity = identityOf(await file.stat({ bigint: true }));
    const end = await readZipEnd(file, identity.byteLength, label);
    assertMemberCount(end.entryCount, limits, label);
    const zip = await fromFdPromise(file.fd, { autoClose: false, decodeStrings: false, validateEntrySizes: true });
    const entries = await readDirectory(zip, label);
    const files = acceptEntries(entries, limits, label);
    const withUnreadFields = await assertZipLayout(file, entries, end, label);
    assertDirectoryConsumed(zip, end, label);
    const remarks = remarksOf(end, entries, withUnreadFields);
    return { ...zipContainer(file, zip, files, identity, label), remarks };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readDirectory(zip: ZipFile, label: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry);
  } catch (error) {
    throw damaged(label, error);
  }
  if (entries.length === 0) {
    throw new Problem("refused", "empty-archive", `${quote(label)} is a zip archive with nothing in it`, {
      file: label,
      expected: "at least one file",
      found: "0 entries",
    });
  }
  return entries;
}

/** yauzl reads as many entries as the end record counts; they must also fill the directory. */
function assertDirectoryConsumed(zip: ZipFile, end: ZipEnd, label: string): void {
  const cursor = Number(zip.readEntryCursor);
  if (cursor !== end.directoryEnd) {
    throw ambiguous(label, cursor, `${end.entryCount} entries in the directory`, "bytes that are not counted");
  }
}

/** Comments, and fields that are not read: an entry says as much about itself as its maker likes. */
function remarksOf(
  { comment }: ZipEnd,
  entries: readonly Entry[],
  withUnreadFields: readonly Entry[],
): readonly ArchiveRemark[] {
  const pathOf = ({ fileNameRaw }: Entry): string => fileNameRaw.toString("utf8");
  return [
    ...(comment.length > 0 ? [{ path: null, comment: comment.toString("utf8") }] : []),
    ...entries
      .filter(({ fileCommentRaw }) => fileCommentRaw.length > 0)
      .map((entry) => ({ path: pathOf(entry), comment: entry.fileCommentRaw.toString("utf8") })),
    ...withUnreadFields.map((entry) => ({ path: pathOf(entry), comment: null })),
  ];
}

function acceptEntries(entries: readonly Entry[], limits: ContainerLimits, label: string): Map<string, Entry> {
  const files = new Map<string, Entry>();
  const folders: string[] = [];
  const names: string[] = [];
  for (const entry of entries) {
    const name = entryName(entry, label);
    const isFolder = name.endsWith("/");
    const path = isFolder ? name.slice(0, -1) : name;
    assertMemberName(path, label);
    assertEntryKind(entry, path, isFolder, label);
    (isFolder ? folders : names).push(path);
    if (!isFolder) files.set(path, entry);
    else if (entry.uncompressedSize !== 0) throw unsupported(label, 0, `a folder with content (${quote(path)})`);
    assertRatio(entry.uncompressedSize, entry.compressedSize, limits, path);
  }
  assertDistinctNames(names, folders, label);
  assertTotal(
    entries.reduce((total, entry) => total + entry.uncompressedSize, 0),
    limits,
    label,
  );
  return files;
}

function entryName(entry: Entry, label: string): string {
  const raw = entry.fileNameRaw;
  // Some tools write UTF-8 without saying so; bytes that are not UTF-8 become U+FFFD, which the name rules refuse.
  const name = raw.toString("utf8");
  const isAscii = raw.every((byte) => byte < 0x80);
  for (const { id, data } of entry.extraFields) {
    if (id !== EXTRA_UNICODE_PATH) continue;
    if (data.length < 5 || data.subarray(5).toString("utf8") !== name) {
      throw ambiguous(label, entry.relativeOffsetOfLocalHeader, quote(name), "another name in an extra field");
    }
  }
  if (!isAscii && (entry.generalPurposeBitFlag & FLAG_UTF8) === 0 && !Buffer.from(name, "utf8").equals(raw)) {
    throw unsupported(label, entry.relativeOffsetOfLocalHeader, "a name that is not UTF-8");
  }
  return name;
}

function assertEntryKind(entry: Entry, path: string, isFolder: boolean, label: string): void {
  const offset = entry.relativeOffsetOfLocalHeader;
  if (entry.isEncrypted() || (entry.generalPurposeBitFlag & (FLAG_STRONG_ENCRYPTION | FLAG_PATCH)) !== 0) {
    throw unsupported(label, offset, `an encrypted or patched entry (${quote(path)})`);
  }
  if (entry.compressionMethod !== METHOD_STORED && entry.compressionMethod !== METHOD_DEFLATED) {
    throw unsupported(label, offset, `compression method ${entry.compressionMethod} (${quote(path)})`);
  }
  if (entry.versionMadeBy >>> 8 !== MADE_BY_UNIX) return;
  const type = (entry.externalFileAttributes >>> 16) & MODE_TYPE;
  if (type === 0 || type === (isFolder ? MODE_FOLDER : MODE_FILE)) return;
  throw linkProblem(path, type === MODE_LINK);
}

function zipContainer(
  file: FileHandle,
  zip: ZipFile,
  files: ReadonlyMap<string, Entry>,
  identity: FileIdentity,
  label: string,
): Container {
  const faults = new Map<string, ContainerFault>();
  async function* read(path: string): AsyncGenerator<Uint8Array, void, undefined> {
    const entry = present(files.get(path), "only listed members are opened");
    let checksum = 0;
    let byteLength = 0;
    try {
      const packed: AsyncIterable<Buffer> = await zip.openReadStreamPromise(entry, { decodeFileData: false });
      for await (const chunk of entry.compressionMethod === METHOD_DEFLATED ? inflate(packed, path) : packed) {
        checksum = crc32(chunk, checksum);
        byteLength += chunk.length;
        if (byteLength > entry.uncompressedSize) throw otherSize(path, entry.uncompressedSize, "more");
        yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      }
    } catch (error) {
      throw damaged(path, error);
    }
    if (byteLength < entry.uncompressedSize) throw otherSize(path, entry.uncompressedSize, `${byteLength}`);
    assertUnchanged(identityOf(await file.stat({ bigint: true })), identity, label);
    if (checksum !== entry.crc32) {
      const [expected, found] = [hex32(entry.crc32), hex32(checksum)];
      faults.set(path, { code: "zip-checksum-mismatch", path, expected, found });
    }
  }
  return {
    kind: "zip",
    label,
    members: [...files].map(([path, entry]) => ({ path, byteLength: entry.uncompressedSize })).sort(comparePaths),
    open: read,
    faults: () => [...faults.values()],
    close: () => file.close(),
  };
}

/** The content of deflate data that fills its entry to the last byte. */
async function* inflate(packed: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const input = packed[Symbol.asyncIterator]();
  try {
    const data = new DeflateStream(input);
    yield* data.read();
    const { byteLength } = await data.readRest(0);
    if (byteLength === 0) return;
    throw new Problem("refused", "zip-hidden-data", `${quote(path)} contains hidden extra compressed data`, {
      file: path,
      expected: "deflate data and nothing behind it",
      found: `${byteLength} bytes behind it`,
    });
  } finally {
    await input.return?.();
  }
}

function otherSize(file: string, expected: number, found: string): Problem {
  const message = `${quote(file)} expands to another length than the archive declares`;
  return new Problem("refused", "zip-size-mismatch", message, { file, expected: `${expected} bytes`, found });
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, "0");
}

/** yauzl's and zlib's own errors tell of content; a consumer's error passes through a generator untouched. */
function damaged(path: string, error: unknown): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  if ("syscall" in error) return error;
  return new Problem(
    "refused",
    "zip-data-damaged",
    `the zip data of ${quote(path)} is damaged`,
    { file: path, expected: "data as the archive declares it", found: quote(error.message) },
    { cause: error },
  );
}

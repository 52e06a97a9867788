/**
 * A tiled log as a directory (C2SP tlog-tiles, and what Tessera writes to disk): `checkpoint`, `tile/<L>/<N>[.p/<W>]` with
 * up to 256 hashes, `tile/entries/<N>[.p/<W>]` with up to 256 entries. It is read into the form of a sealed log, whose
 * judges then speak about it: entry bundles are its segments.
 */
import { formatHex } from "../encoding/bytes.ts";
import { frameEntries } from "../encoding/entry-bundle.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { leafHasher } from "../merkle/hash.ts";
import { rangeOfLeaves, recordHashing } from "../merkle/record-hashing.ts";
import { TILE_WIDTH } from "../merkle/tree.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { parseTreeSize } from "../signing/checkpoint.ts";
import { MAX_NOTE_BYTES } from "../signing/note.ts";
import { type BagFile } from "./bag-files.ts";
import { type BundleContents, type SegmentFile } from "./bundle-reader.ts";
import { type Container, type ContainerMember } from "./container.ts";
import { CHECKPOINT_PATH, parseTilePath, type TileName } from "./layout.ts";
import { type SegmentContent } from "./segment-content.ts";

/** A tile file of the log. */
export interface LogTile extends TileName {
  /** Relative to the log. */
  readonly path: string;
  readonly hashes: Uint8Array;
}

export interface TileLog {
  /** Folder of the log inside the container. */
  readonly prefix: string;
  /** As of a sealed log: the checkpoint and the tiles below `data/`, entry bundles as segments. */
  readonly contents: BundleContents;
  readonly tiles: readonly LogTile[];
  /** Entry bundles in whose place others are read, such as those of earlier sizes: as tiles of their leaf hashes. */
  readonly replaced: readonly LogTile[];
  /** Entry bundles that hold entries behind the size of the checkpoint. */
  readonly beyond: readonly EntryBundleName[];
}

/** An entry bundle by its place in the log. */
export interface EntryBundleName {
  /** Relative to the log. */
  readonly path: string;
  readonly firstIndex: number;
  /** Entries that its name says it holds. */
  readonly width: number;
  /** Of these, entries below the size of the checkpoint. */
  readonly count: number;
}

const CHECKPOINT_NAME = "checkpoint";
const ENTRIES_FOLDER = "tile/entries/";
/** 256 entries of 65,535 bytes with their lengths. */
const MAX_ENTRY_BUNDLE_BYTES = TILE_WIDTH * (65_535 + 2);
const NO_LINES = { count: 0, first: null };

/** The folder of a tiled log inside a container (`""`, or `"name/"` for a top folder), or undefined when it holds none. */
export function locateTileLog(container: Container): string | undefined {
  const paths = container.members.map(({ path }) => path);
  const tops = new Set(paths.map((path) => path.slice(0, path.indexOf("/") + 1)));
  return ["", ...tops].find(
    (prefix) =>
      paths.includes(`${prefix}${CHECKPOINT_NAME}`) &&
      paths.some((path) => path.startsWith(`${prefix}${ENTRIES_FOLDER}`)),
  );
}

/** The entry bundles of a log, in order: one for each place, those behind the checkpoint's size included. */
export async function listEntryBundles(container: Container, prefix: string): Promise<readonly EntryBundleName[]> {
  const size = await statedSize(container, prefix);
  const byIndex = new Map<number, EntryBundleName>();
  for (const { path } of container.members) {
    const name = entryBundleOf(path, prefix);
    if (!name) continue;
    const { index, width } = name;
    const firstIndex = index * TILE_WIDTH;
    const count = Math.max(0, Math.min(width, size - firstIndex));
    const bundle = { path: name.path, firstIndex, width, count };
    const known = byIndex.get(index);
    // Logs keep partial bundles of earlier sizes: the one that fits is the smallest that is wide enough.
    const isBetter = known === undefined || (count === known.count ? width < known.width : count > known.count);
    if (isBetter || (count === 0 && width > known.width)) byIndex.set(index, bundle);
  }
  return [...byIndex.values()].sort((a, b) => a.firstIndex - b.firstIndex);
}

/** Reads a whole log, one file after the other. Throws the container's problems; what the files hold is data. */
export async function readTileLog(
  container: Container,
  prefix: string,
  hash: Hash,
  work: LongWork = {},
): Promise<TileLog> {
  const bytesTotal = container.members.reduce((total, { byteLength }) => total + byteLength, 0);
  const bundles = await listEntryBundles(container, prefix);
  const covered = bundles.filter(({ count }) => count > 0);
  const wanted = new Map(covered.map((bundle) => [prefix + bundle.path, bundle]));
  const unread = new Set(bundles.map(({ path }) => prefix + path));
  const files = new Map<string, BagFile>();
  const tiles: LogTile[] = [];
  const replaced: LogTile[] = [];
  const segments: SegmentFile[] = [];
  const outside: string[] = [];
  let bytesDone = 0;
  let records = 0;
  for (const member of container.members) {
    throwIfCancelled(work.signal);
    const bundle = wanted.get(member.path);
    const path = member.path.startsWith(prefix) ? member.path.slice(prefix.length) : undefined;
    const tile = path === undefined ? undefined : parseTilePath(`data/${path}`);
    if (bundle) {
      const segment = readEntryBundle(bundle, await bytesOf(container, member, MAX_ENTRY_BUNDLE_BYTES), hash);
      segments.push(segment);
      records += segment.content?.count ?? 0;
    } else if (path !== undefined && (path === CHECKPOINT_NAME || tile)) {
      const content = await bytesOf(container, member, tile ? TILE_WIDTH * HASH_BYTES : MAX_NOTE_BYTES);
      const name = path === CHECKPOINT_NAME ? CHECKPOINT_PATH : `data/${path}`;
      files.set(name, { path: name, byteLength: content.length, sha256: formatHex(hash(content)), content });
      if (tile) tiles.push({ ...tile, path, hashes: content });
    } else if (!unread.has(member.path)) {
      const other = entryBundleOf(member.path, prefix);
      if (other === undefined) outside.push(member.path);
      else replaced.push(await entryTile(container, member, other, hash));
    }
    bytesDone += member.byteLength;
    work.onProgress?.({ phase: "verifying", bytesDone, bytesTotal, records });
  }
  segments.sort((a, b) => a.firstIndex - b.firstIndex);
  const contents = { label: container.label, files, segments, outside, containerFaults: container.faults() };
  return { prefix, contents, tiles, replaced, beyond: bundles.filter(({ count, width }) => count < width) };
}

interface EntryBundlePath {
  /** Relative to the log. */
  readonly path: string;
  readonly index: number;
  readonly width: number;
}

function entryBundleOf(path: string, prefix: string): EntryBundlePath | undefined {
  if (!path.startsWith(`${prefix}${ENTRIES_FOLDER}`)) return undefined;
  const name = parseTilePath(`data/tile/0/${path.slice(prefix.length + ENTRIES_FOLDER.length)}`);
  return name && { path: path.slice(prefix.length), index: name.index, width: name.width };
}

/** The leaf hashes of an entry bundle, as the tile over it has them. */
async function entryTile(
  container: Container,
  member: ContainerMember,
  { path, index, width }: EntryBundlePath,
  hash: Hash,
): Promise<LogTile> {
  const bytes = await bytesOf(container, member, MAX_ENTRY_BUNDLE_BYTES);
  return { path, level: 0, index, width, hashes: leavesOf(bytes, frameEntries(bytes), hash) };
}

/** The size that the checkpoint states; 0 when it cannot be read, which its own check then says. */
async function statedSize(container: Container, prefix: string): Promise<number> {
  const member = container.members.find(({ path }) => path === `${prefix}${CHECKPOINT_NAME}`);
  if (!member) return 0;
  const text = decodeUtf8(await bytesOf(container, member, MAX_NOTE_BYTES)) ?? "";
  return parseTreeSize(text.split("\n", 2)[1] ?? "") ?? 0;
}

/** Reads the entries that the checkpoint covers; a bundle that is cut at neither end must hold what its name says. */
function readEntryBundle(
  { path, firstIndex, width, count }: EntryBundleName,
  bytes: Uint8Array,
  hash: Hash,
): SegmentFile {
  const entries = frameEntries(bytes);
  const held = count < width ? entries.slice(0, count) : entries;
  const leaves = leavesOf(bytes, held, hash);
  const content: SegmentContent = {
    leaves,
    count: held.length,
    byteLength: bytes.length,
    offsets: Uint32Array.from(held, ({ start }) => start),
    range: rangeOfLeaves(recordHashing(hash), firstIndex, leaves),
    chain: null,
    withheld: [],
    first: null,
    last: null,
    carriageReturns: NO_LINES,
    blankLines: NO_LINES,
    otherLines: NO_LINES,
    malformedWithheld: NO_LINES,
    byteOrderMark: false,
    unterminated: false,
    restoredLeaves: null,
    times: null,
    tiles: null,
  };
  const sha256 = formatHex(hash(bytes));
  return { path, firstIndex, encoding: "plain", byteLength: bytes.length, sha256, content, fault: null };
}

function leavesOf(bytes: Uint8Array, entries: ReturnType<typeof frameEntries>, hash: Hash): Uint8Array<ArrayBuffer> {
  const leafHash = leafHasher(hash);
  const leaves = new Uint8Array(entries.length * HASH_BYTES);
  for (const [index, { start, end }] of entries.entries()) {
    leaves.set(leafHash(bytes.subarray(start, end)), index * HASH_BYTES);
  }
  return leaves;
}

/** The bytes of a member, cut at a length that nothing genuine has. */
async function bytesOf(container: Container, { path }: ContainerMember, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of container.open(path)) {
    parts.push(chunk.slice(0, maxBytes + 1 - byteLength));
    byteLength += chunk.length;
    if (byteLength > maxBytes) break;
  }
  return new Uint8Array(Buffer.concat(parts));
}

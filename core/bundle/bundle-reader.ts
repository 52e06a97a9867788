import { createHash, hash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

import { concatBytes } from "../encoding/bytes.ts";
import { assert, present } from "../model/assert.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { MAX_ENVELOPE_BYTES } from "../signing/dsse.ts";
import { MAX_NOTE_BYTES } from "../signing/note.ts";
import { DEFAULT_LIMITS, type Container, type ContainerFault, type ContainerMember } from "./container.ts";
import {
  BAGIT_PATH,
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
  type SegmentName,
} from "./layout.ts";
import { readListedFile, SMALL_FILE_BYTES } from "./file-bytes.ts";
import { inOrder } from "./in-order.ts";
import {
  MAX_PACKED_BYTES,
  tooLarge,
  type PackedSegment,
  type ReadSegment,
  type SegmentReader,
} from "./read-segment.ts";

/** A manifest line per file, 100,000 files. */
const MAX_MANIFEST_BYTES = 32 * 2 ** 20;
const MAX_TILE_BYTES = 8_192;
/** An entry is a few kilobytes. */
const MAX_CUSTODY_BYTES = 256 * 1024;
/** Disclosed fields are a part of their segment. */
const MAX_DISCLOSURES_BYTES = 64 * 2 ** 20;

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

/** One segment file: how it is packed and what its lines are. */
export interface SegmentFile extends SegmentName, ReadSegment {
  readonly path: string;
  readonly byteLength: number;
}

/** Everything that verification needs of a bundle. */
export interface BundleContents {
  /** Name of the container, for people. */
  readonly label: string;
  readonly files: ReadonlyMap<string, BagFile>;
  /** In order of their first index. */
  readonly segments: readonly SegmentFile[];
  /** Members of the container that are not in the bag's folder. */
  readonly outside: readonly string[];
  /** With paths relative to the bag, as far as they lie in it. */
  readonly containerFaults: readonly ContainerFault[];
}

/**
 * The folder of the bag inside a container (`""`, or `"name/"` for the one top folder of a zip), or undefined when the
 * container is no Evidence Log Bundle. Judged by what is there: a bag that holds a checkpoint or segments.
 */
export function locateBundle(container: Container): string | undefined {
  const paths = new Set(container.members.map(({ path }) => path));
  const tops = new Set(container.members.map(({ path }) => path.split("/", 1)[0] ?? ""));
  return ["", ...[...tops].map((top) => `${top}/`)].find((prefix) => {
    const holds = (path: string): boolean => paths.has(`${prefix}${path}`);
    const hasSegments = container.members.some(({ path }) => path.startsWith(`${prefix}data/segments/`));
    return hasSegments ? holds(BAGIT_PATH) || holds(CHECKPOINT_PATH) || holds(STATEMENT_PATH) : holds(CHECKPOINT_PATH);
  });
}

/** As many chains are computed side by side (sha256-kernel.ts). */
const SEGMENTS_TOGETHER = 4;
/** Files that are read without a pause. */
const FILES_AT_ONCE = 32;
/** Groups of segments begun at once: enough for four threads, none of which is to wait for the next. */
const GROUPS_AHEAD = 8;
/** The same where their bytes are read here and held: one for each of two threads, and one that is being read. */
const GROUPS_HELD = 3;

/**
 * Reads a whole bundle in order, with segments read ahead so that `readSegments` can use several threads. Throws container
 * problems; faults of segments are data.
 */
export async function readBundle(
  container: Container,
  prefix: string,
  readSegments: SegmentReader,
  work: LongWork = {},
  /** Positions of the segments to read, both included; all of them by default. */
  only: { readonly first: number; readonly last: number } = { first: 0, last: Infinity },
  /** Told of every other file when it was read, while the segments are. */
  onFile: (file: BagFile) => void = () => undefined,
): Promise<BundleContents> {
  const report = progressOf(container, work);
  const wanted = packedFiles(container, prefix).slice(only.first, only.last + 1);
  const { maxRatio } = container.limits ?? DEFAULT_LIMITS;
  const begin = async (group: readonly PackedFile[]): Promise<() => Promise<readonly SegmentFile[]>> => {
    const fitting: PackedSegment[] = [];
    for (const { path, name, member } of group) {
      if (member.byteLength > MAX_PACKED_BYTES) continue;
      const data = container.fileOf?.(member.path) ?? (await readWhole(container, member));
      fitting.push({ path, name, data, maxRatio });
    }
    const reading = readSegments(fitting);
    // Awaited in its turn; a failure meanwhile must not count as unhandled.
    reading.catch(() => undefined);
    return async () => {
      const read = new Map((await reading).map((segment, at) => [fitting[at]?.path, segment]));
      return group.map(({ path, name, member: { byteLength } }) => {
        const unread = { sha256: "", content: null, fault: tooLarge(path) };
        return { ...name, path, byteLength, ...(read.get(path) ?? unread) };
      });
    };
  };
  const ahead = container.fileOf === undefined ? GROUPS_HELD : GROUPS_AHEAD;
  const groups = inOrder(groupsOf(wanted), ahead, begin);
  // Threads beside read the first segments while the other files are read here.
  const first = groups.next();
  first.catch(() => undefined);
  const files = await readBagFiles(container, prefix, report, onFile);
  const segments: SegmentFile[] = [];
  for (let next = await first; next.done !== true; next = await groups.next()) {
    for (const segment of next.value) {
      segments.push(segment);
      report(segment.byteLength, segment.content?.count ?? 0);
    }
  }
  return { label: container.label, files, segments, ...bundleRest(container, prefix) };
}

interface PackedFile extends SegmentPath {
  readonly member: ContainerMember;
}

function packedFiles(container: Container, prefix: string): readonly PackedFile[] {
  const members = new Map(container.members.map((member) => [member.path, member]));
  return segmentPaths(container, prefix).map((segment) => {
    return { ...segment, member: present(members.get(prefix + segment.path), "segments are members") };
  });
}

function* groupsOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let first = 0; first < items.length; first += SEGMENTS_TOGETHER) {
    yield items.slice(first, first + SEGMENTS_TOGETHER);
  }
}

/** The bytes of a member, from byte 1 on. */
export async function readWhole(container: Container, { path, byteLength }: ContainerMember): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(1 + byteLength);
  let end = 1;
  for await (const chunk of container.open(path)) {
    assert(end + chunk.length <= buffer.length, "a container gives as many bytes as it declares");
    buffer.set(chunk, end);
    end += chunk.length;
  }
  assert(end === buffer.length, "a container gives as many bytes as it declares");
  return buffer;
}

/** A segment file of a bag. */
export interface SegmentPath {
  /** Relative to the bag. */
  readonly path: string;
  readonly name: SegmentName;
}

/** Segment files in order of their first index, with paths relative to the bag. */
export function segmentPaths(container: Container, prefix: string): readonly SegmentPath[] {
  return container.members
    .filter(({ path }) => path.startsWith(prefix))
    .map(({ path }) => ({ path: path.slice(prefix.length), name: parseSegmentPath(path.slice(prefix.length)) }))
    .filter((entry): entry is { path: string; name: SegmentName } => entry.name !== undefined)
    .sort((a, b) => a.name.firstIndex - b.name.firstIndex);
}

/** What else the container shows, once everything was read. */
function bundleRest(container: Container, prefix: string): Pick<BundleContents, "outside" | "containerFaults"> {
  const outside = container.members.filter(({ path }) => !path.startsWith(prefix)).map(({ path }) => path);
  const relative = (path: string): string => (path.startsWith(prefix) ? path.slice(prefix.length) : path);
  return { outside, containerFaults: container.faults().map((fault) => ({ ...fault, path: relative(fault.path) })) };
}

/** Reads every file of the bag but segments. */
async function readBagFiles(
  container: Container,
  prefix: string,
  onBytes: (byteLength: number) => void,
  onFile: (file: BagFile) => void,
): Promise<ReadonlyMap<string, BagFile>> {
  const files = new Map<string, BagFile>();
  for (const member of container.members) {
    if (!member.path.startsWith(prefix)) continue;
    const path = member.path.slice(prefix.length);
    if (parseSegmentPath(path) !== undefined) continue;
    const small = readSmallFile(container, member, path);
    if (small) onBytes(small.byteLength);
    const file = small ?? (await streamBagFile(container, member, path, onBytes));
    files.set(path, file);
    onFile(file);
    // Other work has its turn between the many tiles of a long log.
    if (files.size % FILES_AT_ONCE === 0) await setImmediate();
  }
  return files;
}

/** A small file of a folder: of thousands, promises cost more than the reading. Undefined for all others. */
function readSmallFile(container: Container, member: ContainerMember, path: string): BagFile | undefined {
  const { byteLength } = member;
  const file = byteLength > SMALL_FILE_BYTES ? undefined : container.fileOf?.(member.path);
  if (file === undefined) return undefined;
  const bytes = new Uint8Array(byteLength);
  readListedFile(file, bytes, 0);
  return { path, byteLength, sha256: hash("sha256", bytes), content: byteLength <= keptBytes(path) ? bytes : null };
}

async function streamBagFile(
  container: Container,
  member: ContainerMember,
  path: string,
  onBytes: (byteLength: number) => void,
): Promise<BagFile> {
  const { byteLength } = member;
  const keep = byteLength <= keptBytes(path);
  const digest = createHash("sha256");
  const parts: Uint8Array[] = [];
  for await (const chunk of container.open(member.path)) {
    digest.update(chunk);
    if (keep) parts.push(chunk);
    onBytes(chunk.length);
  }
  return { path, byteLength, sha256: digest.digest("hex"), content: keep ? concatBytes(...parts) : null };
}

/** How long a file of this name can be for its content to be read at all. */
function keptBytes(path: string): number {
  if (path === MANIFEST_PATH || path === TAG_MANIFEST_PATH) return MAX_MANIFEST_BYTES;
  if (path === STATEMENT_PATH) return MAX_ENVELOPE_BYTES;
  if (parseTilePath(path) !== undefined) return MAX_TILE_BYTES;
  if (path === CHECKPOINT_PATH || parseCheckpointPath(path) !== undefined) return MAX_NOTE_BYTES;
  if (isCustodyPath(path)) return MAX_CUSTODY_BYTES;
  if (isDisclosuresPath(path)) return MAX_DISCLOSURES_BYTES;
  const isControl = !path.includes("/") || path === POLICY_PATH || path.startsWith("data/keys/");
  return isControl ? MAX_NOTE_BYTES : -1;
}

function progressOf(container: Container, work: LongWork): (byteLength: number, records?: number) => void {
  const bytesTotal = container.members.reduce((total, { byteLength }) => total + byteLength, 0);
  let bytesDone = 0;
  let records = 0;
  return (byteLength, more = 0) => {
    throwIfCancelled(work.signal);
    bytesDone += byteLength;
    records += more;
    work.onProgress?.({ phase: "verifying", bytesDone, bytesTotal, records });
  };
}

import { createHash } from "node:crypto";

import { concatBytes } from "../encoding/bytes.ts";
import { assert, present } from "../model/assert.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { MAX_ENVELOPE_BYTES } from "../signing/dsse.ts";
import { MAX_NOTE_BYTES } from "../signing/note.ts";
import { type Container, type ContainerFault, type ContainerMember } from "./container.ts";
import {
  BAGIT_PATH,
  CHECKPOINT_PATH,
  MANIFEST_PATH,
  parseCheckpointPath,
  parseSegmentPath,
  parseTilePath,
  STATEMENT_PATH,
  TAG_MANIFEST_PATH,
  type SegmentName,
} from "./layout.ts";
import { inOrder } from "./in-order.ts";
import { MAX_PACKED_BYTES, tooLarge, type ReadSegment, type SegmentReader } from "./read-segment.ts";

/** A manifest line per file, 100,000 files. */
const MAX_MANIFEST_BYTES = 32 * 2 ** 20;
const MAX_TILE_BYTES = 8_192;

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

/** Segments that are in memory at once: enough to keep several threads busy, at most 256 MiB. */
const SEGMENTS_AHEAD = 4;

/**
 * Reads a whole bundle in order, with segments read ahead so that `readSegment` can use several threads. Throws container
 * problems; faults of segments are data.
 */
export async function readBundle(
  container: Container,
  prefix: string,
  readSegment: SegmentReader,
  work: LongWork = {},
): Promise<BundleContents> {
  const report = progressOf(container, work);
  const files = await readBagFiles(container, prefix, report);
  const members = new Map(container.members.map((member) => [member.path, member]));
  const segments: SegmentFile[] = [];
  const begin = async ({ path, name }: SegmentPath): Promise<() => Promise<SegmentFile>> => {
    const member = present(members.get(prefix + path), "segments are members");
    const { byteLength } = member;
    if (byteLength > MAX_PACKED_BYTES) {
      const unread = { sha256: "", content: null, fault: tooLarge(path) };
      return () => Promise.resolve({ ...name, path, byteLength, ...unread });
    }
    const reading = readSegment({ name, path, bytes: await readWhole(container, member, report) });
    reading.catch(() => undefined);
    return async () => ({ ...name, path, byteLength, ...(await reading) });
  };
  for await (const segment of inOrder(segmentPaths(container, prefix), SEGMENTS_AHEAD, begin)) {
    segments.push(segment);
    report(0, segment.content?.count ?? 0);
  }
  return { label: container.label, files, segments, ...bundleRest(container, prefix) };
}

/** The bytes of a member, with a byte before them. */
async function readWhole(
  container: Container,
  { path, byteLength }: ContainerMember,
  onBytes: (byteLength: number) => void,
): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(1 + byteLength);
  let end = 1;
  for await (const chunk of container.open(path)) {
    assert(end + chunk.length <= buffer.length, "a container gives as many bytes as it declares");
    buffer.set(chunk, end);
    end += chunk.length;
    onBytes(chunk.length);
  }
  assert(end === buffer.length, "a container gives as many bytes as it declares");
  return buffer.subarray(1);
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
): Promise<ReadonlyMap<string, BagFile>> {
  const files = new Map<string, BagFile>();
  for (const member of container.members) {
    if (!member.path.startsWith(prefix)) continue;
    const path = member.path.slice(prefix.length);
    if (parseSegmentPath(path) !== undefined) continue;
    const keep = member.byteLength <= keptBytes(path);
    const digest = createHash("sha256");
    const parts: Uint8Array[] = [];
    for await (const chunk of container.open(member.path)) {
      digest.update(chunk);
      if (keep) parts.push(chunk);
      onBytes(chunk.length);
    }
    const content = keep ? concatBytes(...parts) : null;
    files.set(path, { path, byteLength: member.byteLength, sha256: digest.digest("hex"), content });
  }
  return files;
}

/** How long a file of this name can be for its content to be read at all. */
function keptBytes(path: string): number {
  if (path === MANIFEST_PATH || path === TAG_MANIFEST_PATH) return MAX_MANIFEST_BYTES;
  if (path === STATEMENT_PATH) return MAX_ENVELOPE_BYTES;
  if (parseTilePath(path) !== undefined) return MAX_TILE_BYTES;
  if (path === CHECKPOINT_PATH || parseCheckpointPath(path) !== undefined) return MAX_NOTE_BYTES;
  const isControl = !path.includes("/") || path.startsWith("data/keys/");
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

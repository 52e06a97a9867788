import { assert, present } from "../model/assert.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { readBagFiles, type BagFile } from "./bag-files.ts";
import { DEFAULT_LIMITS, type Container, type ContainerFault, type ContainerMember } from "./container.ts";
import { BAGIT_PATH, CHECKPOINT_PATH, parseSegmentPath, STATEMENT_PATH, type SegmentName } from "./layout.ts";
import { inOrder } from "./in-order.ts";
import { outlineOf } from "./segment-content.ts";
import {
  MAX_PACKED_BYTES,
  tooLarge,
  type PackedSegment,
  type ReadSegment,
  type SegmentReader,
} from "./read-segment.ts";

/** One segment file: how it is packed and what its lines are. */
export interface SegmentFile extends SegmentName, ReadSegment {
  readonly path: string;
  readonly byteLength: number;
}

/** The files of a bundle beside its segments. */
export interface BagContents {
  readonly files: ReadonlyMap<string, BagFile>;
}

/** Everything that verification needs of a bundle. */
export interface BundleContents extends BagContents {
  /** Name of the container, for people. */
  readonly label: string;
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
/** Groups of segments begun at once: enough for four threads, none of which is to wait for the next. */
const GROUPS_AHEAD = 8;
/** The same where their bytes are read here and held: one for each of two threads, and one that is being read. */
const GROUPS_HELD = 3;

/** How a bundle is read. */
export interface BundleReading {
  readonly work?: LongWork;
  /** Positions of the segments to read, both included; all of them by default. */
  readonly only?: { readonly first: number; readonly last: number };
  /** Keeps neither the leaves and offsets of records nor tiles: then memory does not grow with the records. */
  readonly isOutline?: boolean;
  /** Told of every other file when it was read, while the segments are. */
  readonly onFile?: (file: BagFile) => void;
  /** Told of all other files when they were read, while the rest of the segments is. */
  readonly onBag?: (bag: BagContents) => void;
}

/**
 * Reads a whole bundle in order, with segments read ahead so that `readSegments` can use several threads. Throws container
 * problems; faults of segments are data.
 */
export async function readBundle(
  container: Container,
  prefix: string,
  readSegments: SegmentReader,
  reading: BundleReading = {},
): Promise<BundleContents> {
  const { work = {}, only = { first: 0, last: Infinity }, isOutline = false } = reading;
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
    const results = readSegments(fitting, isOutline);
    // Awaited in its turn; a failure meanwhile must not count as unhandled.
    results.catch(() => undefined);
    return async () => {
      const read = new Map((await results).map((segment, at) => [fitting[at]?.path, segment]));
      return group.map(({ path, name, member: { byteLength } }) => {
        const unread = { sha256: "", content: null, fault: tooLarge(path) };
        return { ...name, path, byteLength, ...(read.get(path) ?? unread) };
      });
    };
  };
  const ahead = container.fileOf === undefined ? GROUPS_HELD : GROUPS_AHEAD;
  const groups = inOrder(groupsOf(wanted), ahead, begin);
  const collect = async (): Promise<readonly SegmentFile[]> => {
    const segments: SegmentFile[] = [];
    for await (const group of groups) {
      for (const segment of group) {
        segments.push(isOutline ? outlineOfFile(segment) : segment);
        report(segment.byteLength, segment.content?.count ?? 0);
      }
    }
    return segments;
  };
  // Threads beside read segments while the other files are read here.
  const segments = collect();
  segments.catch(() => undefined);
  const files = await readBagFiles(container, prefix, !isOutline, report, reading.onFile);
  reading.onBag?.({ files });
  return { label: container.label, files, segments: await segments, ...bundleRest(container, prefix) };
}

function outlineOfFile(segment: SegmentFile): SegmentFile {
  return { ...segment, content: segment.content && outlineOf(segment.content) };
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

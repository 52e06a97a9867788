import { createHash } from "node:crypto";

import { concatBytes } from "../encoding/bytes.ts";
import { LineFramer, type Line } from "../encoding/ndjson.ts";
import { type Hash } from "../model/digest.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { MAX_ENVELOPE_BYTES } from "../signing/dsse.ts";
import { MAX_NOTE_BYTES } from "../signing/note.ts";
import { DEFAULT_LIMITS, type Container, type ContainerFault } from "./container.ts";
import { streamGzipMember } from "./gzip-member.ts";
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
import { MAX_RECORD_BYTES, MAX_SEGMENT_BYTES, SegmentScanner, type SegmentContent } from "./segment-scan.ts";

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
export interface SegmentFile extends SegmentName {
  readonly path: string;
  readonly byteLength: number;
  /** Of the file as packed, hex; empty when it could not be read. */
  readonly sha256: string;
  /** Null when the file could not be read; `fault` then says why. */
  readonly content: SegmentContent | null;
  readonly fault: Problem | null;
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

/** Reads a whole bundle, one member after the other. Throws container problems; faults of segments are data. */
export async function readBundle(
  container: Container,
  prefix: string,
  hash: Hash,
  work: LongWork = {},
): Promise<BundleContents> {
  const report = progressOf(container, work);
  const files = await readBagFiles(container, prefix, report);
  const segments: SegmentFile[] = [];
  for (const { path, name } of segmentPaths(container, prefix)) {
    const segment = await readSegment(container, prefix, path, name, hash, report);
    segments.push(segment);
    report(0, segment.content?.count ?? 0);
  }
  return { label: container.label, files, segments, ...bundleRest(container, prefix) };
}

/** Segment files in order of their first index, with paths relative to the bag. */
export function segmentPaths(
  container: Container,
  prefix: string,
): readonly { readonly path: string; readonly name: SegmentName }[] {
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

/**
 * Reads one segment file: unpacks it once, and gives its lines' leaves. A file that breaks the format is a `fault`
 * of the result; what is wrong with the container or the machine is thrown.
 */
async function readSegment(
  container: Container,
  prefix: string,
  path: string,
  name: SegmentName,
  hash: Hash,
  onBytes: (byteLength: number) => void,
): Promise<SegmentFile> {
  const packed = createHash("sha256");
  const scanner = new SegmentScanner(hash);
  const framer = new LineFramer(MAX_RECORD_BYTES);
  let byteLength = 0;
  let contentByteLength = 0;
  const failed = (fault: Problem): SegmentFile => {
    return { ...name, path, byteLength, sha256: "", content: null, fault };
  };

  async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of container.open(prefix + path)) {
      packed.update(chunk);
      byteLength += chunk.length;
      onBytes(chunk.length);
      yield chunk;
    }
  }
  const take = (line: Line): void => {
    scanner.append(line.bytes, line.terminated);
  };
  if (name.encoding === "zstd") {
    return failed(new Problem("refused", "zstd-not-read", "zstd segments are not read", { file: path }));
  }
  try {
    for await (const chunk of unpack(source(), path, name)) {
      contentByteLength += chunk.length;
      assertSegmentSize(contentByteLength, path);
      for (const line of framer.push(chunk)) take(line);
    }
    const last = framer.end();
    if (last !== undefined) take(last);
  } catch (error) {
    if (error instanceof Problem && error.kind === "refused" && isContentCode(error.code)) return failed(error);
    throw error;
  }
  return {
    ...name,
    path,
    byteLength,
    sha256: packed.digest("hex"),
    content: scanner.finish(),
    fault: null,
  };
}

function unpack(source: AsyncIterable<Uint8Array>, path: string, name: SegmentName): AsyncIterable<Uint8Array> {
  if (name.encoding === "plain") return source;
  return streamGzipMember(source, {
    path,
    framing: "strict",
    maxBytes: MAX_SEGMENT_BYTES,
    maxRatio: DEFAULT_LIMITS.maxRatio,
  });
}

function assertSegmentSize(byteLength: number, path: string): void {
  if (byteLength <= MAX_SEGMENT_BYTES) return;
  throw new Problem("refused", "too-large", `${quote(path)} is longer than a segment may be`, {
    file: path,
    expected: `at most ${MAX_SEGMENT_BYTES} bytes`,
    found: "more",
  });
}

/** Problems of one segment's bytes, as against those of the container around it. */
function isContentCode(code: string): boolean {
  return code.startsWith("gzip-") || ["too-large", "expansion-ratio", "line-too-long"].includes(code);
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

import { createHash } from "node:crypto";
import { closeSync, openSync } from "node:fs";

import { platformHashing } from "../bundle/platform-hashing.ts";
import { readSegments, SegmentMemory, type SegmentHashing, type SegmentText } from "../bundle/read-segment.ts";
import { outlineOf, type ScannedSegment } from "../bundle/segment-content.ts";
import { present } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { deriveLines } from "./frame-file.ts";
import {
  partsOfProblem,
  type HashedFile,
  type HashedSegment,
  type SegmentsRequest,
  type StagingPaths,
} from "./hash-protocol.ts";
import { leafHashOf } from "./leaf-hash.ts";
import { oddRecords } from "./record-shape.ts";
import { type SidecarWriter } from "./sidecar-writer.ts";
import { writeAll, writing } from "./write-file.ts";

let hashing: SegmentHashing | undefined;
const memory = new SegmentMemory();

/** Reads packed segments and, where asked, writes their working copies and sidecar entries from the same bytes. */
export async function hashSegments(
  { segments: sent, staging, isOutlineEnough }: SegmentsRequest,
  sidecar: SidecarWriter | undefined,
): Promise<readonly HashedSegment[]> {
  hashing ??= platformHashing();
  const segments = sent.map(({ data, ...segment }) => {
    return { ...segment, data: data instanceof Uint8Array ? Buffer.from(data.buffer) : data };
  });
  const files: (HashedFile | null)[] = segments.map(() => null);
  const read = await readSegments(segments, hashing, memory, (at, segment) => {
    const paths = staging[at] ?? null;
    const isPlain = segments[at]?.name.encoding === "plain";
    if (paths !== null) files[at] = stageSegment(segment, isPlain, paths, sidecar);
  });
  return read.map(({ sha256, content, fault }, at) => {
    const told = isOutlineEnough ? content && outlineOf(content) : content;
    return { read: { sha256, content: told, fault: fault && partsOfProblem(fault) }, file: files[at] ?? null };
  });
}

function stageSegment(
  { sha256, content, text }: SegmentText,
  isPlain: boolean,
  paths: StagingPaths | "again",
  sidecar: SidecarWriter | undefined,
): HashedFile {
  const lines = text.subarray(1);
  const bounds = boundsOf(content, lines);
  const odd = oddRecords(lines, bounds);
  const derived = needsDerived(content) || odd.some(({ isUnfinished }) => isUnfinished);
  if (paths !== "again") {
    writing("a working copy", paths.staged, () => writeWorkingCopy(paths.staged, lines));
    present(sidecar, "a sidecar is open").appendLines(bounds, lineHashesOf(content, lines, bounds));
    if (derived) deriveLines(paths.staged, paths.derived);
  }
  return {
    records: content.count,
    byteLength: lines.length,
    sha256: isPlain ? sha256 : createHash("sha256").update(lines).digest("hex"),
    derived,
    byteOrderMark: content.byteOrderMark,
    suspects: odd.filter(({ isSuspect }) => isSuspect).map(({ position }) => position),
  };
}

function writeWorkingCopy(path: string, bytes: Buffer): void {
  const file = openSync(path, "wx");
  try {
    writeAll(file, bytes);
  } finally {
    closeSync(file);
  }
}

/** The leaves, but in place of that of a withheld line the hash of its bytes. */
function lineHashesOf(content: ScannedSegment, lines: Buffer, bounds: Uint32Array): Uint8Array {
  if (content.withheld.length === 0) return content.leaves;
  const hashes = new Uint8Array(content.leaves);
  for (const position of content.withheld) {
    const line = lines.subarray(bounds[position], present(bounds[position + 1], "a bound behind each line") - 1);
    hashes.set(leafHashOf(line), position * HASH_BYTES);
  }
  return hashes;
}

/** Where each line begins, and where one behind the last would: each ends a byte before the next begins. */
function boundsOf(content: ScannedSegment, lines: Buffer): Uint32Array {
  const bounds = new Uint32Array(content.count + 1);
  bounds.set(content.offsets);
  bounds[content.count] = lines.length + (content.unterminated ? 1 : 0);
  return bounds;
}

/** Whether DuckDB would skip a line: blank ones begin with neither `{` nor `~`. */
function needsDerived({ byteOrderMark, blankLines, otherLines }: ScannedSegment): boolean {
  return byteOrderMark || blankLines.count > 0 || otherLines.count > 0;
}

import { createHash } from "node:crypto";
import { closeSync, openSync } from "node:fs";

import { platformHashing } from "../bundle/platform-hashing.ts";
import { readSegments, SegmentMemory, type SegmentHashing, type SegmentText } from "../bundle/read-segment.ts";
import { type ScannedSegment } from "../bundle/segment-content.ts";
import { assert, present } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { deriveLines } from "./frame-file.ts";
import {
  partsOfProblem,
  type HashedFile,
  type HashedSegment,
  type SentSegment,
  type SegmentStaging,
  type StagingPaths,
} from "./hash-protocol.ts";
import { leafHashOf } from "./leaf-hash.ts";
import { recordShape } from "./record-shape.ts";
import { type SidecarWriter } from "./sidecar-writer.ts";
import { writeAll, writing } from "./write-file.ts";

let hashing: SegmentHashing | undefined;
const memory = new SegmentMemory();

/** Reads packed segments and, where asked, writes their working copies and sidecar entries from the same bytes. */
export async function hashSegments(
  sent: readonly SentSegment[],
  staging: readonly SegmentStaging[],
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
  return read.map((segment, at) => {
    return { read: { ...segment, fault: segment.fault && partsOfProblem(segment.fault) }, file: files[at] ?? null };
  });
}

function stageSegment(
  { sha256, content, text }: SegmentText,
  isPlain: boolean,
  paths: StagingPaths | "again",
  sidecar: SidecarWriter | undefined,
): HashedFile {
  const { suspects, someUnfinished } = shapesOf(content, text);
  const derived = needsDerived(content) || someUnfinished;
  if (paths !== "again") {
    writing("a working copy", paths.staged, () => writeWorkingCopy(paths.staged, text.subarray(1)));
    appendRecords(present(sidecar, "a sidecar is open"), content, text);
    if (derived) deriveLines(paths.staged, paths.derived);
  }
  return {
    records: content.count,
    byteLength: text.length - 1,
    sha256: isPlain ? sha256 : createHash("sha256").update(text.subarray(1)).digest("hex"),
    derived,
    byteOrderMark: content.byteOrderMark,
    suspects,
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

/** In the sidecar, the hash of a withheld line is that of its bytes and not the leaf that it stands for. */
function appendRecords(sidecar: SidecarWriter, content: ScannedSegment, text: Buffer): void {
  const leaves = Buffer.from(content.leaves.buffer, content.leaves.byteOffset, content.leaves.length);
  const own = content.withheld.length === 0 ? leaves : Buffer.from(leaves);
  for (const position of content.withheld) {
    const { start, end } = lineAt(content, position, text);
    leafHashOf(text.subarray(start, end)).copy(own, position * HASH_BYTES);
  }
  for (let position = 0; position < content.count; position += 1) {
    const { start, end } = lineAt(content, position, text);
    sidecar.appendLeaf(start - 1, end - start, own, position * HASH_BYTES);
  }
}

/** The bytes of a line in a text that begins at byte 1. */
function lineAt(
  content: ScannedSegment,
  position: number,
  text: Buffer,
): { readonly start: number; readonly end: number } {
  const start = content.offsets[position];
  assert(start !== undefined, "a position in the segment");
  const next = content.offsets[position + 1];
  const end = next === undefined ? text.length - (content.unterminated ? 0 : 1) : next;
  return { start: 1 + start, end };
}

/** Whether DuckDB would skip a line: blank ones begin with neither `{` nor `~`. */
function needsDerived({ byteOrderMark, blankLines, otherLines }: ScannedSegment): boolean {
  return byteOrderMark || blankLines.count > 0 || otherLines.count > 0;
}

/** The lines that may name a member twice, and whether DuckDB would read past the end of any. */
function shapesOf(
  content: ScannedSegment,
  text: Buffer,
): { readonly suspects: readonly number[]; readonly someUnfinished: boolean } {
  const suspects: number[] = [];
  let someUnfinished = false;
  for (let position = 0; position < content.count; position += 1) {
    const { start, end } = lineAt(content, position, text);
    const { isSuspect, isUnfinished } = recordShape(text, start, end);
    if (isSuspect) suspects.push(position);
    if (isUnfinished) someUnfinished = true;
  }
  return { suspects, someUnfinished };
}

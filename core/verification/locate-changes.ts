/**
 * Where records differ from the signed ones: by the signed leaves, segment by segment; without them, as far as signed states
 * of whole segments reach.
 */
import { type BundleContents, type SegmentFile } from "../bundle/bundle-reader.ts";
import { parseOpenRecord } from "../bundle/log-record.ts";
import { formatHex } from "../encoding/bytes.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { type Absence } from "./absences.ts";
import { countOf, finding } from "./findings.ts";
import { type LogState } from "./log-states.ts";
import { judgeSegmentLeaves, misplacement } from "./segment-leaves.ts";
import { rowsOf, withheldRows, type SegmentRows } from "./segment-rows.ts";

/** How far the records reach signed states. */
export interface StatesReached {
  /** Records found, and those for which hashes stand. */
  readonly size: number;
  /** Segments and absent ranges follow each other from index 0 as they are named. */
  readonly contiguous: boolean;
  /** States whose root the records do not give. */
  readonly badStates: readonly LogState[];
}

/** What was found, told as causes. */
export interface Located {
  readonly rows: readonly SegmentRows[];
  readonly explained: ReadonlySet<string>;
  readonly missing: number;
  readonly findings: readonly VerificationFinding[];
}

/** Compares each segment with its part of the signed leaves. */
export function locateChanges(
  contents: BundleContents,
  states: readonly LogState[],
  size: number,
  reference: Uint8Array,
): Located {
  const origin = states.at(-1)?.checkpoint.origin ?? "";
  const boundaries = segmentBoundaries(contents, states, size);
  const findings: VerificationFinding[] = [];
  const rows: SegmentRows[] = [];
  const explained = new Set<string>();
  const covered: [start: number, end: number][] = [];
  let missing = 0;
  for (const [position, segment] of contents.segments.entries()) {
    const start = Math.min(segment.firstIndex, size);
    const end = boundaries.find((boundary) => boundary > start) ?? size;
    if (segment.content === null) {
      covered.push([start, end]);
      rows.push(rowsOf(segment, "not-verifiable", new Map()));
      continue;
    }
    const displaced = misplacement(segment, position, origin);
    if (displaced !== null) {
      findings.push(displaced);
      explained.add(segment.path);
      rows.push(rowsOf(segment, "altered", new Map()));
      covered.push([start, end]);
      continue;
    }
    const isRepeated = covered.some(([from, to]) => from < end && start < to);
    covered.push([start, end]);
    if (isRepeated) {
      findings.push(repeated(segment, position));
      explained.add(segment.path);
      rows.push(rowsOf(segment, "altered", new Map()));
      continue;
    }
    const expected = reference.subarray(start * HASH_BYTES, end * HASH_BYTES);
    const judged = judgeSegmentLeaves({ segment, position, start, expected, isLast: end === size });
    findings.push(...judged.findings);
    missing += judged.missing;
    if (judged.findings.length > 0) explained.add(segment.path);
    rows.push(rowsOf(segment, "verified", new Map([...withheldRows(segment), ...judged.altered])));
  }
  const gaps = uncovered(covered, size);
  findings.push(...gaps.map(([start, end]) => gapFinding(start, end, size)));
  missing += gaps.reduce((total, [start, end]) => total + end - start, 0);
  return { rows, explained, missing, findings };
}

/** Whatever its records are, the log has its place once. */
function repeated({ path }: SegmentFile, position: number): VerificationFinding {
  const message = `Segment ${position} holds a place of the log that the segment before it holds already.`;
  return finding("segment-repeated", "altered", message, { segment: position, file: path });
}

/** Where segments may end: at signed states, and where the next segment file begins. */
function segmentBoundaries(contents: BundleContents, states: readonly LogState[], size: number): readonly number[] {
  const ends = [
    ...states.map(({ checkpoint }) => checkpoint.size),
    ...contents.segments.map((s) => s.firstIndex),
    size,
  ];
  return [...new Set(ends)].filter((end) => end > 0 && end <= size).sort((a, b) => a - b);
}

function uncovered(covered: readonly (readonly [number, number])[], size: number): [start: number, end: number][] {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [start, end] of [...covered].sort((a, b) => a[0] - b[0])) {
    if (start > next) gaps.push([next, start]);
    next = Math.max(next, end);
  }
  if (next < size) gaps.push([next, size]);
  return gaps;
}

function gapFinding(start: number, end: number, size: number): VerificationFinding {
  const where = { index: start, endIndex: end - 1 };
  const count = end - start;
  if (start === 0) {
    const message = `Events 0–${end - 1} are missing and no retention statement covers them.`;
    return finding("head-missing", "altered", message, where);
  }
  if (end === size) return finding("tail-missing", "altered", tailMessage(count), where);
  const message = `${countOf(count, "event")} ${count === 1 ? "is" : "are"} missing after event ${start - 1}.`;
  return finding("records-missing", "altered", message, where);
}

function tailMessage(count: number): string {
  return count === 1 ? "The last signed event is missing." : `The last ${count} signed events are missing.`;
}

/** Without the signed leaves: as far as signed states of whole segments reach, and what the names say. */
export function locateByStates(
  contents: BundleContents,
  absences: readonly Absence[],
  states: readonly LogState[],
  newest: LogState,
  reached: StatesReached,
): Located {
  const size = newest.checkpoint.size;
  const good = states.filter((state) => !reached.badStates.includes(state)).at(-1)?.checkpoint.size ?? 0;
  const rows = contents.segments.map((segment) => {
    const isProven = reached.contiguous && segment.firstIndex + (segment.content?.count ?? 0) <= good;
    return rowsOf(segment, isProven ? "verified" : "altered", isProven ? withheldRows(segment) : new Map());
  });
  const findings: VerificationFinding[] = [];
  const covered = absences.map(({ firstIndex, endIndex }): [number, number] => [firstIndex, endIndex]);
  const explained = new Set<string>();
  for (const [position, segment] of contents.segments.entries()) {
    const displaced = misplacement(segment, position, newest.checkpoint.origin);
    if (displaced !== null) findings.push(displaced);
    covered.push([segment.firstIndex, segment.firstIndex + (segment.content?.count ?? 0)]);
    if (segment.firstIndex >= good) explained.add(segment.path);
  }
  if (findings.length === 0) {
    const gaps = uncovered(covered, size);
    findings.push(...gaps.map(([start, end]) => gapFinding(start, end, size)));
  }
  const isReadable = contents.segments.every(({ content }) => content !== null);
  if (findings.length === 0 && isReadable) findings.push(unlocated(contents, newest, good));
  const missing = Math.max(0, size - reached.size);
  return { rows, explained, missing, findings };
}

function unlocated(contents: BundleContents, newest: LogState, good: number): VerificationFinding {
  const segment = contents.segments.findIndex(({ firstIndex, content }) => firstIndex + (content?.count ?? 0) > good);
  const first = contents.segments[segment];
  const opened = first?.content?.first ? parseOpenRecord(first.content.first) : undefined;
  const when = opened === undefined ? "" : ` (segment opened ${opened.time})`;
  return finding(
    "content-altered",
    "altered",
    `The content does not match the log's signature${when}. It was changed after signing; the place cannot be located.`,
    first === undefined ? {} : { segment, index: first.firstIndex, file: first.path },
    { expected: formatHex(newest.checkpoint.root) },
  );
}

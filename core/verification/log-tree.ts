/**
 * Whether the records found are the records signed: leaves against the roots of every signed state, and, when they differ,
 * where. A located difference needs a trusted list of the signed leaves: the level-0 tiles, once their own root is the
 * signed one.
 */
import { parseTilePath } from "../bundle/layout.ts";
import { type BundleContents, type SegmentFile } from "../bundle/bundle-reader.ts";
import { parseOpenRecord } from "../bundle/log-record.ts";
import { concatBytes, equalBytes, formatHex } from "../encoding/bytes.ts";
import { buildTree, rootOf, TILE_WIDTH, type Tree } from "../merkle/tree.ts";
import { present } from "../model/assert.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { type RowVerdict, type VerificationFinding } from "../model/verdict.ts";
import { type LogState } from "./log-signature.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { type Absence } from "./absences.ts";
import { prefixRoots, type LogSpan } from "./prefix-roots.ts";
import { judgeSegmentLeaves, misplacement } from "./segment-leaves.ts";

/** Verdicts of the rows of one segment file, by position in the file. */
export interface SegmentRows {
  readonly path: string;
  readonly firstIndex: number;
  readonly count: number;
  /** Of every row that `exceptions` does not name. */
  readonly verdict: RowVerdict;
  readonly exceptions: ReadonlyMap<number, RowVerdict>;
}

export interface TreeOutcome extends CheckOutcome {
  readonly rows: readonly SegmentRows[];
  /** Every record and every signed state fits. */
  readonly proven: boolean;
  /** Segment files whose own difference is explained by a finding. */
  readonly explained: ReadonlySet<string>;
  /** Signed events that are not in the bundle, and that no statement accounts for. */
  readonly missing: number;
  /** Absent ranges that do not fit the signed history. */
  readonly wrongAbsences: readonly Absence[];
  /** The leaves of the newest state, 32 bytes each, when their root is the signed one; null when they are not known. */
  readonly signedLeaves: () => Uint8Array | null;
  /** Roots of the first so many records, as far as proven records give them; sizes ascend. */
  readonly rootsOf: (sizes: readonly number[]) => ReadonlyMap<number, Uint8Array>;
}

/** Compares the records with the signed states. `absences` are ranges that the statement says were removed. */
export function judgeLogTree(
  contents: BundleContents,
  absences: readonly Absence[],
  states: readonly LogState[],
  newest: LogState,
  hash: Hash,
): TreeOutcome {
  const plain = comparePlainly(contents, absences, states, hash);
  const size = newest.checkpoint.size;
  const complete = plain.contiguous && plain.size === size;
  if (complete && plain.badStates.length === 0) {
    const rootsOf = (sizes: readonly number[]): ReadonlyMap<number, Uint8Array> =>
      prefixRoots(spansOf(contents, absences) ?? [], sizes, hash);
    return { ...provenOutcome(contents, absences, states, newest), rootsOf };
  }

  const wrongAbsences = absences.filter((absence) => isRefuted(absence, absences, states, plain.badStates));
  if (wrongAbsences.length > 0) return refutedAbsences(contents, wrongAbsences, states, plain);

  const reference = absences.length > 0 ? null : readReference(contents, newest, hash);
  const wholeTree = plain.newestFits && absences.length === 0 ? plain.tree() : null;
  const conflicts = conflictsAmong(states, newest, reference ?? wholeTree);
  if (conflicts.length > 0 && complete && plain.newestFits) {
    return {
      ...provenOutcome(contents, absences, states, newest),
      proven: false,
      findings: conflicts,
      checks: treeChecks(states, plain.badStates.length, true, "two signed histories"),
    };
  }
  const located = reference
    ? locate(contents, states, size, leavesOf(reference))
    : withoutReference(contents, absences, states, newest, plain);
  return {
    ...located,
    proven: false,
    rootsOf: () => new Map(),
    wrongAbsences: [],
    signedLeaves: () => reference && leavesOf(reference),
    findings: [...located.findings, ...conflicts],
    checks: treeChecks(
      states,
      Math.max(1, plain.badStates.length),
      reference !== null,
      "the records are not those of the signed states",
    ),
  };
}

interface PlainComparison {
  /** Records found, and those for which hashes stand. */
  readonly size: number;
  /** Of the records found, one segment after the other; built when it is asked for. */
  readonly tree: () => Tree;
  /** Segments and absent ranges follow each other from index 0 as they are named. */
  readonly contiguous: boolean;
  /** States whose root the records do not give. */
  readonly badStates: readonly LogState[];
  readonly newestFits: boolean;
}

function comparePlainly(
  contents: BundleContents,
  absences: readonly Absence[],
  states: readonly LogState[],
  hash: Hash,
): PlainComparison {
  const spans = spansOf(contents, absences);
  let size = 0;
  for (const { firstIndex, count } of spans ?? []) size = firstIndex === size ? size + count : NaN;
  const contiguous = !Number.isNaN(size) && spans !== null;
  const found = contents.segments.reduce((total, { content }) => total + (content?.count ?? 0), 0);
  let built: Tree | undefined;
  const tree = (): Tree => (built ??= buildTree(hash, foundLeaves(contents)));
  const sizes = states.map(({ checkpoint }) => checkpoint.size);
  const roots = contiguous ? prefixRoots(spans, sizes, hash) : undefined;
  const fits = ({ checkpoint }: LogState): boolean => {
    if (roots !== undefined) {
      const isInside = absences.some(
        (absence) => absence.firstIndex < checkpoint.size && checkpoint.size < absence.endIndex,
      );
      const root = roots.get(checkpoint.size);
      // Nothing in the bundle gives the root in the midst of an absent range; a larger state covers it.
      return root === undefined ? isInside : equalBytes(root, checkpoint.root);
    }
    if (checkpoint.size > found || absences.length > 0) return false;
    return equalBytes(rootOf(tree(), checkpoint.size), checkpoint.root);
  };
  const largest = states.at(-1);
  return {
    size: contiguous ? size : found,
    tree,
    contiguous,
    badStates: states.filter((state) => !fits(state)),
    newestFits: largest !== undefined && fits(largest),
  };
}

/** Segments and absent ranges in the order of the log; null when one of them cannot stand for its records. */
function spansOf({ segments }: BundleContents, absences: readonly Absence[]): readonly LogSpan[] | null {
  const spans: LogSpan[] = [];
  for (const { firstIndex, content } of segments) {
    if (content === null) return null;
    spans.push({ firstIndex, ...content });
  }
  for (const { firstIndex, endIndex, range } of absences) {
    if (range === null) return null;
    spans.push({ firstIndex, count: endIndex - firstIndex, range, leaves: null });
  }
  return spans.sort((a, b) => a.firstIndex - b.firstIndex);
}

/** Whether hashes that stand for a range cannot, or lead from a signed state before it to none behind it (T10). */
function isRefuted(
  { firstIndex, endIndex, range }: Absence,
  absences: readonly Absence[],
  states: readonly LogState[],
  badStates: readonly LogState[],
): boolean {
  if (range === null) return true;
  const isBad = (size: number): boolean => badStates.some(({ checkpoint }) => checkpoint.size === size);
  const isGood = (size: number): boolean => states.some(({ checkpoint }) => checkpoint.size === size) && !isBad(size);
  const begins = firstIndex === 0 || isGood(firstIndex) || absences.some((other) => other.endIndex === firstIndex);
  return begins && isBad(endIndex);
}

/** Behind a range that does not fit, nothing can be led to a root: what is there may be what was logged, or not. */
function refutedAbsences(
  contents: BundleContents,
  wrongAbsences: readonly Absence[],
  states: readonly LogState[],
  plain: PlainComparison,
): TreeOutcome {
  const good = states.filter((state) => !plain.badStates.includes(state)).at(-1)?.checkpoint.size ?? 0;
  const rows = contents.segments.map((segment) => {
    const isProven = segment.firstIndex + (segment.content?.count ?? 0) <= good;
    return rowsOf(segment, isProven ? "verified" : "not-verifiable", isProven ? withheldRows(segment) : new Map());
  });
  return {
    rows,
    proven: false,
    explained: new Set(contents.segments.map(({ path }) => path)),
    missing: 0,
    wrongAbsences,
    signedLeaves: () => null,
    rootsOf: () => new Map(),
    findings: [],
    checks: treeChecks(
      states,
      Math.max(1, plain.badStates.length),
      true,
      "an absent range does not fit the signed states",
    ),
  };
}

function foundLeaves({ segments }: BundleContents): Uint8Array {
  return concatBytes(...segments.flatMap(({ content }) => content?.leaves ?? []));
}

function leavesOf({ levels: [leaves] }: Tree): Uint8Array {
  return present(leaves, "a tree has its leaves");
}

function provenOutcome(
  contents: BundleContents,
  absences: readonly Absence[],
  states: readonly LogState[],
  newest: LogState,
): TreeOutcome {
  const signedLeaves = (): Uint8Array | null => (absences.length === 0 ? foundLeaves(contents) : null);
  const rows = contents.segments.map((segment) => rowsOf(segment, "verified", withheldRows(segment)));
  const checks = treeChecks(states, 0, true, `${countOf(newest.checkpoint.size, "record")} give the signed root`);
  return {
    rows,
    proven: true,
    explained: new Set(),
    missing: 0,
    wrongAbsences: [],
    signedLeaves,
    rootsOf: () => new Map(),
    findings: [],
    checks,
  };
}

function treeChecks(
  states: readonly LogState[],
  failed: number,
  located: boolean,
  note: string,
): TreeOutcome["checks"] {
  return [
    check(
      "tree",
      states.length,
      failed,
      failed === 0 ? note : `${countOf(failed, "signed state")} not reached: ${note}`,
    ),
    ...(located || failed === 0
      ? []
      : [notAttempted("locate", "no level-0 tiles with the signed root: what differs cannot be located")]),
  ];
}

/** The tree of the signed leaves, when tiles give all of them and its root is the signed one. */
function readReference(contents: BundleContents, newest: LogState, hash: Hash): Tree | null {
  const { size, root } = newest.checkpoint;
  const tiles = new Map<number, Uint8Array>();
  for (const { path, content } of contents.files.values()) {
    const tile = parseTilePath(path);
    if (tile?.level !== 0 || content?.length !== tile.width * HASH_BYTES) continue;
    const known = tiles.get(tile.index);
    if (known === undefined || known.length < content.length) tiles.set(tile.index, content);
  }
  const parts: Uint8Array[] = [];
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const tile = tiles.get(index);
    if (tile === undefined) return null;
    parts.push(tile);
  }
  const leaves = concatBytes(...parts).subarray(0, size * HASH_BYTES);
  if (leaves.length !== size * HASH_BYTES) return null;
  const tree = buildTree(hash, leaves);
  return equalBytes(rootOf(tree), root) ? tree : null;
}

/**
 * Signed states that the signed leaves contradict: the same pinned key signed two histories (T13, T14). Needs a state to
 * be signed by a pinned key on both sides.
 */
function conflictsAmong(states: readonly LogState[], newest: LogState, signed: Tree | null): VerificationFinding[] {
  if (newest.trust !== "pinned") return [];
  const pinned = states.filter(({ trust }) => trust === "pinned");
  return pinned
    .filter(({ checkpoint }) => {
      const { size, root } = checkpoint;
      if (size === newest.checkpoint.size) return !equalBytes(root, newest.checkpoint.root);
      return signed !== null && size <= signed.size && !equalBytes(rootOf(signed, size), root);
    })
    .map(({ path, checkpoint }) =>
      finding(
        "two-histories",
        "conflict",
        "The log's key signed two different histories. This is proof of misbehaviour or key theft. Keep both checkpoints.",
        { file: path, index: checkpoint.size },
        { expected: formatHex(newest.checkpoint.root), found: formatHex(checkpoint.root) },
      ),
    );
}

interface Located {
  readonly rows: readonly SegmentRows[];
  readonly explained: ReadonlySet<string>;
  readonly missing: number;
  readonly findings: readonly VerificationFinding[];
}

/** Compares each segment with its part of the signed leaves. */
function locate(contents: BundleContents, states: readonly LogState[], size: number, reference: Uint8Array): Located {
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
    covered.push([start, end]);
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
function withoutReference(
  contents: BundleContents,
  absences: readonly Absence[],
  states: readonly LogState[],
  newest: LogState,
  plain: PlainComparison,
): Located {
  const size = newest.checkpoint.size;
  const good = states.filter((state) => !plain.badStates.includes(state)).at(-1)?.checkpoint.size ?? 0;
  const rows = contents.segments.map((segment) => {
    const isProven = plain.contiguous && segment.firstIndex + (segment.content?.count ?? 0) <= good;
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
  const missing = Math.max(0, size - plain.size);
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

function rowsOf(segment: SegmentFile, verdict: RowVerdict, exceptions: ReadonlyMap<number, RowVerdict>): SegmentRows {
  const { path, firstIndex, content } = segment;
  return { path, firstIndex, count: content?.count ?? 0, verdict, exceptions };
}

function withheldRows({ content }: SegmentFile): ReadonlyMap<number, RowVerdict> {
  return new Map((content?.withheld ?? []).map((position) => [position, "withheld" as const]));
}

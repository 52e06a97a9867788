/**
 * Whether the records found are the records signed: leaves against the roots of every signed state, and, when they differ,
 * where. A located difference needs a trusted list of the signed leaves: the level-0 tiles, once their own root is the
 * signed one.
 */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import { equalBytes, formatHex } from "../encoding/bytes.ts";
import { rootOf, type Tree } from "../merkle/tree.ts";
import { present } from "../model/assert.ts";
import { type Hash } from "../model/digest.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { absentRanges, type Absence } from "./absences.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { locateByStates, locateChanges } from "./locate-changes.ts";
import { type LogState } from "./log-states.ts";
import { comparePlainly, foundLeaves, spansOf, type PlainComparison } from "./plain-comparison.ts";
import { prefixRoots } from "./prefix-roots.ts";
import { readReference } from "./reference-leaves.ts";
import { rowsOf, withheldRows, type SegmentRows } from "./segment-rows.ts";
import { type SignedLeaves } from "./signed-leaves.ts";

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
  /** The leaves of the newest state, when their root is the signed one; null when they are not known. */
  readonly signedLeaves: () => SignedLeaves | null;
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
  const conflicts = conflictsAmong(states, newest, (size) => {
    if (reference !== null) return size <= reference.size ? rootOf(reference, size) : undefined;
    return plain.newestFits && absences.length === 0 ? plain.rootAt(size) : undefined;
  });
  if (conflicts.length > 0 && complete && plain.newestFits) {
    return {
      ...provenOutcome(contents, absences, states, newest),
      proven: false,
      findings: conflicts,
      checks: treeChecks(states, plain.badStates.length, true, "two signed histories"),
    };
  }
  const located = reference
    ? locateChanges(contents, states, size, leavesOf(reference))
    : locateByStates(contents, absences, states, newest, plain);
  return {
    ...located,
    proven: false,
    rootsOf: () => new Map(),
    wrongAbsences: [],
    signedLeaves: () => reference && { leaves: leavesOf(reference), absent: [] },
    findings: [...located.findings, ...conflicts],
    checks: treeChecks(
      states,
      Math.max(1, plain.badStates.length),
      reference !== null,
      "the records are not those of the signed states",
    ),
  };
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

function leavesOf({ levels: [leaves] }: Tree): Uint8Array {
  return present(leaves, "a tree has its leaves");
}

function provenOutcome(
  contents: BundleContents,
  absences: readonly Absence[],
  states: readonly LogState[],
  newest: LogState,
): TreeOutcome {
  const rows = contents.segments.map((segment) => rowsOf(segment, "verified", withheldRows(segment)));
  const checks = treeChecks(states, 0, true, `${countOf(newest.checkpoint.size, "record")} give the signed root`);
  return {
    rows,
    proven: true,
    explained: new Set(),
    missing: 0,
    wrongAbsences: [],
    signedLeaves: () => ({ leaves: foundLeaves(contents), absent: absentRanges(absences) }),
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

/**
 * Signed states that the signed leaves contradict: the same pinned key signed two histories (T13, T14). Needs a state to
 * be signed by a pinned key on both sides.
 */
function conflictsAmong(
  states: readonly LogState[],
  newest: LogState,
  signedRoot: (size: number) => Uint8Array | undefined,
): VerificationFinding[] {
  if (newest.trust !== "pinned") return [];
  const pinned = states.filter(({ trust }) => trust === "pinned");
  return pinned
    .filter(({ checkpoint }) => {
      const { size, root } = checkpoint;
      if (size === newest.checkpoint.size) return !equalBytes(root, newest.checkpoint.root);
      const signed = signedRoot(size);
      return signed !== undefined && !equalBytes(signed, root);
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

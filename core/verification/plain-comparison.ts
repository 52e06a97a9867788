/**
 * The records found against the roots of signed states, as they are named: by the ranges of segments where these follow each
 * other, so that no tree of all leaves is built and no leaf is needed.
 */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import { type SegmentContent } from "../bundle/segment-content.ts";
import { concatBytes, equalBytes } from "../encoding/bytes.ts";
import { buildTree, rootOf, type Tree } from "../merkle/tree.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { type Absence } from "./absences.ts";
import { type StatesReached } from "./locate-changes.ts";
import { type LogState } from "./log-states.ts";
import { prefixRoots, type LogSpan } from "./prefix-roots.ts";

export interface PlainComparison extends StatesReached {
  /** Of the first so many records found; undefined when nothing gives it. */
  readonly rootAt: (size: number) => Uint8Array | undefined;
  readonly newestFits: boolean;
}

/** Compares the records with every signed state. */
export function comparePlainly(
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
  const sizes = states.map(({ checkpoint }) => checkpoint.size);
  const roots = contiguous ? prefixRoots(spans, sizes, hash) : undefined;
  // Records that leave a gap, or whose places overlap, are taken one after the other.
  let built: Tree | null | undefined;
  const rootAt = (of: number): Uint8Array | undefined => {
    if (roots !== undefined) return roots.get(of);
    if (of > found || absences.length > 0) return undefined;
    built ??= treeOfFound(contents, hash);
    return built === null ? undefined : rootOf(built, of);
  };
  const fits = ({ checkpoint }: LogState): boolean => {
    const root = rootAt(checkpoint.size);
    if (root !== undefined) return equalBytes(root, checkpoint.root);
    // Nothing in the bundle gives the root in the midst of an absent range; a larger state covers it.
    return roots !== undefined && absences.some((absence) => isWithin(checkpoint.size, absence));
  };
  const largest = states.at(-1);
  return {
    size: contiguous ? size : found,
    rootAt,
    contiguous,
    badStates: states.filter((state) => !fits(state)),
    newestFits: largest !== undefined && fits(largest),
  };
}

function isWithin(size: number, { firstIndex, endIndex }: Absence): boolean {
  return firstIndex < size && size < endIndex;
}

/** Of the records found, one segment after the other; null where their leaves were not kept. */
function treeOfFound(contents: BundleContents, hash: Hash): Tree | null {
  const hasLeaves = contents.segments.every(({ content }) => content === null || isWhole(content));
  return hasLeaves ? buildTree(hash, foundLeaves(contents)) : null;
}

/** An outline has no leaves; what stands for them is there. */
function isWhole({ leaves, count }: SegmentContent): boolean {
  return leaves.length === count * HASH_BYTES;
}

/** Segments and absent ranges in the order of the log; null when one of them cannot stand for its records. */
export function spansOf({ segments }: BundleContents, absences: readonly Absence[]): readonly LogSpan[] | null {
  const spans: LogSpan[] = [];
  for (const { firstIndex, content } of segments) {
    if (content === null) return null;
    const { count, range, leaves } = content;
    spans.push({ firstIndex, count, range, leaves: isWhole(content) ? leaves : null });
  }
  for (const { firstIndex, endIndex, range } of absences) {
    if (range === null) return null;
    spans.push({ firstIndex, count: endIndex - firstIndex, range, leaves: null });
  }
  return spans.sort((a, b) => a.firstIndex - b.firstIndex);
}

/** The leaves of the records found, one segment after the other. */
export function foundLeaves({ segments }: BundleContents): Uint8Array {
  return concatBytes(...segments.flatMap(({ content }) => content?.leaves ?? []));
}

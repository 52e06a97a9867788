/**
 * The verification of a sealed log, split over machines: each reads some of the segments and says what follows from their
 * bytes, and one of them, or another, puts the parts together and judges. A part holds all that the judgement needs, so
 * merging needs no bundle: of a short log its files, and of a long one all but the leaves, without which a difference is
 * proven and not located. Whoever merges relies on the machines that made the parts, as on his own.
 */
import { locateBundle, readBundle, segmentPaths, type BundleContents } from "../bundle/bundle-reader.ts";
import { type Container } from "../bundle/container.ts";
import { parseCheckpointPath } from "../bundle/layout.ts";
import { parseOpenRecord } from "../bundle/log-record.ts";
import { platformHash } from "../bundle/platform-crypto.ts";
import { segmentReader } from "../bundle/read-segment.ts";
import { formatHex } from "../encoding/bytes.ts";
import { CompactRange } from "../merkle/compact-range.ts";
import { present } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type SealedLogMeans } from "../verification/means.ts";
import { mayBeParsed } from "../verification/record-choice.ts";
import { judgeSealedLog, type SealedLogJudgement } from "../verification/sealed-log.ts";
import { heldFiles, heldLines, readingOf } from "./partial-records.ts";
import { type PartialResult } from "./partial-result.ts";
import {
  bagFileOf,
  NOTHING_HELD,
  segmentOf,
  writtenFile,
  writtenSegment,
  type HeldRecords,
  type ToldSegment,
} from "./partial-segment.ts";
import { poolFor } from "./segment-pool.ts";

/**
 * Reads the segments at positions `first` to `last` of a bundle. Throws `no-bundle` (refused), `no-such-segments` (usage)
 * and what reading a container throws.
 */
export async function verifySegments(
  container: Container,
  { first, last }: { readonly first: number; readonly last: number },
  work: LongWork,
): Promise<PartialResult> {
  const prefix = locateBundle(container);
  if (prefix === undefined) throw noBundle(container.label);
  const paths = segmentPaths(container, prefix);
  const of = paths.length;
  if (last >= of) {
    const message = `--segments expected positions below ${of}, the number of segments, got ${first}-${last}`;
    throw new Problem("usage", "no-such-segments", message);
  }
  const pool = poolFor(container);
  try {
    const read = pool?.read ?? segmentReader(platformHash);
    const contents = await readBundle(container, prefix, read, { work, only: { first, last } });
    const lengths = new Map(container.members.map(({ path, byteLength }) => [path, byteLength]));
    const isShort = mayBeParsed(paths.map(({ path }) => lengths.get(prefix + path) ?? 0));
    const held = await (isShort
      ? heldFiles(container, prefix, contents)
      : heldLines(container, prefix, contents, work));
    await container.assertUnchanged?.();
    return partialOf(contents, { first, last, of }, held, isShort);
  } finally {
    await pool?.close();
  }
}

function partialOf(
  contents: BundleContents,
  range: PartialResult["range"],
  held: ReadonlyMap<string, HeldRecords>,
  withTiles: boolean,
): PartialResult {
  const files = [...contents.files.values()];
  const states = files.flatMap(({ path }) => parseCheckpointPath(path)?.size ?? []);
  const segments = contents.segments.map((segment) => {
    const { path, content, firstIndex } = segment;
    const isCut = content !== null && states.some((size) => size > firstIndex && size < firstIndex + content.count);
    return writtenSegment(segment, held.get(path) ?? NOTHING_HELD, isCut);
  });
  return {
    partial: true,
    range,
    ...summaryOf(contents),
    label: contents.label,
    files: files.map((file) => writtenFile(file, withTiles)),
    outside: [...contents.outside],
    containerFaults: contents.containerFaults.map((item) => ({ ...item })),
    segments,
  };
}

/** What follows from what is said of each segment. */
function summaryOf(
  contents: BundleContents,
): Pick<PartialResult, "leafRange" | "chainBefore" | "chainAfter" | "compactRange"> {
  const [firstSegment] = contents.segments;
  const lastContent = contents.segments.at(-1)?.content;
  const open = firstSegment?.content?.first ? parseOpenRecord(firstSegment.content.first) : undefined;
  const tree = rangeOf(contents);
  const from = firstSegment?.firstIndex ?? 0;
  const records = contents.segments.reduce((sum, { content }) => sum + (content?.count ?? 0), 0);
  return {
    leafRange: { from, to: from + records },
    chainBefore: open ? formatHex(open.chain) : null,
    chainAfter: lastContent?.chain ? formatHex(lastContent.chain.end) : null,
    compactRange: tree && tree.encode().map(formatHex),
  };
}

/** The compact range of segments that follow each other. */
function rangeOf({ segments: [first, ...others] }: BundleContents): CompactRange | null {
  if (!first) return null;
  const range = new CompactRange(platformHash, first.firstIndex);
  for (const { content, firstIndex } of [first, ...others]) {
    if (content === null || firstIndex !== range.end) return null;
    const next = CompactRange.decode(platformHash, firstIndex, firstIndex + content.count, content.range);
    range.merge(present(next, "a scanned range has a hash for each level"));
  }
  return range;
}

/**
 * Judges the bundle that these results are parts of, as if it had been read by one machine. Throws `partial-mismatch`
 * (usage) for results of different bundles, `partial-holes` (usage) when they do not hold every segment once, and
 * `partial-malformed` (usage) for one that contradicts itself.
 */
export async function mergeSegments(
  partials: readonly PartialResult[],
  means: SealedLogMeans,
): Promise<SealedLogJudgement> {
  const ordered = partials.toSorted((a, b) => a.range.first - b.range.first);
  const [first] = ordered;
  if (!first) throw new Problem("usage", "partial-holes", "--merge expected at least one result");
  const identity = identityOf(first);
  let next = 0;
  for (const partial of ordered) {
    if (identityOf(partial) !== identity) {
      const message = `the parts at segments ${first.range.first} and ${partial.range.first} are of different bundles`;
      throw new Problem("usage", "partial-mismatch", message);
    }
    const { range, segments } = partial;
    if (range.first !== next || segments.length !== range.last - range.first + 1) throw holes(next, range.first);
    next = range.last + 1;
  }
  if (next !== first.range.of) throw holes(next, first.range.of);
  const told: ToldSegment[] = [];
  for (const partial of ordered) {
    const own: ToldSegment[] = [];
    for (const segment of partial.segments) own.push(await segmentOf(segment));
    assertSummary(partial, own);
    told.push(...own);
  }
  const containerFaults = ordered.flatMap((partial) => partial.containerFaults);
  return judgeSealedLog(contentsOf({ ...first, containerFaults }, told), means, readingOf(told));
}

function holes(expected: number, found: number): Problem {
  const message = `--merge expected every segment once: expected a part from segment ${expected}, got ${found}`;
  return new Problem("usage", "partial-holes", message);
}

/** What a part says of its segments together follows from what it says of each. */
function assertSummary(partial: PartialResult, told: readonly ToldSegment[]): void {
  const { leafRange, chainBefore, chainAfter, compactRange } = summaryOf(contentsOf(partial, told));
  const follows = JSON.stringify([leafRange, chainBefore, chainAfter, compactRange]);
  const said = JSON.stringify([partial.leafRange, partial.chainBefore, partial.chainAfter, partial.compactRange]);
  if (said === follows) return;
  const message = `--merge: the part at segment ${partial.range.first} contradicts itself`;
  throw new Problem("usage", "partial-malformed", message);
}

/** Equal for parts of the same bundle: its other files with their digests, and the number of its segments. */
function identityOf({ files, outside, range }: PartialResult): string {
  const listed = files.map(({ path, sha256 }) => `${sha256} ${path}`).sort();
  return JSON.stringify([range.of, listed, outside]);
}

/** A bundle of these segments, and of the other files that a part names. */
function contentsOf(partial: PartialResult, told: readonly ToldSegment[]): BundleContents {
  const { label, files, outside, containerFaults } = partial;
  // Tiles locate a difference where every leaf is known.
  const withTiles = told.every(({ segment, held }) => segment.fault !== null || "file" in held);
  return {
    label,
    files: new Map(files.map((file) => [file.path, bagFileOf(file, withTiles)])),
    segments: told.map(({ segment }) => segment),
    outside,
    // Every part has read the files beside the segments.
    containerFaults: [...new Map(containerFaults.map((fault) => [fault.path, fault])).values()],
  };
}

function noBundle(label: string): Problem {
  return new Problem(
    "refused",
    "no-evidence",
    `${quote(label)} holds no sealed log; only its segments can be verified apart`,
    {
      file: label,
      expected: "an Evidence Log Bundle",
      found: "none",
    },
  );
}

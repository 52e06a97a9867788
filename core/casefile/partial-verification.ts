/**
 * The verification of a sealed log, split over machines: each reads some of the segments and says what follows from their
 * bytes, and one of them, or another, puts the parts together and judges. A part holds all that the judgement needs but
 * the leaves, so merging needs no bundle; without leaves a difference is proven and not located. Whoever merges relies on
 * the machines that made the parts, as on his own.
 */
import { z } from "zod";

import { locateBundle, readBundle, segmentPaths, type BagFile, type BundleContents } from "../bundle/bundle-reader.ts";
import { type Container } from "../bundle/container.ts";
import { parseCheckpointPath, parseSegmentPath, parseTilePath } from "../bundle/layout.ts";
import { parseOpenRecord } from "../bundle/log-record.ts";
import { platformHash } from "../bundle/platform-crypto.ts";
import { segmentReader } from "../bundle/read-segment.ts";
import { type SegmentContent } from "../bundle/segment-scan.ts";
import { formatHex, parseHex } from "../encoding/bytes.ts";
import { CompactRange } from "../merkle/compact-range.ts";
import { present } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { judgeSealedLog } from "../verification/sealed-log.ts";
import { problemOfParts, partsOfProblem } from "./hash-protocol.ts";
import { poolFor } from "./segment-pool.ts";
import { sealedLogMeans, type Trust } from "./trust.ts";

const count = z.number().int().nonnegative();
const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const base64 = z.base64();
const lineFact = z.object({ count, first: count.nullable() });

const segmentContent = z.object({
  count,
  range: z.array(hex.length(64)),
  chain: z.object({ beforeLast: hex.length(64), end: hex.length(64) }).nullable(),
  /** Only where a checkpoint lies in the midst of the segment. */
  leaves: base64.nullable(),
  withheld: z.array(count),
  first: base64.nullable(),
  last: base64.nullable(),
  carriageReturns: lineFact,
  blankLines: lineFact,
  otherLines: lineFact,
  malformedWithheld: lineFact,
  byteOrderMark: z.boolean(),
  unterminated: z.boolean(),
});

const fault = z.object({
  kind: z.literal("refused"),
  code: z.string(),
  message: z.string(),
  details: z.object({
    file: z.string().optional(),
    line: count.optional(),
    offset: count.optional(),
    expected: z.string().optional(),
    found: z.string().optional(),
  }),
});

const partialResult = z.object({
  partial: z.literal(true),
  /** Positions of the segments read, both included, of how many in the bundle. */
  range: z.object({ first: count, last: count, of: count }),
  /** Indexes of their records, `from` included, `to` not. */
  leafRange: z.object({ from: count, to: count }),
  /** The chain's head as the first segment opens with it, and as the last one ends; null when they cannot be told. */
  chainBefore: hex.nullable(),
  chainAfter: hex.nullable(),
  /** Of all their leaves; null when they do not follow each other. */
  compactRange: z.array(hex.length(64)).nullable(),
  label: z.string(),
  /** Everything in the bag but segments; of tiles the digests alone. */
  files: z.array(z.object({ path: z.string(), byteLength: count, sha256: hex, content: base64.nullable() })),
  outside: z.array(z.string()),
  containerFaults: z.array(
    z.object({
      code: z.literal("zip-checksum-mismatch"),
      path: z.string(),
      expected: z.string(),
      found: z.string(),
    }),
  ),
  segments: z.array(
    z.object({
      path: z.string(),
      byteLength: count,
      sha256: hex,
      content: segmentContent.nullable(),
      fault: fault.nullable(),
    }),
  ),
});

/** What one machine read of a bundle (docs/formats/partial-result.md). */
export type PartialResult = z.infer<typeof partialResult>;

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
  const of = segmentPaths(container, prefix).length;
  if (last >= of) {
    const message = `--segments expected positions below ${of}, the number of segments, got ${first}-${last}`;
    throw new Problem("usage", "no-such-segments", message);
  }
  const pool = poolFor(container);
  try {
    const read = pool?.read ?? segmentReader(platformHash);
    return partialOf(await readBundle(container, prefix, read, work, { first, last }), { first, last, of });
  } finally {
    await pool?.close();
  }
}

function partialOf(contents: BundleContents, range: PartialResult["range"]): PartialResult {
  const files = [...contents.files.values()];
  const states = files.flatMap(({ path }) => parseCheckpointPath(path)?.size ?? []);
  const segments = contents.segments.map(({ path, byteLength, sha256, content, fault: wrong, firstIndex }) => {
    const isCut = content !== null && states.some((size) => size > firstIndex && size < firstIndex + content.count);
    return {
      path,
      byteLength,
      sha256,
      content: content && contentOf(content, isCut),
      fault: wrong && { ...partsOfProblem(wrong), kind: "refused" as const },
    };
  });
  const [firstSegment] = contents.segments;
  const lastContent = contents.segments.at(-1)?.content;
  const open = firstSegment?.content?.first ? parseOpenRecord(firstSegment.content.first) : undefined;
  const tree = rangeOf(contents);
  const from = firstSegment?.firstIndex ?? 0;
  const records = contents.segments.reduce((sum, { content }) => sum + (content?.count ?? 0), 0);
  return {
    partial: true,
    range,
    leafRange: { from, to: from + records },
    chainBefore: open ? formatHex(open.chain) : null,
    chainAfter: lastContent?.chain ? formatHex(lastContent.chain.end) : null,
    compactRange: tree && tree.encode().map(formatHex),
    label: contents.label,
    files: files.map(({ content, ...file }) => {
      // Tiles serve to locate a difference, for which the leaves would be needed, too.
      return { ...file, content: parseTilePath(file.path) ? null : toBase64(content) };
    }),
    outside: [...contents.outside],
    containerFaults: contents.containerFaults.map((item) => ({ ...item })),
    segments,
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

function contentOf(content: SegmentContent, withLeaves: boolean): z.infer<typeof segmentContent> {
  const { range, chain, leaves, first, last, withheld } = content;
  const { carriageReturns, blankLines, otherLines, malformedWithheld, byteOrderMark, unterminated } = content;
  return {
    count: content.count,
    range: range.map(formatHex),
    chain: chain && { beforeLast: formatHex(chain.beforeLast), end: formatHex(chain.end) },
    leaves: withLeaves ? toBase64(leaves) : null,
    withheld: [...withheld],
    first: toBase64(first),
    last: toBase64(last),
    ...{ carriageReturns, blankLines, otherLines, malformedWithheld, byteOrderMark, unterminated },
  };
}

/** Reads a partial result. Throws `partial-malformed` (usage). */
export function parsePartial(text: string, file: string): PartialResult {
  const parsed = partialResult.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue ? ` (${issue.path.join(".")}: ${issue.message})` : "";
  throw new Problem("usage", "partial-malformed", `--merge expected a result of --segments${where}`, { file });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Judges the bundle that these results are parts of, as if it had been read by one machine. Throws `partial-mismatch`
 * (usage) for results of different bundles, and `partial-holes` (usage) when they do not hold every segment once.
 */
export async function mergeSegments(partials: readonly PartialResult[], trust: Trust): Promise<VerifyResult> {
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
  const { result } = await judgeSealedLog(contentsOf(ordered, first), sealedLogMeans(trust));
  return result;
}

function holes(expected: number, found: number): Problem {
  const message = `--merge expected every segment once: expected a part from segment ${expected}, got ${found}`;
  return new Problem("usage", "partial-holes", message);
}

/** Equal for parts of the same bundle: its other files with their digests, and the number of its segments. */
function identityOf({ files, outside, range }: PartialResult): string {
  const listed = files.map(({ path, sha256 }) => `${sha256} ${path}`).sort();
  return JSON.stringify([range.of, listed, outside]);
}

function contentsOf(partials: readonly PartialResult[], first: PartialResult): BundleContents {
  const files = first.files.map(({ content, ...file }): [string, BagFile] => [
    file.path,
    { ...file, content: fromBase64(content) },
  ]);
  const segments = partials.flatMap((partial) =>
    partial.segments.map(({ path, byteLength, sha256, content, fault: wrong }) => {
      const name = parseSegmentPath(path);
      if (name === undefined) {
        throw new Problem("usage", "partial-malformed", `--merge: ${quote(path)} is no path of a segment`);
      }
      const read = {
        sha256,
        content: content && restore(content),
        fault: wrong && problemOfParts(problemParts(wrong)),
      };
      return { ...name, path, byteLength, ...read };
    }),
  );
  const containerFaults = partials.flatMap((partial) => partial.containerFaults);
  return { label: first.label, files: new Map(files), segments, outside: first.outside, containerFaults };
}

/** Without the undefined members that a parser leaves. */
function problemParts({ kind, code, message, details }: z.infer<typeof fault>): Problem {
  const { file, line, offset, expected, found } = details;
  return new Problem(kind, code, message, {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(offset === undefined ? {} : { offset }),
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
  });
}

function restore(content: z.infer<typeof segmentContent>): SegmentContent {
  const { range, chain, leaves, first, last, ...facts } = content;
  return {
    ...facts,
    range: range.map(hexBytes),
    chain: chain && { beforeLast: hexBytes(chain.beforeLast), end: hexBytes(chain.end) },
    leaves: fromBase64(leaves) ?? new Uint8Array(),
    offsets: new Uint32Array(),
    first: fromBase64(first),
    last: fromBase64(last),
    restoredLeaves: null,
    times: null,
  };
}

function hexBytes(text: string): Uint8Array {
  return present(parseHex(text), "the shape allows hex only");
}

function toBase64(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes).toString("base64");
}

function fromBase64(text: string | null): Uint8Array<ArrayBuffer> | null {
  return text === null ? null : new Uint8Array(Buffer.from(text, "base64"));
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

/** What one machine read of a sealed log, as a JSON document (docs/formats/partial-result.md), and back. */
import { z } from "zod";

import { type BagFile } from "../bundle/bag-files.ts";
import { type SegmentFile } from "../bundle/bundle-reader.ts";
import { parseSegmentPath, parseTilePath } from "../bundle/layout.ts";
import { platformHash } from "../bundle/platform-crypto.ts";
import { type SegmentContent } from "../bundle/segment-content.ts";
import { type SegmentTimes, type TimeTrack } from "../bundle/segment-times.ts";
import { formatHex, parseHex } from "../encoding/bytes.ts";
import { parseStrictJson } from "../encoding/strict-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { CompactRange } from "../merkle/compact-range.ts";
import { present } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { Problem, quote } from "../model/problem.ts";
import { instant, type Instant } from "../model/time.ts";
import { partsOfProblem, problemOfParts } from "./hash-protocol.ts";

const count = z.number().int().nonnegative();
const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const base64 = z.base64();
const lineFact = z.object({ count, first: count.nullable() });

/** Nanoseconds since 1970: a record may claim any time, also one that no calendar has. */
const time = z.string().regex(/^-?\d{1,24}$/);
const timeTrack = z.object({
  first: z.object({ position: count, time }),
  last: time,
  latest: time,
  stepsBack: count,
  firstStepBack: z.object({ position: count, time, before: time }).nullable(),
});

const segmentContent = z.object({
  count,
  byteLength: count,
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
  times: z.object({ ofLog: timeTrack.nullable(), logged: timeTrack.nullable(), unsalted: z.boolean() }),
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

/** Reads a partial result. Throws `partial-malformed` (usage). */
export function parsePartial(text: string, file: string): PartialResult {
  const {
    value,
    problems: [fault],
  } = parseStrictJson(encodeUtf8(text));
  const parsed = partialResult.safeParse(value);
  if (parsed.success && fault === undefined) return parsed.data;
  const issue = parsed.error?.issues[0];
  const why = fault ? `byte ${fault.offset}: ${fault.message}` : `${issue?.path.join(".")}: ${issue?.message}`;
  throw new Problem("usage", "partial-malformed", `--merge expected a result of --segments (${why})`, { file });
}

/** A segment as a part says it. Leaves are needed only where a checkpoint lies in the midst of it. */
export function writtenSegment(
  { path, byteLength, sha256, content, fault: wrong }: SegmentFile,
  withLeaves: boolean,
): PartialResult["segments"][number] {
  return {
    path,
    byteLength,
    sha256,
    content: content && contentOf(content, withLeaves),
    fault: wrong && { ...partsOfProblem(wrong), kind: "refused" },
  };
}

function contentOf(content: SegmentContent, withLeaves: boolean): z.infer<typeof segmentContent> {
  const { range, chain, leaves, first, last, withheld } = content;
  const times = present(content.times, "segments are read with the times of their records");
  const { carriageReturns, blankLines, otherLines, malformedWithheld, byteOrderMark, unterminated } = content;
  return {
    count: content.count,
    byteLength: content.byteLength,
    range: range.map(formatHex),
    chain: chain && { beforeLast: formatHex(chain.beforeLast), end: formatHex(chain.end) },
    leaves: withLeaves ? toBase64(leaves) : null,
    withheld: [...withheld],
    first: toBase64(first),
    last: toBase64(last),
    ...{ carriageReturns, blankLines, otherLines, malformedWithheld, byteOrderMark, unterminated },
    times: { ofLog: writtenTrack(times.ofLog), logged: writtenTrack(times.logged), unsalted: times.unsalted },
  };
}

function writtenTrack(track: TimeTrack | null): z.infer<typeof timeTrack> | null {
  if (track === null) return null;
  const { first, last, latest, stepsBack, firstStepBack: step } = track;
  return {
    first: { position: first.position, time: String(first.time) },
    last: String(last),
    latest: String(latest),
    stepsBack,
    firstStepBack: step && { position: step.position, time: String(step.time), before: String(step.before) },
  };
}

/** The segment that a part tells of. Throws `partial-malformed` (usage), also when it contradicts itself. */
export function segmentOf({
  path,
  byteLength,
  sha256,
  content,
  fault: wrong,
}: PartialResult["segments"][number]): SegmentFile {
  const name = parseSegmentPath(path);
  if (name === undefined) {
    throw new Problem("usage", "partial-malformed", `--merge: ${quote(path)} is no path of a segment`);
  }
  const restored = content && restore(content);
  if (restored !== null && !fitsItself(restored, name.firstIndex)) throw contradiction(path);
  const read = { sha256, content: restored, fault: wrong && problemOfParts(problemParts(wrong)) };
  return { ...name, path, byteLength, ...read };
}

/** A file of the bag as a part says it. Tiles serve to locate a difference, for which the leaves would be needed, too. */
export function writtenFile({ content, ...file }: BagFile): PartialResult["files"][number] {
  return { ...file, content: parseTilePath(file.path) ? null : toBase64(content) };
}

/** The file that a part tells of. Throws `partial-malformed` (usage) when its content has another digest than is said. */
export function bagFileOf({ content, ...file }: PartialResult["files"][number]): BagFile {
  const bytes = fromBase64(content);
  const isOther =
    bytes !== null && (bytes.length !== file.byteLength || formatHex(platformHash(bytes)) !== file.sha256);
  if (isOther) throw contradiction(file.path);
  return { ...file, content: bytes };
}

/** Whether there are as many hashes, leaves and positions as the number of records asks for. */
function fitsItself({ count: records, range, leaves, withheld }: SegmentContent, firstIndex: number): boolean {
  const end = firstIndex + records;
  return (
    Number.isSafeInteger(end) &&
    CompactRange.decode(platformHash, firstIndex, end, range) !== undefined &&
    (leaves.length === 0 || leaves.length === records * HASH_BYTES) &&
    withheld.every((position) => position < records)
  );
}

function contradiction(path: string): Problem {
  return new Problem("usage", "partial-malformed", `--merge: what a part says of ${quote(path)} contradicts itself`);
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
  const { range, chain, leaves, first, last, times, ...facts } = content;
  return {
    ...facts,
    range: range.map(hexBytes),
    chain: chain && { beforeLast: hexBytes(chain.beforeLast), end: hexBytes(chain.end) },
    leaves: fromBase64(leaves) ?? new Uint8Array(),
    offsets: new Uint32Array(),
    first: fromBase64(first),
    last: fromBase64(last),
    restoredLeaves: null,
    times: restoredTimes(times),
  };
}

function restoredTimes({ ofLog, logged, unsalted }: z.infer<typeof segmentContent>["times"]): SegmentTimes {
  return { ofLog: restoredTrack(ofLog), logged: restoredTrack(logged), unsalted };
}

function restoredTrack(track: z.infer<typeof timeTrack> | null): TimeTrack | null {
  if (track === null) return null;
  const { first, last, latest, stepsBack, firstStepBack: step } = track;
  return {
    first: { position: first.position, time: instantOf(first.time) },
    last: instantOf(last),
    latest: instantOf(latest),
    stepsBack,
    firstStepBack: step && { position: step.position, time: instantOf(step.time), before: instantOf(step.before) },
  };
}

function instantOf(nanoseconds: string): Instant {
  return instant(BigInt(nanoseconds));
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

/** What one machine read of a sealed log, as a JSON document (docs/formats/partial-result.md), and back. */
import { z } from "zod";

import { parseStrictJson } from "../encoding/strict-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { Problem } from "../model/problem.ts";

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
  tiles: z.object({ head: base64, roots: base64, digests: base64, tail: base64 }),
  /** Records that the judgement reads once more. */
  lines: z.array(z.object({ position: count, line: base64 })),
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
  /** Everything in the bag but segments; of the tiles of a long log the digests alone. */
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
      /** As packed; of a short log. */
      file: base64.nullable(),
      /** Of a long one. */
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

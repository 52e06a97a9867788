/** What is wrong inside one segment, told as causes: the texts of docs/verdicts.md. */
import { type SegmentFile } from "../bundle/bundle-reader.ts";
import { parseOpenRecord } from "../bundle/log-record.ts";
import { type SegmentContent } from "../bundle/segment-content.ts";
import { equalBytes, formatHex } from "../encoding/bytes.ts";
import { present } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { quote } from "../model/problem.ts";
import { type EvidenceLocation, type RowVerdict, type VerificationFinding } from "../model/verdict.ts";
import { alignLeaves, type Difference } from "./alignment.ts";
import { countOf, finding } from "./findings.ts";

/** Changes of at least this many records, and of every one, are the work of a tool that wrote the file anew. */
const REWRITTEN_RECORDS = 3;

export interface SegmentLeaves {
  readonly segment: SegmentFile;
  /** Position among the segment files. */
  readonly position: number;
  /** Index of the first signed leaf that belongs here. */
  readonly start: number;
  /** The signed leaves that belong here, 32 bytes each. */
  readonly expected: Uint8Array;
  /** The segment is the last that was signed. */
  readonly isLast: boolean;
}

export interface SegmentJudgement {
  readonly findings: readonly VerificationFinding[];
  /** Rows that are not what was signed, by position in the file. */
  readonly altered: ReadonlyMap<number, RowVerdict>;
  readonly missing: number;
}

/** A segment that says itself that it belongs to another log or another place (T16, T17). */
export function misplacement(segment: SegmentFile, position: number, origin: string): VerificationFinding | null {
  const open = segment.content?.first ? parseOpenRecord(segment.content.first) : undefined;
  if (open === undefined) return null;
  const where = { segment: position, file: segment.path };
  if (open.origin !== origin) {
    const message = `Segment ${position} comes from another log (${quote(open.origin)}).`;
    return finding("segment-foreign", "altered", message, where, {
      expected: quote(origin),
      found: quote(open.origin),
    });
  }
  if (open.firstIndex === segment.firstIndex) return null;
  return finding("segment-misplaced", "altered", `Segment ${position} belongs to another place in the log.`, where, {
    expected: `first index ${segment.firstIndex}`,
    found: `first index ${open.firstIndex}`,
  });
}

/** Compares a segment with the signed leaves of its place. Precondition: it could be read. */
export function judgeSegmentLeaves(input: SegmentLeaves): SegmentJudgement {
  const content = present(input.segment.content, "only readable segments are compared");
  if (equalBytes(content.leaves, input.expected)) {
    return { findings: [], altered: new Map(), missing: 0 };
  }
  const converted = conversion(input, content);
  const leaves = converted === null ? content.leaves : present(content.restoredLeaves, "conversions restore leaves");
  const differences = alignLeaves(input.expected, leaves);
  const describe = { ...input, content };
  if (converted === null && isRewritten(differences, content)) return rewritten(describe);
  if (converted !== null && differences.length === 0) {
    return { findings: [converted], altered: everyRow(content), missing: 0 };
  }
  const altered = new Map<number, RowVerdict>(converted === null ? [] : everyRow(content));
  for (const { found, ...difference } of differences) {
    if (difference.kind === "missing") continue;
    const count = difference.kind === "added" ? difference.count : 1;
    for (let offset = 0; offset < count; offset += 1) altered.set(found + offset, "altered");
  }
  const missing = differences.reduce((total, item) => total + (item.kind === "missing" ? item.count : 0), 0);
  const findings = [
    ...(converted === null ? [] : [converted]),
    ...withoutSwapTwins(differences).map((d) => explain(d, describe)),
  ];
  return { findings, altered, missing };
}

type Described = SegmentLeaves & { readonly content: SegmentContent };

/** Line endings, byte order mark or blank lines, when undoing them brings leaves back (T43). */
function conversion(input: SegmentLeaves, content: SegmentContent): VerificationFinding | null {
  if (content.restoredLeaves === null) return null;
  const undone = alignLeaves(input.expected, content.restoredLeaves).length;
  const asFound = alignLeaves(input.expected, content.leaves).length;
  if (undone >= asFound) return null;
  const lines = content.carriageReturns.count + content.blankLines.count + (content.byteOrderMark ? 1 : 0);
  const outcome =
    undone === 0
      ? "After undoing this the segment fits the signed log; the file as received does not."
      : "Undoing this explains some of the differences.";
  const where = { segment: input.position, file: input.segment.path };
  return finding(
    "line-endings-converted",
    "altered",
    `Line endings were converted (${countOf(lines, "line")}). ${outcome}`,
    where,
  );
}

function isRewritten(differences: readonly Difference[], content: SegmentContent): boolean {
  const changed = differences.filter(({ kind }) => kind === "changed").length;
  return content.count >= REWRITTEN_RECORDS && changed === differences.length && changed === content.count;
}

function rewritten({ segment, position, content }: Described): SegmentJudgement {
  const message = "The file was re-written by a tool. Ask for the original bytes.";
  const where = { segment: position, index: segment.firstIndex, endIndex: segment.firstIndex + content.count - 1 };
  return {
    findings: [finding("file-rewritten", "altered", message, { ...where, file: segment.path })],
    altered: everyRow(content),
    missing: 0,
  };
}

function everyRow(content: SegmentContent): Map<number, RowVerdict> {
  return new Map(Array.from({ length: content.count }, (_, position) => [position, "altered" as const]));
}

/** Two records that changed places are one difference. */
function withoutSwapTwins(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter(
    (difference, at) =>
      difference.kind !== "moved" ||
      !differences.some(
        (other, otherAt) =>
          otherAt < at &&
          other.kind === "moved" &&
          other.expected === difference.found &&
          other.found === difference.expected,
      ),
  );
}

function explain(difference: Difference, input: Described): VerificationFinding {
  const { start, position, content } = input;
  const where = (found: number, index: number, endIndex?: number): EvidenceLocation => ({
    segment: position,
    index,
    ...(endIndex === undefined ? {} : { endIndex }),
    file: input.segment.path,
    line: found + 1,
    ...offsetOf(content, found),
  });
  switch (difference.kind) {
    case "changed": {
      const index = start + difference.expected;
      const digests = {
        expected: leafHex(input.expected, difference.expected),
        found: leafHex(content.leaves, difference.found),
      };
      const isWithheld = content.withheld.includes(difference.found);
      return isWithheld
        ? finding(
            "withheld-digest-wrong",
            "altered",
            "A withheld event's digest does not match.",
            where(difference.found, index),
            digests,
          )
        : finding(
            "record-altered",
            "altered",
            `Event ${index} in segment ${position} is not the event that was logged.`,
            where(difference.found, index),
            digests,
          );
    }
    case "missing":
      return missingFinding(difference.expected, difference.count, where(difference.found, 0), input);
    case "added": {
      const after = start + difference.expected - 1;
      const verb = difference.count === 1 ? "was" : "were";
      const message = `${countOf(difference.count, "event")} ${verb} added after event ${after}.`;
      return finding("records-added", "altered", message, where(difference.found, after));
    }
    case "duplicated": {
      const index = start + difference.original;
      return finding("record-duplicated", "altered", `Event ${index} appears twice.`, where(difference.found, index));
    }
    case "moved": {
      const [first, second] = [difference.expected, difference.found].sort((a, b) => a - b);
      const [from, to] = [start + (first ?? 0), start + (second ?? 0)];
      const message = `Events ${from} and ${to} are in a different order than logged.`;
      return finding("records-reordered", "altered", message, where(difference.found, from, to));
    }
  }
}

function missingFinding(
  expected: number,
  count: number,
  where: EvidenceLocation,
  { start, isLast, expected: signed }: Described,
): VerificationFinding {
  const index = start + expected;
  const place = { ...where, index, endIndex: index + count - 1 };
  if (isLast && expected + count === signed.length / HASH_BYTES) {
    const message = count === 1 ? "The last signed event is missing." : `The last ${count} signed events are missing.`;
    return finding("tail-missing", "altered", message, place);
  }
  const verb = count === 1 ? "is" : "are";
  const message =
    index === 0
      ? `The first ${countOf(count, "event")} ${verb} missing.`
      : `${countOf(count, "event")} ${verb} missing after event ${index - 1}.`;
  return finding("records-missing", "altered", message, place);
}

function offsetOf(content: SegmentContent, position: number): { readonly offset?: number } {
  const offset = content.offsets[position];
  return offset === undefined ? {} : { offset };
}

function leafHex(leaves: Uint8Array, position: number): string {
  return formatHex(leaves.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES));
}

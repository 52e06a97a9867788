/**
 * The log's own records and the chain in each segment (format §3, §4): every segment opens and seals as its place demands,
 * and its chain runs from the head it opens with to the head it seals with.
 */
import { type BundleContents, type SegmentFile } from "../bundle/bundle-reader.ts";
import { parseOpenRecord, parseSealRecord } from "../bundle/log-record.ts";
import { equalBytes, formatHex } from "../encoding/bytes.ts";
import { extendChainByAll, initialChainHead } from "../merkle/chain.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { check, countOf, finding, type CheckOutcome } from "./findings.ts";

/**
 * Checks form and chain. Where the tree has explained a segment already, what fails here is a consequence of the same
 * cause and no finding of its own.
 */
export function judgeSegmentForm(
  contents: BundleContents,
  origin: string,
  explained: boolean,
  hash: Hash,
): CheckOutcome {
  const faults = contents.segments.map((segment, position) => {
    const previous = contents.segments[position - 1];
    return { form: formFault(segment, position, origin), chain: chainFault(segment, position, previous, hash) };
  });
  const formFaults = faults.map(({ form }) => form).filter((fault) => fault !== null);
  const chainFaults = faults.map(({ chain }) => chain).filter((fault) => fault !== null);
  const segments = contents.segments.length;
  return {
    checks: [
      check("segments", segments, formFaults.length, `${countOf(segments, "segment")} with open and seal records`),
      check("chain", segments, chainFaults.length, "the chain of each segment runs from its open to its seal record"),
    ],
    findings: [...(explained ? [] : [...formFaults, ...chainFaults]), ...contents.segments.flatMap(lineFindings)],
  };
}

function formFault(segment: SegmentFile, position: number, origin: string): VerificationFinding | null {
  const { content, path, firstIndex } = segment;
  if (content === null) return null;
  const open = content.first === null ? undefined : parseOpenRecord(content.first);
  const seal = content.last === null ? undefined : parseSealRecord(content.last);
  const where = { segment: position, index: firstIndex, file: path };
  if (open === undefined || seal === undefined) {
    const message = `Segment ${position} does not begin with an open record and end with a seal record.`;
    return finding("segment-form", "verified-with-limits", message, where);
  }
  const wrong = [
    ["origin", origin, open.origin],
    ["first index", firstIndex, open.firstIndex],
    ["first index of the seal", firstIndex, seal.firstIndex],
    ["segment number", open.segment, seal.segment],
    ["count", content.count, seal.count],
  ].find(([, expected, found]) => expected !== found);
  if (wrong === undefined) return null;
  const [member, expected, found] = wrong.map(String);
  const message = `The log's own records in segment ${position} contradict its content (${member}).`;
  return finding("segment-form", "altered", message, where, { expected: expected ?? "", found: found ?? "" });
}

function chainFault(
  segment: SegmentFile,
  position: number,
  previous: SegmentFile | undefined,
  hash: Hash,
): VerificationFinding | null {
  const { content, path, firstIndex } = segment;
  const open = content?.first ? parseOpenRecord(content.first) : undefined;
  const seal = content?.last ? parseSealRecord(content.last) : undefined;
  if (!content || open === undefined || seal === undefined) return null;
  const head = extendChainByAll(hash, open.chain, content.leaves.subarray(0, -HASH_BYTES));
  const start = expectedStart(segment, previous, hash);
  const where = { segment: position, index: firstIndex, file: path };
  const message = `The chain of segment ${position} is broken.`;
  if (!equalBytes(head, seal.chain)) {
    const difference = { expected: formatHex(seal.chain), found: formatHex(head) };
    return finding("chain-broken", "altered", message, where, difference);
  }
  if (start === null || equalBytes(start, open.chain)) return null;
  return finding("chain-broken", "altered", message, where, {
    expected: formatHex(start),
    found: formatHex(open.chain),
  });
}

/** The head that the segment before leads to; null when that segment is not at hand. */
function expectedStart(segment: SegmentFile, previous: SegmentFile | undefined, hash: Hash): Uint8Array | null {
  if (segment.firstIndex === 0) return initialChainHead();
  if (!previous?.content || previous.firstIndex + previous.content.count !== segment.firstIndex) return null;
  const open = previous.content.first ? parseOpenRecord(previous.content.first) : undefined;
  return open === undefined ? null : extendChainByAll(hash, open.chain, previous.content.leaves);
}

/** Departures of the text from the format that leaves do not show, or that a signed leaf has kept. */
function lineFindings(segment: SegmentFile, position: number): readonly VerificationFinding[] {
  const { content, path, firstIndex } = segment;
  if (content === null) return [];
  const at = (line: number): VerificationFinding["where"] => ({
    segment: position,
    index: firstIndex + line,
    file: path,
    line: line + 1,
  });
  const findings: VerificationFinding[] = [];
  if (content.unterminated) {
    const message = "The last line of the segment lacks its line feed: the end of the file was removed or converted.";
    findings.push(finding("line-feed-missing", "altered", message, at(content.count - 1)));
  }
  if (content.malformedWithheld.first !== null) {
    const message = `${countOf(content.malformedWithheld.count, "withheld line")} with a malformed digest.`;
    findings.push(finding("withheld-malformed", "refused", message, at(content.malformedWithheld.first)));
  }
  return findings;
}

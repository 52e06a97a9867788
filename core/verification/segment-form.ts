/**
 * The log's own records and the chain in each segment (format §3, §4): every segment opens and seals as its place demands,
 * and its chain runs from the head it opens with to the head it seals with.
 */
import { type BundleContents, type SegmentFile } from "../bundle/bundle-reader.ts";
import { parseOpenRecord, parseSealRecord } from "../bundle/log-record.ts";
import { equalBytes, formatHex } from "../encoding/bytes.ts";
import { initialChainHead } from "../merkle/chain.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { check, countOf, finding, type CheckOutcome } from "./findings.ts";

/**
 * Checks form and chain. Where the tree has explained a segment already, what fails here is a consequence of the same
 * cause and no finding of its own.
 */
export function judgeSegmentForm(contents: BundleContents, origin: string, explained: boolean): CheckOutcome {
  const formFaults: VerificationFinding[] = [];
  const chainFaults: VerificationFinding[] = [];
  let before: ChainEnd = { index: 0, head: null };
  for (const [position, segment] of contents.segments.entries()) {
    const chain = chainOf(segment);
    const [form, broken] = [formFault(segment, position, origin), chainFault(segment, position, before, chain)];
    if (form !== null) formFaults.push(form);
    if (broken !== null) chainFaults.push(broken);
    before = { index: segment.firstIndex + (segment.content?.count ?? 0), head: chain?.end ?? null };
  }
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

/** Where a segment ends, and the head there; null when its chain cannot be told. */
interface ChainEnd {
  readonly index: number;
  readonly head: Uint8Array | null;
}

interface SegmentChain {
  /** As the open record and, if there is one, the seal record state it. */
  readonly opened: Uint8Array;
  readonly sealed: Uint8Array | null;
  /** As computed from the opened head: before the last record, and behind it. */
  readonly beforeLast: Uint8Array;
  readonly end: Uint8Array;
}

function chainOf({ content }: SegmentFile): SegmentChain | null {
  const open = content?.first ? parseOpenRecord(content.first) : undefined;
  const seal = content?.last ? parseSealRecord(content.last) : undefined;
  if (!content?.chain || open === undefined) return null;
  return { opened: open.chain, sealed: seal?.chain ?? null, ...content.chain };
}

function chainFault(
  { path, firstIndex }: SegmentFile,
  position: number,
  before: ChainEnd,
  chain: SegmentChain | null,
): VerificationFinding | null {
  if (chain === null || chain.sealed === null) return null;
  const where = { segment: position, index: firstIndex, file: path };
  const broken = (expected: Uint8Array, found: Uint8Array): VerificationFinding =>
    finding("chain-broken", "altered", `The chain of segment ${position} is broken.`, where, {
      expected: formatHex(expected),
      found: formatHex(found),
    });
  if (!equalBytes(chain.beforeLast, chain.sealed)) return broken(chain.sealed, chain.beforeLast);
  const start = firstIndex === 0 ? initialChainHead() : before.index === firstIndex ? before.head : null;
  return start === null || equalBytes(start, chain.opened) ? null : broken(start, chain.opened);
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

/**
 * The time that the digests prove, against the time that was asked for. A window is one of delivery: events are delivered
 * up to some 15 minutes after they happened.
 */
import { formatInstant, type Instant } from "../model/time.ts";
import { type VerificationFinding, type VerifyResult } from "../model/verdict.ts";
import { groupedBy } from "../model/grouped.ts";
import { type JudgedChain } from "./cloudtrail-chains.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";

/** The time that the examiner asks about; an end that is null is not asked about. */
export interface AskedWindow {
  readonly from: Instant | null;
  readonly to: Instant | null;
}

export interface WindowOutcome extends CheckOutcome {
  readonly window: VerifyResult["window"];
}

interface Span {
  readonly place: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** Compares what is proven for each account and region with what was asked. */
export function judgeWindow(chains: readonly JudgedChain[], asked: AskedWindow | null): WindowOutcome {
  const standard = chains.filter(({ isStandard }) => isStandard);
  const spans = spansOf(standard);
  const findings: VerificationFinding[] = [];
  const short = spans.filter(({ from, to }) => isShort(asked, from, to));
  for (const { place, from, to } of short) {
    const message = `For ${place}, ${formatInstant(from)} to ${formatInstant(to)} is proven; more was asked for.`;
    findings.push(finding("window-not-covered", "altered", message, {}, { expected: formatAsked(asked) }));
  }
  // Where the asked window is proven, what lies beyond its ends does not matter.
  const midway = standard.filter(
    ({ startsMidway, provenFrom }) => startsMidway && provenFrom !== null && (asked?.from ?? null) === null,
  );
  const open = standard.filter(({ provenTo }) => provenTo !== null && (asked?.to ?? null) === null);
  findings.push(...midwayFinding(midway), ...openFinding(open));
  const note = "the time asked for lies inside what digests prove";
  const checks =
    asked === null
      ? [notAttempted("window", "no time was asked for")]
      : [check("window", spans.length, short.length, note)];
  return { findings, checks, window: { asked: askedText(asked), proven: provenWindow(spans) } };
}

/** Trails of one account and region stand in for each other: from the first to the last of them. */
function spansOf(chains: readonly JudgedChain[]): readonly Span[] {
  return [...groupedBy(chains, ({ place }) => place)].flatMap(([place, ofPlace]) => {
    const starts = ofPlace.flatMap(({ provenFrom }) => provenFrom ?? []);
    const ends = ofPlace.flatMap(({ provenTo }) => provenTo ?? []);
    const from = least(starts);
    const to = greatest(ends);
    return from === undefined || to === undefined ? [] : [{ place, from, to }];
  });
}

function isShort(asked: AskedWindow | null, from: Instant, to: Instant): boolean {
  if (asked === null) return false;
  return (asked.from !== null && asked.from < from) || (asked.to !== null && asked.to > to);
}

/** What is proven of every account and region at once. */
function provenWindow(spans: readonly Span[]): VerifyResult["window"]["proven"] {
  const from = greatest(spans.map((span) => span.from));
  const to = least(spans.map((span) => span.to));
  if (from === undefined || to === undefined || from >= to) return null;
  return { from: formatInstant(from), to: formatInstant(to) };
}

function midwayFinding(chains: readonly JudgedChain[]): readonly VerificationFinding[] {
  const [first] = chains;
  if (!first) return [];
  const message =
    chains.length === 1
      ? `The export begins midway: the digest before ${first.view.from} is not in it.`
      : `The export begins midway: the digests before the oldest of ${countOf(chains.length, "chain")} are not in it.`;
  return [finding("window-starts", "verified-with-limits", message)];
}

function openFinding(chains: readonly JudgedChain[]): readonly VerificationFinding[] {
  const [first] = chains;
  if (!first) return [];
  const ends =
    chains.length === 1 ? (first.view.proven?.to ?? "") : `where each of ${countOf(chains.length, "chain")} ends`;
  const message = `What is proven ends at ${ends}. Whether digests and log files followed cannot be seen from this export.`;
  return [finding("chain-end-open", "verified-with-limits", message)];
}

function askedText(asked: AskedWindow | null): VerifyResult["window"]["asked"] {
  if (asked === null) return null;
  const text = (time: Instant | null): string | null => (time === null ? null : formatInstant(time));
  return { from: text(asked.from), to: text(asked.to) };
}

function formatAsked(asked: AskedWindow | null): string {
  const { from, to } = askedText(asked) ?? { from: null, to: null };
  return `${from ?? "…"} to ${to ?? "…"}`;
}

function least(times: readonly Instant[]): Instant | undefined {
  return times.reduce<Instant | undefined>(
    (best, time) => (best === undefined || time < best ? time : best),
    undefined,
  );
}

function greatest(times: readonly Instant[]): Instant | undefined {
  return times.reduce<Instant | undefined>(
    (best, time) => (best === undefined || time > best ? time : best),
    undefined,
  );
}

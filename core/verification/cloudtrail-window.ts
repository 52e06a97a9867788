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
  readonly from: Instant;
  readonly to: Instant;
}

/** An account and a region. Trails of one place stand in for each other. */
interface Place {
  readonly name: string;
  /** What its chains prove, the earliest first. */
  readonly spans: readonly Span[];
}

/** Compares what is proven for each account and region with what was asked. */
export function judgeWindow(chains: readonly JudgedChain[], asked: AskedWindow | null): WindowOutcome {
  const standard = chains.filter(({ isStandard }) => isStandard);
  const places = placesOf(standard);
  const findings: VerificationFinding[] = places.flatMap(gapFindings);
  const short = asked === null ? [] : places.filter((place) => isShort(asked, place));
  for (const { name, spans } of short) {
    const whole = wholeOf(spans);
    const proven = whole ? `${formatInstant(whole.from)} to ${formatInstant(whole.to)}` : "nothing";
    const message = `For ${name}, ${proven} is proven; more was asked for.`;
    findings.push(finding("window-not-covered", "altered", message, {}, { expected: formatAsked(asked) }));
  }
  // Where the asked window is proven, what lies beyond its ends does not matter.
  const midway = chains.filter(({ startsMidway, provenFrom }) => startsMidway && provenFrom !== null);
  const open = standard.filter(({ provenTo }) => provenTo !== null && (asked?.to ?? null) === null);
  const from = asked?.from ?? null;
  findings.push(...(from === null ? midwayFinding(midway) : missingFindings(midway, from)), ...openFinding(open));
  const note = "the time asked for lies inside what digests prove";
  const checks =
    asked === null
      ? [notAttempted("window", "no time was asked for")]
      : [check("window", places.length, short.length, note)];
  return { findings, checks, window: { asked: askedText(asked), proven: provenWindow(places) } };
}

/** Those of which something is proven, and those of which nothing is because signatures are lost. */
function placesOf(chains: readonly JudgedChain[]): readonly Place[] {
  return [...groupedBy(chains, ({ place }) => place)].flatMap(([name, ofPlace]) => {
    const spans = ofPlace
      .flatMap(({ provenFrom: from, provenTo: to }): Span[] => (from === null || to === null ? [] : [{ from, to }]))
      .sort((a, b) => Number(a.from - b.from));
    return spans.length > 0 || ofPlace.every(({ isUnsigned }) => isUnsigned) ? [{ name, spans }] : [];
  });
}

/** From the first to the last proven time. */
function wholeOf(spans: readonly Span[]): Span | undefined {
  const from = least(spans.map((span) => span.from));
  const to = greatest(spans.map((span) => span.to));
  return from === undefined || to === undefined ? undefined : { from, to };
}

function isShort(asked: AskedWindow, { spans }: Place): boolean {
  const whole = wholeOf(spans);
  if (whole === undefined) return true;
  return (asked.from !== null && asked.from < whole.from) || (asked.to !== null && asked.to > whole.to);
}

/** Times of a place between the end of every earlier chain and the begin of the next one. */
function gapFindings({ name, spans }: Place): readonly VerificationFinding[] {
  return spans.flatMap(({ from }, index) => {
    const end = greatest(spans.slice(0, index).map(({ to }) => to));
    if (end === undefined || from <= end) return [];
    const message = `No digest of ${name} covers ${formatInstant(end)} to ${formatInstant(from)}: one chain of digests ends, and another begins.`;
    return [finding("chain-gap", "verified-with-limits", message)];
  });
}

/** What was delivered late may be of any time: a chain of backfill digests has no begin in which the window lies. */
function missingFindings(midway: readonly JudgedChain[], from: Instant): readonly VerificationFinding[] {
  return midway
    .filter(({ isStandard, missingEnd }) => !isStandard && (missingEnd === null || missingEnd > from))
    .map(({ view }) => {
      const message = `A backfill digest before ${view.from} is missing: the digest after it, which is verified, names it.`;
      return finding("digest-missing", "altered", message);
    });
}

/** What is proven of every account and region at once. */
function provenWindow(places: readonly Place[]): VerifyResult["window"]["proven"] {
  const spans = places.map(({ spans }) => wholeOf(spans));
  if (spans.includes(undefined)) return null;
  const from = greatest(spans.flatMap((span) => span?.from ?? []));
  const to = least(spans.flatMap((span) => span?.to ?? []));
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

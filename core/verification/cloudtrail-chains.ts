/**
 * How the digests of a chain follow each other. Each names the one before it, so a digest that is named and absent was
 * taken away; a digest that names none starts the chain anew, and what was delivered before it is not proven.
 */
import { endInDigestKey } from "../bundle/cloudtrail-digest.ts";
import { type TrailEvent } from "../bundle/trail-events.ts";
import { groupedBy } from "../model/grouped.ts";
import { NANOSECONDS_PER_SECOND, parseInstant, type Instant } from "../model/time.ts";
import { type ChainGap, type DigestChain, type VerificationFinding } from "../model/verdict.ts";
import { type DigestsOutcome } from "./cloudtrail-digests.ts";
import { isConsistent, isProven, liesAt, type JudgedDigest } from "./judged-digest.ts";
import { check, countOf, finding, type CheckOutcome } from "./findings.ts";

/** A chain with what the window needs of it. */
export interface JudgedChain {
  readonly view: DigestChain;
  readonly isStandard: boolean;
  /** Account and region: whose events it is about. */
  readonly place: string;
  /** Ends of what pinned keys prove. */
  readonly provenFrom: Instant | null;
  readonly provenTo: Instant | null;
  /** The oldest digest present names one before it. */
  readonly startsMidway: boolean;
  /** The end of that one, as its name states it; null where it does not, or there is none. */
  readonly missingEnd: Instant | null;
  /** No digest of it is proven, and all that speaks against them is that signatures are lost. */
  readonly isUnsigned: boolean;
}

export interface ChainsOutcome extends CheckOutcome {
  readonly chains: readonly JudgedChain[];
}

interface Gap extends ChainGap {
  readonly fromInstant: Instant;
  readonly toInstant: Instant;
  readonly cause: "restart" | "missing" | "unverified" | "silent";
}

const REASONS: Record<Gap["cause"], string> = {
  restart: "The chain ended and was started anew: log files of this time were never digested.",
  missing: "Digests of this time are missing: the digest after them names one that is not there.",
  unverified: "Digests of this time are there and not verified.",
  silent: "The digests follow each other, and none of them covers this time.",
};
/** What switches a trail is delivered before the chain ends, or after it starts again. */
const BESIDE = 90n * 60n * NANOSECONDS_PER_SECOND;
const MAX_GAP_EVENTS = 20;

/** Judges every chain. `events` are those that start, stop or change a trail. */
export function judgeChains(outcome: DigestsOutcome, events: readonly TrailEvent[]): ChainsOutcome {
  const byChain = groupedBy(outcome.digests, ({ chain }) => chain);
  const judged = [...byChain]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, digests]) => judgeChain(id, digests, outcome, events));
  const findings = judged.flatMap((chain) => chain.findings);
  const links = judged.reduce((total, chain) => total + chain.links, 0);
  const broken = findings.filter(({ verdict }) => verdict === "altered" || verdict === "conflict").length;
  const note = `${countOf(judged.length, "chain")}, ${countOf(links, "link")} from a digest to the one before it`;
  return { chains: judged, findings, checks: [check("digest-chains", links, broken, note)] };
}

function judgeChain(
  id: string,
  digests: readonly JudgedDigest[],
  outcome: DigestsOutcome,
  events: readonly TrailEvent[],
): JudgedChain & { readonly findings: readonly VerificationFinding[]; readonly links: number } {
  const identity = digests.find(({ digest }) => digest.identity !== null)?.digest.identity ?? null;
  const isStandard = identity?.kind !== "backfill";
  const consistent = digests.filter(isConsistent);
  const findings: VerificationFinding[] = [...forks(consistent)];
  const gaps: Gap[] = [];
  let links = 0;
  for (const [index, current] of consistent.entries()) {
    const before = consistent[index - 1];
    if (before === undefined) continue;
    const cause = breakBetween(before, current, outcome, isStandard);
    if (current.digest.previous !== null) links += 1;
    if (cause === "missing") findings.push(missingFinding(current));
    if (cause !== undefined) gaps.push(gapBetween(before, current, cause));
  }
  const shown = gaps.map((gap) => ({ ...gap, events: eventsBeside(gap, identity?.account ?? null, events) }));
  findings.push(
    ...shown.filter(({ cause }) => cause === "restart" || cause === "silent").map((gap) => gapFinding(id, gap)),
  );
  const proven = consistent.filter(isProven);
  const [oldest] = consistent;
  const ends = digests.map(({ digest }) => digest).sort((a, b) => Number(a.end - b.end));
  const starts = digests.map(({ digest }) => digest).sort((a, b) => Number(a.start - b.start));
  const provenFrom = proven[0]?.digest;
  const provenTo = proven.at(-1)?.digest;
  const startsMidway = oldest?.digest.previous != null && !isPresent(oldest, outcome);
  return {
    findings,
    links,
    isStandard,
    place: identity === null ? id : `${identity.account}/${identity.region}`,
    provenFrom: provenFrom?.start ?? null,
    provenTo: provenTo?.end ?? null,
    startsMidway,
    missingEnd: startsMidway ? (endInDigestKey(oldest.digest.previous?.key ?? "") ?? null) : null,
    isUnsigned: digests.every(({ status }) => status === "unsigned"),
    view: {
      id,
      from: starts[0]?.startText ?? "",
      to: ends.at(-1)?.endText ?? "",
      digests: digests.length,
      logs: digests.reduce((total, { digest }) => total + digest.logFiles.length, 0),
      gaps: shown.map(({ from, to, cause, events: beside }) => ({ from, to, reason: REASONS[cause], events: beside })),
      proven: provenFrom && provenTo ? { from: provenFrom.startText, to: provenTo.endText } : null,
    },
  };
}

/** Why two digests that are next to each other do not prove the time between them; undefined when they do. */
function breakBetween(
  before: JudgedDigest,
  { digest }: JudgedDigest,
  outcome: DigestsOutcome,
  isStandard: boolean,
): Gap["cause"] | undefined {
  const { previous } = digest;
  const apart = isStandard && digest.start > before.digest.end;
  if (previous === null) return apart ? "restart" : undefined;
  if (previous.key === before.digest.key) return apart ? "silent" : undefined;
  return isAt(previous.key, outcome) ? (apart ? "unverified" : undefined) : "missing";
}

/** Whether the digest that another one names is in the export, in whatever state. */
function isPresent({ digest }: JudgedDigest, outcome: DigestsOutcome): boolean {
  return digest.previous !== null && isAt(digest.previous.key, outcome);
}

function isAt(key: string, { digests, unreadable }: DigestsOutcome): boolean {
  return (
    // A genuine digest that lies in the place of another one is not that other one.
    digests.some((item) => item.digest.key === key || (!isConsistent(item) && liesAt(item.file.path, key))) ||
    unreadable.some(({ path }) => liesAt(path, key))
  );
}

/** Two digests that both follow the same one: the history was written twice from there. */
function forks(digests: readonly JudgedDigest[]): readonly VerificationFinding[] {
  const followers = groupedBy(
    digests.filter(({ digest }) => digest.previous !== null),
    ({ digest }) => digest.previous?.key,
  );
  return [...followers.values()].flatMap(([first, second]) => {
    if (first === undefined || second === undefined || first.digest.key === second.digest.key) return [];
    const pinned = isProven(first) && isProven(second);
    const message = `Two signed digests, ending ${first.digest.endText} and ${second.digest.endText}, both follow the same one. Keep both.`;
    return [finding("chain-conflict", pinned ? "conflict" : "not-verifiable", message, { file: second.file.path })];
  });
}

function missingFinding(after: JudgedDigest): VerificationFinding {
  const { previous, startText } = after.digest;
  const message = `A digest before ${startText} is missing: the digest after it, which is verified, names it.`;
  const verdict = isProven(after) ? "altered" : "not-verifiable";
  return finding("digest-missing", verdict, message, { file: after.file.path }, { expected: previous?.key ?? "" });
}

function gapBetween(before: JudgedDigest, after: JudgedDigest, cause: Gap["cause"]): Gap {
  const { end: fromInstant, endText: from } = before.digest;
  const { start: toInstant, startText: to } = after.digest;
  return { from, to, fromInstant, toInstant, cause };
}

function gapFinding(id: string, { from, to, cause, events }: Gap): VerificationFinding {
  const told = (events ?? []).map(({ name, time, principal }) => `${name} ${time} by ${principal}`).join("; ");
  const beside = told === "" ? "" : ` Beside it: ${told.slice(0, 400)}.`;
  const message = `No digest of ${id} covers ${from} to ${to}. ${REASONS[cause]}${beside}`;
  return finding("chain-gap", "verified-with-limits", message);
}

function eventsBeside(
  { fromInstant, toInstant }: Gap,
  account: string | null,
  events: readonly TrailEvent[],
): readonly NonNullable<ChainGap["events"]>[number][] {
  return events
    .filter((event) => {
      const time = parseInstant(event.time);
      const isNear = time !== undefined && time >= fromInstant - BESIDE && time <= toInstant + BESIDE;
      return isNear && (account === null || event.account === account || event.account === "");
    })
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .slice(0, MAX_GAP_EVENTS)
    .map(({ time, name, principal, file, index }) => ({ time, name, principal, file, index }));
}

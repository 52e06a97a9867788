import { lengthWords } from "../../replay/length-words.ts";
import { formatInstant, NANOSECONDS_PER_SECOND } from "../../model/time.ts";
import { type Exhibit } from "../../model/exhibit.ts";
import { type CaseMeasures, type Coverage } from "../case-measures.ts";
import { escapeInvisible } from "../printable.ts";
import { type ReportInput } from "../report-input.ts";
import { counted, secondsText } from "../report-values.ts";
import { type ComplianceWord, type Fact } from "./control.ts";

/** Something measured about the evidence of a case. */
export interface Measured {
  readonly word: ComplianceWord;
  /** The numbers, in words that stand for themselves. */
  readonly text: string;
}

type Measure = (input: ReportInput) => Measured;

const MEASURES: Readonly<Record<Fact, Measure>> = {
  "access-changes": ({ measures }) => {
    const what = "acts whose names tell of roles, grants, keys, members or second factors";
    const found = counts(measures, measures.accessChanges, what);
    if (measures.grants === 0) return found;
    const standing = `after ${counted(measures.standingGrants)} of ${numbered(measures.grants, "grant")} no removal for the same object is recorded`;
    return { ...found, text: `${found.text}; ${standing}` };
  },
  failures: ({ measures }) => counts(measures, measures.failures, "recorded as failed or denied"),
  "log-reads": ({ measures }) => counts(measures, measures.logReads, "acts whose names tell of reading logs"),
  "logging-changes": ({ measures }) =>
    counts(measures, measures.loggingChanges, "acts whose names tell of starting, stopping or changing logs"),
  "object-changes": ({ measures }) =>
    counts(measures, measures.objectChanges, "acts whose names tell of creation or deletion"),
  "configuration-changes": ({ measures }) =>
    counts(measures, measures.configurationChanges, "acts whose names tell of a change"),
  "sign-ins": ({ measures }) => counts(measures, measures.signIns, "acts whose names tell of a sign-in"),
  "content-of-records": ({ measures: { coverage, kinds } }) =>
    coverage.of === 0
      ? NO_EVENTS
      : {
          word: leastCoverage(coverage) === coverage.of ? "supports" : "does not support",
          text: `${coverageText(coverage)}; ${kindText(kinds)}`,
        },
  "times-of-records": ({ measures }) => {
    const { of, time } = measures.coverage;
    if (of === 0) return NO_EVENTS;
    const back = `largest step back between neighbours ${secondsText(measures.largestStepBack)}`;
    return { word: time === of ? "supports" : "does not support", text: `${share(time, of)} state a time; ${back}` };
  },
  "alteration-checks": ({ exhibits }) => {
    const altered = exhibits.filter((exhibit) => exhibit.verdict === "altered" || exhibit.verdict === "conflict");
    const proven = exhibits.filter(isProven);
    if (altered.length > 0) {
      return { word: "does not support", text: `a proof of the content failed: ${checkCounts(altered)}` };
    }
    return proven.length === 0
      ? { word: "no evidence in this bundle", text: "no exhibit carries a proof that could be checked" }
      : { word: "supports", text: `every attempted proof of the content passed: ${checkCounts(proven)}` };
  },
  signatures: ({ exhibits }) => {
    const signed = exhibits.filter((exhibit) => exhibit.verification.keys.some((key) => key.trust === "pinned"));
    const whole =
      signed.length === 0
        ? "no signature by a key that the examiner pinned"
        : `${names(signed)}: signed as a whole under a key of the log that the examiner pinned`;
    // What one signs is one's own: the log's signature binds the log.
    return {
      word: "no evidence in this bundle",
      text: `no signature by those who acted is read from records; ${whole}`,
    };
  },
  span: ({ measures }) => measuredSpan(measures, 0n),
  "span-of-a-year": ({ measures }) => measuredSpan(measures, YEAR),
  gaps: ({ exhibits }) => {
    const absent = exhibits.reduce((sum, { verification }) => sum + verification.counts.absent, 0);
    const missing = exhibits.filter((exhibit) =>
      exhibit.verification.findings.some((finding) => finding.code.includes("missing") || finding.code.includes("gap")),
    );
    const breaks = exhibits.flatMap(({ verification }) => verification.chains).flatMap((chain) => chain.gaps);
    if (!exhibits.some(isProven)) {
      return { word: "no evidence in this bundle", text: "without a proof of order a gap cannot be seen" };
    }
    const text = `${numbered(absent, "record")} absent, ${numbered(breaks.length, "break")} between chains, missing records in ${numbered(missing.length, "exhibit")}`;
    return { word: absent + breaks.length + missing.length === 0 ? "supports" : "does not support", text };
  },
  "rule-hits": ({ detections, measures: { coverage } }) => {
    if (coverage.of === 0) return NO_EVENTS;
    if (detections === null) return { word: "no evidence in this bundle", text: "no rule was run for this report" };
    const { rules, hits, correlations, ranAt } = detections;
    const found = `${numbered(hits.length, "rule")} fired on single records, ${numbered(correlations.length, "sequence")} found`;
    return {
      word: "supports",
      text: `${numbered(rules.compiled, "rule")} run over ${counted(coverage.of)} events ${ranAt}: ${found}`,
    };
  },
  custody: ({ custody: { verdict, entries } }) => ({
    word: verdict === "altered" ? "does not support" : "supports",
    text: [
      `journal ${verdict}, ${numbered(entries.length, "entry", "entries")}`,
      `${counted(acts(entries, "exhibit.imported"))} verified on receipt, ${counted(acts(entries, "bundle.re-verified"))} times again`,
      firstFinding(entries),
    ].join("; "),
  }),
};

/** Twelve months of which none was a leap year's February. */
const YEAR = 365n * 24n * 3_600n * NANOSECONDS_PER_SECOND;

/** A span that is shorter than `needed` is no evidence: a longer export may exist. */
function measuredSpan({ first, last }: CaseMeasures, needed: bigint): Measured {
  if (first === null || last === null) return { word: "no evidence in this bundle", text: "no event states a time" };
  const span = `at least ${lengthWords(last - first)}, from ${formatInstant(first)} to ${formatInstant(last)}`;
  return last - first >= needed
    ? { word: "supports", text: span }
    : { word: "no evidence in this bundle", text: `${span}: less than twelve months` };
}

const NO_EVENTS: Measured = { word: "no evidence in this bundle", text: "the case holds no event" };

/** Measures a fact. */
export function measure(fact: Fact, input: ReportInput): Measured {
  return MEASURES[fact](input);
}

function counts({ coverage }: CaseMeasures, found: number, what: string): Measured {
  if (coverage.of === 0) return NO_EVENTS;
  return found === 0
    ? { word: "no evidence in this bundle", text: `none of ${counted(coverage.of)} events are ${what}` }
    : { word: "supports", text: `${counted(found)} of ${counted(coverage.of)} events are ${what}` };
}

function coverageText(coverage: Coverage): string {
  const parts: readonly (readonly [string, number])[] = [
    ["account", coverage.principal],
    ["act", coverage.action],
    ["time", coverage.time],
    ["object", coverage.resource],
    ["address", coverage.address],
    ["outcome", coverage.outcome],
  ];
  return parts.map(([name, found]) => `${name} ${share(found, coverage.of)}`).join("; ");
}

/** Of which kinds of act every event states account, time, object and address. */
function kindText({ of, complete, least }: CaseMeasures["kinds"]): string {
  const all = `account, time, object and address in every event of ${share(complete, of)} kinds of act`;
  if (least === null) return all;
  return `${all}; most often lacking in ${escapeInvisible(least.action)}, ${share(least.lacking, least.events)} events`;
}

function leastCoverage({ principal, action, time }: Coverage): number {
  return Math.min(principal, action, time);
}

function share(found: number, of: number): string {
  return `${counted(found)} of ${counted(of)}`;
}

function isProven(exhibit: Exhibit): boolean {
  return exhibit.verdict === "verified" || exhibit.verdict === "verified-with-limits";
}

/** "X-1 11 passed, 0 failed" for each. */
function checkCounts(exhibits: readonly Exhibit[]): string {
  return exhibits
    .map(({ id, verification: { checks } }) => {
      const count = (verdict: string): number => checks.filter((check) => check.verdict === verdict).length;
      return `${id} ${counted(count("verified"))} checks passed, ${counted(count("failed"))} failed`;
    })
    .join("; ");
}

/** How long after the first evidence the first finding was recorded. */
function firstFinding(entries: ReportInput["custody"]["entries"]): string {
  const received = entries.find(({ action }) => action === "exhibit.imported");
  const stated = entries.find(({ action }) => action === "finding.created");
  if (received === undefined || stated === undefined) return "no finding recorded";
  const minutes = Math.round((Date.parse(stated.at) - Date.parse(received.at)) / 60_000);
  return `first finding ${numbered(minutes, "minute")} after the first evidence`;
}

function numbered(count: number, one: string, many = `${one}s`): string {
  return `${counted(count)} ${count === 1 ? one : many}`;
}

function names(exhibits: readonly Exhibit[]): string {
  return exhibits.map((exhibit) => exhibit.id).join(", ");
}

function acts(entries: ReportInput["custody"]["entries"], action: string): number {
  return entries.filter((entry) => entry.action === action).length;
}

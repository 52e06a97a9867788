import { lengthWords } from "../../replay/length-words.ts";
import { formatInstant } from "../../model/time.ts";
import { type Exhibit } from "../../model/exhibit.ts";
import { type CaseMeasures, type Coverage } from "../case-measures.ts";
import { type ReportInput } from "../report-input.ts";
import { counted } from "../report-values.ts";
import { type ComplianceWord, type Fact } from "./control.ts";

/** Something measured about the evidence of a case. */
export interface Measured {
  readonly word: ComplianceWord;
  /** The numbers, in words that stand for themselves. */
  readonly text: string;
}

type Measure = (input: ReportInput) => Measured;

const MEASURES: Readonly<Record<Fact, Measure>> = {
  "access-changes": ({ measures }) =>
    counts(measures, measures.accessChanges, "acts whose names tell of roles, grants, keys, members or second factors"),
  "configuration-changes": ({ measures }) =>
    counts(measures, measures.configurationChanges, "acts whose names tell of a change"),
  "sign-ins": ({ measures }) => counts(measures, measures.signIns, "acts whose names tell of a sign-in"),
  "content-of-records": ({ measures: { coverage } }) =>
    coverage.of === 0
      ? NO_EVENTS
      : {
          word: leastCoverage(coverage) === coverage.of ? "supports" : "does not support",
          text: coverageText(coverage),
        },
  "times-of-records": ({ measures }) => {
    const { of, time } = measures.coverage;
    if (of === 0) return NO_EVENTS;
    const back = `largest step back between neighbours ${seconds(measures.largestStepBack)} s`;
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
    return signed.length === 0
      ? { word: "no evidence in this bundle", text: "no signature by a key that the examiner pinned" }
      : { word: "supports", text: `${names(signed)}: signed under a key that the examiner pinned` };
  },
  span: ({ measures: { first, last } }) => {
    if (first === null || last === null) return { word: "no evidence in this bundle", text: "no event states a time" };
    return {
      word: "supports",
      text: `at least ${lengthWords(last - first)}, from ${formatInstant(first)} to ${formatInstant(last)}`,
    };
  },
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

const NO_EVENTS: Measured = { word: "no evidence in this bundle", text: "the case holds no event" };
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

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

function leastCoverage({ principal, action, time }: Coverage): number {
  return Math.min(principal, action, time);
}

function share(found: number, of: number): string {
  return `${counted(found)} of ${counted(of)}`;
}

function seconds(nanoseconds: bigint): string {
  return String(Number(nanoseconds / NANOSECONDS_PER_MILLISECOND) / 1_000);
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

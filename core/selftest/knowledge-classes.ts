import { formatVerifierKey } from "../signing/verifier-key.ts";
import { type KnownState } from "../verification/means.ts";
import { LOG_KEY, SELFTEST_ORIGIN } from "./corpus.ts";
import { type TamperClass } from "./tamper-class.ts";

/** The examiner holds a state of this log, under the same key. */
function holding(size: number, statedAt: string): NonNullable<TamperClass["means"]> {
  const held: KnownState = {
    vkey: formatVerifierKey(LOG_KEY.verifier),
    origin: SELFTEST_ORIGIN,
    size,
    root: "00".repeat(32),
    seenAt: "2026-08-01T00:00:00Z",
    statedAt,
  };
  return (means) => ({ ...means, knownStates: [held] });
}

const LARGER = 1_000;

/** Bundles that nobody changed, and what the examiner knows besides. */
export const KNOWLEDGE_CLASSES: readonly TamperClass[] = [
  {
    id: "T08-cut",
    what: "an export made after a state that it does not reach",
    atBest: "altered",
    codes: ["tail-cut"],
    apply: () => undefined,
    means: holding(LARGER, "2020-01-01T00:00:00Z"),
  },
  {
    id: "T14",
    what: "a smaller state, seen before, that the log does not continue",
    atBest: "conflict",
    codes: ["two-histories"],
    apply: () => undefined,
    means: holding(1, "2026-01-01T00:00:00Z"),
  },
  {
    id: "T15",
    what: "an older export than one seen before",
    atBest: "verified-with-limits",
    codes: ["older-export"],
    apply: () => undefined,
    means: holding(LARGER, "2036-01-01T00:00:00Z"),
  },
  {
    id: "T31",
    what: "a time stamp by an authority that is not trusted",
    atBest: "verified-with-limits",
    codes: ["time-stamp-not-trusted"],
    isOfStamps: true,
    apply: () => undefined,
    means: (means) => ({ ...means, timeAuthorities: [] }),
  },
  {
    id: "T32",
    what: "a time stamp whose certificate has ended since",
    atBest: "verified",
    codes: ["time-stamp-certificate-expired"],
    isOfStamps: true,
    apply: () => undefined,
    means: (means) => ({ ...means, nowMs: Date.UTC(2200, 0, 1) }),
  },
];

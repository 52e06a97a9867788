/** The one vocabulary of verdicts (docs/verdicts.md). Worst wins; "cannot tell" is never rounded to good. */

/** Bundles, exhibits and packages, from best to worst. */
export const BUNDLE_VERDICTS = [
  "verified",
  "verified-with-limits",
  "not-verifiable",
  "altered",
  "conflict",
  "refused",
] as const;
export type BundleVerdict = (typeof BUNDLE_VERDICTS)[number];

/** One check. `not-attempted` always comes with a reason; "nothing to check" is this and never `verified`. */
export type CheckVerdict = "verified" | "failed" | "not-verifiable" | "not-attempted";

/** One event. */
export const ROW_VERDICTS = ["verified", "with-limits", "not-verifiable", "altered", "withheld", "pending"] as const;
export type RowVerdict = (typeof ROW_VERDICTS)[number];

/** The custody journal. `not-verifiable` when no examiner endorsed its session keys. */
export type CustodyVerdict = "verified" | "altered" | "not-verifiable";

/** The worst of several bundle verdicts; `verified` for none. */
export function worstVerdict(verdicts: Iterable<BundleVerdict>): BundleVerdict {
  let worst = 0;
  for (const verdict of verdicts) worst = Math.max(worst, BUNDLE_VERDICTS.indexOf(verdict));
  return BUNDLE_VERDICTS[worst] ?? "refused";
}

/** The process exit code of a verdict: 0 verified (with or without limits), 1 altered or conflict, 2 not verifiable, 3 refused. */
export function exitCodeOfVerdict(verdict: BundleVerdict): 0 | 1 | 2 | 3 {
  switch (verdict) {
    case "verified":
    case "verified-with-limits":
      return 0;
    case "altered":
    case "conflict":
      return 1;
    case "not-verifiable":
      return 2;
    case "refused":
      return 3;
  }
}

/** The word people read for a verdict. */
export function verdictWord(verdict: BundleVerdict): string {
  switch (verdict) {
    case "verified":
      return "Verified";
    case "verified-with-limits":
      return "Verified with limits";
    case "not-verifiable":
      return "Not verifiable";
    case "altered":
      return "Altered";
    case "conflict":
      return "Conflict";
    case "refused":
      return "Refused";
  }
}

/** Where in the evidence something is. All members are optional; `index` is the leaf index, `line` starts at 1. */
export interface EvidenceLocation {
  readonly segment?: number;
  readonly index?: number;
  /** The last index that is meant. */
  readonly endIndex?: number;
  /** Where the records between `index` and `endIndex` are not all meant: those that are, in ascending order, the first thousand. */
  readonly ranges?: readonly { readonly index: number; readonly endIndex: number }[];
  readonly file?: string;
  readonly line?: number;
  readonly offset?: number;
}

/** One check of a verification, as it is reported. */
export interface Check {
  /** Stable kebab-case name, explained in docs/verdicts.md. */
  readonly name: string;
  readonly verdict: CheckVerdict;
  /** How many items were checked, and how many of them failed. */
  readonly checked: number;
  readonly failed: number;
  /** One sentence: what was found, or why the check was not attempted. */
  readonly note: string;
}

/** A cause, found by a check. Its verdict is the lowest bundle verdict it allows; a mere note is `verified`. */
export interface VerificationFinding {
  /** Stable kebab-case code, explained in docs/verdicts.md. */
  readonly code: string;
  readonly verdict: BundleVerdict;
  readonly message: string;
  readonly where: EvidenceLocation;
  readonly expected?: string;
  readonly found?: string;
}

export interface KeyUse {
  /** For log keys the C2SP key id (8 hex digits), for certificates the SHA-256 fingerprint. */
  readonly id: string;
  readonly name: string;
  /** `pinned` by the examiner, found only in the `bundle`, or `unknown` (signs, but no key material is at hand). */
  readonly trust: "pinned" | "bundle" | "unknown";
  /** The key itself, for a pinned log key: a findings package carries it. */
  readonly vkey?: string;
  /** An RSA key of CloudTrail, SubjectPublicKeyInfo as base64: what the examiner compares and pins. */
  readonly publicKey?: string;
}

/** An event that started, stopped or changed a trail, shown beside a gap. */
export interface GapEvent {
  /** As recorded. */
  readonly time: string;
  readonly name: string;
  readonly principal: string;
  readonly file: string;
  /** Record in the file, from 0. */
  readonly index: number;
}

/** A stretch of time that a chain of digests does not prove. */
export interface ChainGap {
  readonly from: string;
  readonly to: string;
  /** One sentence. */
  readonly reason?: string;
  readonly events?: readonly GapEvent[];
}

/** A chain of CloudTrail digests (empty for other proofs): from the start of its oldest digest to the end of its newest. */
export interface DigestChain {
  /** `[organisation/]account/region/trail@home region[/backfill]` */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly digests: number;
  readonly logs: number;
  readonly gaps: readonly ChainGap[];
  /** What of it is proven under a pinned key, from end to end; null when nothing is. */
  readonly proven?: { readonly from: string; readonly to: string } | null;
  /** Times of digests that name log files which are changed, unreadable or missing. */
  readonly altered?: readonly { readonly from: string; readonly to: string }[];
}

/** What `assay verify --json` prints: the result of verifying one bundle or folder. */
export interface VerifyResult {
  readonly verdict: BundleVerdict;
  readonly proof: "sealed-log" | "tiles" | "cloudtrail-digests" | "cloudtrail-lake" | "none";
  readonly log: {
    readonly origin: string;
    readonly treeSize: number;
    readonly rootHash: string;
    /** The signed note of this state, verbatim: what an inclusion proof in a findings package leads to. */
    readonly checkpoint?: string;
  } | null;
  readonly chains: readonly DigestChain[];
  readonly window: {
    readonly asked: { readonly from: string | null; readonly to: string | null } | null;
    readonly proven: { readonly from: string | null; readonly to: string | null } | null;
  };
  readonly counts: {
    readonly records: number;
    readonly segments: number;
    readonly withheld: number;
    readonly absent: number;
  };
  readonly checks: readonly Check[];
  readonly findings: readonly VerificationFinding[];
  readonly keys: readonly KeyUse[];
}

/** How copies of a log are to each other: one history, the beginning of one, two that exclude each other, or not one log. */
export type CopiesRelation = "equal" | "prefix" | "fork" | "unrelated";

/** Records that one of several copies holds as they were logged. */
export interface GoodRange {
  /** Leaf indexes; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** Position of the copy, from 0. */
  readonly copy: number;
}

/** What `assay verify --json` prints for several copies. */
export interface CopiesResult {
  /** The worst of the copies, and `conflict` for a fork under a pinned key. */
  readonly verdict: BundleVerdict;
  readonly copies: readonly VerifyResult[];
  readonly relation: CopiesRelation;
  readonly good: readonly GoodRange[];
}

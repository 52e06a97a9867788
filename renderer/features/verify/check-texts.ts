import { type Check, type VerificationFinding } from "../../../core/model/verdict.ts";

interface CheckTexts {
  readonly label: string;
  readonly what: string;
  readonly how: string;
  /** Codes of the findings this check comes to. */
  readonly codes: readonly string[];
}

/** What a person reads about each check. Names and codes are the verifier's (docs/verdicts.md). */
const TEXTS: Readonly<Record<string, CheckTexts>> = {
  container: {
    label: "Container and names",
    what: "The archive or folder itself: names, sizes, links, duplicates, and that every segment can be unpacked.",
    how: "Limits on count, size and ratio are applied before reading. Nothing is unpacked by its own name.",
    codes: ["zip-checksum-mismatch", "withheld-malformed", "fetch-file"],
  },
  bag: {
    label: "File list",
    what: "Every file of the bundle against the list of digests it came with.",
    how: "BagIt (RFC 8493): SHA-256 of each listed file; a file that is not listed, listed twice or missing is a finding.",
    codes: [
      "file-altered",
      "file-missing",
      "file-rewritten",
      "segment-repacked",
      "unlisted-file",
      "duplicate-listing",
      "manifest-malformed",
      "line-endings-converted",
    ],
  },
  statement: {
    label: "Export statement",
    what: "What the exporter stated about this bundle, and its signature.",
    how: "DSSE envelope with an in-toto statement, its subjects compared with the digests found.",
    codes: [
      "statement-mismatch",
      "statement-malformed",
      "statement-missing",
      "statement-not-trusted",
      "algorithm-not-accepted",
    ],
  },
  "log-signature": {
    label: "Log signature",
    what: "The log's signature over each signed state, under a key that you pinned.",
    how: "C2SP signed note, Ed25519. A key that only the bundle states is never trusted.",
    codes: [
      "key-not-pinned",
      "key-substituted",
      "log-signature-missing",
      "signature-invalid",
      "checkpoint-missing",
      "checkpoint-malformed",
      "unknown-signatures",
      "two-histories",
    ],
  },
  tree: {
    label: "Content and order",
    what: "Every record: that it is the one that was logged, at its place, with none missing or added.",
    how: "Leaf = SHA-256(0x00 ‖ record bytes), Merkle root over all leaves (RFC 9162 §2.1.1) against every signed root.",
    codes: [
      "record-altered",
      "content-altered",
      "records-missing",
      "records-added",
      "record-duplicated",
      "records-reordered",
      "tail-missing",
      "head-missing",
      "segment-foreign",
      "segment-misplaced",
    ],
  },
  locate: {
    label: "Locating a difference",
    what: "Which record it is that differs, when a root does not match.",
    how: "The leaves are compared one by one with the level-0 tiles that the signed root covers.",
    codes: [],
  },
  segments: {
    label: "Segment form",
    what: "That each segment begins and ends as the log began and ended it.",
    how: "The open and seal records of each segment are read strictly and compared with their place in the log.",
    codes: ["segment-form", "line-feed-missing"],
  },
  chain: {
    label: "Hash chain",
    what: "That each record follows the one before it.",
    how: "Chain head = SHA-256(head before ‖ leaf), from the open record of a segment to its seal record.",
    codes: ["chain-broken"],
  },
  withheld: {
    label: "Withheld records",
    what: "Records that were left out on purpose: their digests must stand in for them.",
    how: "The stated digest takes the leaf's place in chain and tree.",
    codes: ["records-withheld", "withheld-unlisted", "withheld-digest-wrong"],
  },
  witnesses: {
    label: "Witnesses",
    what: "Whether others whom you trust saw the same state of the log.",
    how: "Cosignatures of the checkpoint by witnesses of your policy.",
    codes: ["not-witnessed", "quorum-not-met", "witness-signature-invalid"],
  },
  "time-stamps": {
    label: "Time stamps",
    what: "When the signed state existed at the latest, by a clock that is not the log's.",
    how: "RFC 3161 tokens over the checkpoint.",
    codes: [
      "not-stamped",
      "time-stamp-not-trusted",
      "time-stamp-malformed",
      "time-stamp-mismatch",
      "time-stamp-certificate-expired",
    ],
  },
  "key-rotation": {
    label: "Key rotation",
    what: "Whether a change of the log's key was signed by the key before it.",
    how: "Rotation notes signed by both keys; after a compromise, by the new key and another that you pinned.",
    codes: ["rotation-not-authorised", "rotation-malformed"],
  },
  policy: {
    label: "Witness policy",
    what: "The policy file that came with the bundle; only your own policy counts.",
    how: "It is listed and never trusted.",
    codes: [],
  },
  "absent-ranges": {
    label: "Absent ranges",
    what: "Ranges that the exporter says are absent by a rule, such as retention.",
    how: "The range's hashes must lead to the signed roots, the chain must go on, and the stated period must be over.",
    codes: ["records-absent", "removed-too-early", "absent-range-wrong"],
  },
  disclosures: {
    label: "Disclosures",
    what: "Values that the log committed to and that were disclosed separately.",
    how: "SD-JWT digests (RFC 9901): each disclosed value against what its record committed to.",
    codes: ["disclosure-wrong", "disclosures-malformed"],
  },
  custody: {
    label: "Custody envelopes",
    what: "What earlier keepers of the bundle signed about it.",
    how: "DSSE envelopes, one for each hand-over; each names the one before it by digest.",
    codes: ["custody-broken", "custody-not-trusted"],
  },
  "key-validity": {
    label: "Key validity",
    what: "Whether the log's key was valid when it signed.",
    how: "The key's stated period against a proven time, else against the one the log recorded.",
    codes: ["key-outside-validity"],
  },
  anchors: {
    label: "Earlier states",
    what: "Whether this log continues every state of it that you have seen before.",
    how: "The roots of remembered states are computed again from the records found.",
    codes: ["older-export", "tail-cut"],
  },
  records: {
    label: "Reading the records",
    what: "What proven records say: text that tools may read differently, and times that cannot be right.",
    how: "Our strict JSON reader over every proven record; times against each other, time stamps and witnesses.",
    codes: [
      "time-goes-back",
      "time-after-seal",
      "duplicate-field",
      "ambiguous-record",
      "confusable-text",
      "withheld-guessable",
    ],
  },
  inclusion: {
    label: "Inclusion in the log",
    what: "Whether the record of a proof file is in the signed log.",
    how: "The leaf and the proof's hashes lead to a root (RFC 9162 §2.1.3), which must be the signed one.",
    codes: ["inclusion-wrong", "record-not-at-hand"],
  },
  "note-signature": {
    label: "Signature of a note",
    what: "Whether a key that you pinned signed this text.",
    how: "C2SP signed note. The text says nothing about records.",
    codes: [],
  },
  "hash-comparison": {
    label: "Hash comparison",
    what: "That two implementations of SHA-256 agree on this computer.",
    how: "Records, tree and chain are computed by both; a difference is the computer's fault, not the evidence's.",
    codes: ["hash-disagreement"],
  },
  content: {
    label: "Content",
    what: "Whether anything came with the evidence that could prove its content.",
    how: "Nothing did: the digest taken on arrival shows changes from now on, and nothing before.",
    codes: ["no-digests", "no-proof"],
  },
};

/** The texts of a check; a name without texts is shown as it is, in words. */
export function textsOf(name: string): CheckTexts {
  const label = name.replaceAll("-", " ");
  return (
    TEXTS[name] ?? {
      label: label.charAt(0).toUpperCase() + label.slice(1),
      what: "See docs/verdicts.md under this name.",
      how: "See docs/verdicts.md under this name.",
      codes: [],
    }
  );
}

/** The check a finding belongs to; one of no known check belongs to the first, which is about the evidence as a whole. */
export function checkOfFinding(finding: VerificationFinding, checks: readonly Check[]): string | undefined {
  return (checks.find((check) => textsOf(check.name).codes.includes(finding.code)) ?? checks[0])?.name;
}

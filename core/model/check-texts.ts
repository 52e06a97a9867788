import { ATTACHMENT_TEXTS } from "./attachment-check-texts.ts";
import { type CheckText } from "./check-text.ts";
import { FOREIGN_TEXTS } from "./foreign-check-texts.ts";
import { type Check, type VerificationFinding } from "./verdict.ts";

/** What a person reads about each check. Names and codes are the verifier's (docs/verdicts.md). */
const TEXTS: Readonly<Record<string, CheckText>> = {
  ...FOREIGN_TEXTS,
  ...ATTACHMENT_TEXTS,
  container: {
    label: "Container and names",
    what: "The archive or folder itself: names, sizes, links, duplicates, and that every segment can be unpacked.",
    how: "Limits on count, size and ratio are applied before reading. Nothing is unpacked by its own name.",
    notShown: "That the content is what was logged: a well-formed archive can hold anything.",
    codes: ["zip-checksum-mismatch", "withheld-malformed", "fetch-file", "archive-remark"],
  },
  bag: {
    label: "File list",
    what: "Every file of the bundle against the list of digests it came with.",
    how: "BagIt (RFC 8493): SHA-256 of each listed file; a file that is not listed, listed twice or missing is a finding.",
    notShown: "Who made the list. Anyone can write digests anew; what pins them is the signed statement.",
    codes: [
      "file-altered",
      "file-missing",
      "file-rewritten",
      "segment-repacked",
      "unlisted-file",
      "file-unproven",
      "duplicate-listing",
      "manifest-malformed",
      "line-endings-converted",
    ],
  },
  statement: {
    label: "Export statement",
    what: "What the exporter stated about this bundle, and its signature.",
    how: "DSSE envelope with an in-toto statement, its subjects compared with the digests found.",
    notShown: "That the exporter left nothing out beyond what it lists, or told the truth about the source.",
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
    notShown: "That the key's holder is honest, or that nobody else has the key.",
    codes: [
      "key-not-pinned",
      "key-substituted",
      "log-signature-missing",
      "signature-invalid",
      "checkpoint-missing",
      "checkpoint-malformed",
      "checkpoint-unproven",
      "unknown-signatures",
      "two-histories",
    ],
  },
  tree: {
    label: "Content and order",
    what: "Every record: that it is the one that was logged, at its place, with none missing or added.",
    how: "Each leaf is SHA-256 of a zero byte and the record's bytes; the Merkle root over all leaves (RFC 9162 §2.1.1) against every signed root.",
    notShown: "That the system recorded everything, or recorded it truthfully before it was signed.",
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
      "segment-repeated",
    ],
  },
  locate: {
    label: "Locating a difference",
    what: "Which record it is that differs, when a root does not match.",
    how: "The leaves are compared one by one with the level-0 tiles that the signed root covers.",
    notShown: "What the record said before: a digest cannot be read backwards.",
    codes: [],
  },
  segments: {
    label: "Segment form",
    what: "That each segment begins and ends as the log began and ended it.",
    how: "The open and seal records of each segment are read strictly and compared with their place in the log.",
    notShown: "Anything about the records between the first and the last.",
    codes: ["segment-form", "line-feed-missing"],
  },
  chain: {
    label: "Hash chain",
    what: "That each record follows the one before it.",
    how: "Each head is SHA-256 of the head before and the leaf, from the open record of a segment to its seal record.",
    notShown: "More than the tree shows; it lets the log keep its head in a device between signatures.",
    codes: ["chain-broken"],
  },
  withheld: {
    label: "Withheld records",
    what: "Records that were left out on purpose: their digests must stand in for them.",
    how: "The stated digest takes the leaf's place in chain and tree.",
    notShown: "What the withheld records say, or that withholding them was right.",
    codes: ["records-withheld", "withheld-unlisted", "withheld-digest-wrong"],
  },
  witnesses: {
    label: "Witnesses",
    what: "Whether others whom you trust saw the same state of the log.",
    how: "Cosignatures of the checkpoint by witnesses of your policy.",
    notShown: "That witnesses read the records: they confirm one history, not its truth.",
    codes: ["not-witnessed", "quorum-not-met", "witness-signature-invalid", "witness-clock-wrong"],
  },
  "time-stamps": {
    label: "Time stamps",
    what: "When the signed state existed at the latest, by a clock that is not the log's.",
    how: "RFC 3161 tokens over the checkpoint.",
    notShown: "When the events happened: only that the signed state existed by that time. Revocation is not checked.",
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
    notShown: "That the new key is in the right hands, only that the old key agreed.",
    codes: ["rotation-not-authorised", "rotation-malformed"],
  },
  policy: {
    label: "Witness policy",
    what: "The policy file that came with the bundle; only your own policy counts.",
    how: "It is listed and never trusted.",
    notShown: "Anything: a policy in the bundle is a claim.",
    codes: [],
  },
  "absent-ranges": {
    label: "Absent ranges",
    what: "Ranges that the exporter says are absent by a rule, such as retention.",
    how: "The range's hashes must lead to the signed roots, the chain must go on, and the stated period must be over.",
    notShown: "What the absent records said, or that the rule was lawful; their number and place are proven.",
    codes: ["records-absent", "removed-too-early", "absent-range-wrong"],
  },
  disclosures: {
    label: "Disclosures",
    what: "Values that the log committed to and that were disclosed separately.",
    how: "SD-JWT digests (RFC 9901): each disclosed value against what its record committed to.",
    notShown: "That fields which were not disclosed are unimportant.",
    codes: ["disclosure-wrong", "disclosures-malformed"],
  },
  custody: {
    label: "Custody envelopes",
    what: "What earlier keepers of the bundle signed about it.",
    how: "DSSE envelopes, one for each hand-over; each names the one before it by digest.",
    notShown: "That no later entry was taken off the end.",
    codes: ["custody-broken", "custody-not-trusted"],
  },
  "key-validity": {
    label: "Key validity",
    what: "Whether the log's key was valid when it signed.",
    how: "The key's stated period against a proven time, else against the one the log recorded.",
    notShown: "That the key was not stolen while it was valid.",
    codes: ["key-outside-validity", "keys-unreadable"],
  },
  anchors: {
    label: "Earlier states",
    what: "Whether this log continues every state of it that you have seen before.",
    how: "The roots of remembered states are computed again from the records found.",
    notShown: "That the log has not gone on since, or shown others another history.",
    codes: ["older-export", "tail-cut", "two-histories", "state-not-compared"],
  },
  records: {
    label: "Reading the records",
    what: "What proven records say: text that tools may read differently, and times that cannot be right.",
    how: "Our strict JSON reader over every proven record; times against each other, time stamps and witnesses.",
    notShown: "That times are right: a clock can be wrong and still run forward.",
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
    notShown: "That the log has no other record of the same event.",
    codes: ["inclusion-wrong", "record-not-at-hand"],
  },
  "note-signature": {
    label: "Signature of a note",
    what: "Whether a key that you pinned signed this text.",
    how: "C2SP signed note. The text says nothing about records.",
    notShown: "Anything about records.",
    codes: [],
  },
  "hash-comparison": {
    label: "Hash comparison",
    what: "That two implementations of SHA-256 agree on this computer.",
    how: "Records, tree and chain are computed by both; a difference is the computer's fault, not the evidence's.",
    notShown: "Anything about the evidence: only that this computer computes the same twice.",
    codes: ["hash-disagreement"],
  },
  content: {
    label: "Content",
    what: "Whether anything came with the evidence that could prove its content.",
    how: "Where no proof came: the digest taken on arrival shows changes from then on, and nothing before.",
    notShown: "Anything about the time before arrival.",
    codes: ["no-digests", "no-proof"],
  },
};

/** The texts of a check; a name without texts is shown as it is, in words. */
export function textsOf(name: string): CheckText {
  const label = name.replaceAll("-", " ");
  return (
    TEXTS[name] ?? {
      label: label.charAt(0).toUpperCase() + label.slice(1),
      what: "See docs/verdicts.md under this name.",
      how: "See docs/verdicts.md under this name.",
      notShown: "See docs/verdicts.md under this name.",
      codes: [],
    }
  );
}

/**
 * The check a finding belongs to: of several that can come to it one that failed. One of no known check belongs to
 * the first, which is about the evidence as a whole.
 */
export function checkOfFinding(finding: VerificationFinding, checks: readonly Check[]): string | undefined {
  const able = checks.filter((check) => textsOf(check.name).codes.includes(finding.code));
  return (able.find(({ verdict }) => verdict === "failed") ?? able[0] ?? checks[0])?.name;
}

/** Judges all digests of an export: the newest of each chain first, since a successor speaks for what is before it. */
import { type Digest } from "../bundle/cloudtrail-digest.ts";
import { type CloudTrailExport, type DigestFile } from "../bundle/cloudtrail-export.ts";
import { type ObjectMetadata } from "../bundle/object-metadata.ts";
import { append } from "../model/grouped.ts";
import { type Check, type VerificationFinding } from "../model/verdict.ts";
import { type RsaVerify } from "../signing/rsa-key.ts";
import { type KeyRing } from "./cloudtrail-keys.ts";
import {
  duplicateFindings,
  metadataFindings,
  packingFindings,
  periodFinding,
  relocationFinding,
  trustFindings,
  unreadableFinding,
} from "./digest-findings.ts";
import { DigestJudge, type WrongSignature } from "./digest-judge.ts";
import { keyOfPath, SignatureIndex } from "./digest-metadata.ts";
import { isProven, liesAt, type DigestStatus, type JudgedDigest } from "./judged-digest.ts";

export interface DigestsOutcome {
  /** Oldest first. Those that could not be read are not among them. */
  readonly digests: readonly JudgedDigest[];
  /** Files that are digests by name and cannot be read as one. */
  readonly unreadable: readonly DigestFile[];
  readonly findings: readonly VerificationFinding[];
  readonly check: Check;
}

/** Judges the digests of an export. */
export function judgeDigests(contents: CloudTrailExport, ring: KeyRing, rsa: RsaVerify): DigestsOutcome {
  const { digests: files, metadata } = contents;
  const signatures = new SignatureIndex(metadata.entries);
  const findings: VerificationFinding[] = [];
  const judged: JudgedDigest[] = [];
  const doubtful: WrongSignature[] = [];
  const fulfilled = new Set<ObjectMetadata>();
  const successors = new Map<string, JudgedDigest[]>();
  for (const { file, digest } of readable(files)) {
    const before = [...(successors.get(digest.key) ?? []), ...(successors.get(keyOfPath(file.path)) ?? [])];
    const judge = new DigestJudge(file, digest, signatures.of(file, digest), [...new Set(before)], ring, rsa);
    const result = judge.judge();
    for (const entry of judge.fulfilled) fulfilled.add(entry);
    findings.push(...judge.findings);
    doubtful.push(...judge.doubtful);
    judged.push(result);
    if (digest.previous !== null) append(successors, digest.previous.key, result);
  }
  judged.reverse();
  const unreadable = files.filter(({ reading }) => reading.kind !== "digest");
  findings.push(
    // Where two digests are signed for one object, the signature of one is none of the other.
    ...doubtful.flatMap(({ entry, finding: wrong }) => (fulfilled.has(entry) ? [] : [wrong])),
    ...unreadable.map(unreadableFinding),
    ...packingFindings(files),
    ...metadataFindings(contents, signatures.unused()),
    ...trustFindings(judged),
    ...relocationFinding(judged),
    ...periodFinding(judged),
    ...duplicateFindings(judged),
  );
  return { digests: judged, unreadable, findings, check: digestCheck(judged, unreadable) };
}

/** Each digest once, however often it was copied, the newest first. */
function readable(files: readonly DigestFile[]): readonly { readonly file: DigestFile; readonly digest: Digest }[] {
  const found = new Map<string, { file: DigestFile; digest: Digest }>();
  for (const file of files) {
    if (file.reading.kind !== "digest") continue;
    const { digest } = file.reading;
    const known = found.get(file.sha256);
    if (!known || (!liesAt(known.file.path, digest.key) && liesAt(file.path, digest.key))) {
      found.set(file.sha256, { file, digest });
    }
  }
  return [...found.values()].sort(
    (a, b) =>
      Number(b.digest.end - a.digest.end) ||
      Number(b.digest.start - a.digest.start) ||
      (a.file.path < b.file.path ? -1 : 1),
  );
}

function digestCheck(digests: readonly JudgedDigest[], unreadable: readonly DigestFile[]): Check {
  const count = (...statuses: readonly DigestStatus[]): number =>
    digests.filter(({ status }) => statuses.includes(status)).length;
  const parts = [
    [count("verified"), "verified by their own signature"],
    [count("from-successor"), "by the signature that their successor repeats"],
    [count("hash-committed"), "by the hash that their successor names"],
    [count("unsigned"), "without a signature"],
    [count("key-unknown", "key-unreadable"), "by a key that is not known"],
    [count("refuted"), "altered"],
    [unreadable.length, "not readable"],
  ] as const;
  const note = parts.flatMap(([number, text]) => (number > 0 ? [`${number} ${text}`] : [])).join(", ");
  const failed = count("refuted") + unreadable.length;
  const checked = digests.length + unreadable.length;
  const unproven = digests.some((digest) => !isProven(digest));
  const verdict = failed > 0 ? "failed" : unproven ? "not-verifiable" : checked > 0 ? "verified" : "not-attempted";
  return { name: "digests", verdict, checked, failed, note };
}

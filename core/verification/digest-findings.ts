/** What is told of all digests of an export together. */
import { type CloudTrailExport, type DigestFile } from "../bundle/cloudtrail-export.ts";
import { type ObjectMetadata } from "../bundle/object-metadata.ts";
import { groupedBy } from "../model/grouped.ts";
import { quote } from "../model/problem.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { isInUse } from "./cloudtrail-keys.ts";
import { countOf, finding } from "./findings.ts";
import { isConsistent, isProven, type JudgedDigest } from "./judged-digest.ts";

/** A file that is a digest by its name and cannot be read as one. */
export function unreadableFinding({ path, reading, packing }: DigestFile): VerificationFinding {
  if (reading.kind === "algorithm") {
    const message = `The digest ${quote(path)} uses an algorithm that is not accepted: ${quote(reading.algorithm)}.`;
    return finding("digest-algorithm", "not-verifiable", message, { file: path });
  }
  const reason = reading.kind === "malformed" ? reading.reason : (packing.fault?.message ?? "");
  return finding("digest-malformed", "altered", `The digest cannot be read: ${reason}.`, { file: path });
}

/** Digests whose compressed files are damaged behind their content. */
export function packingFindings(files: readonly DigestFile[]): readonly VerificationFinding[] {
  return files
    .filter(({ packing, reading }) => packing.trailerDamaged && reading.kind === "digest")
    .map(({ path }) => trailerFinding(path));
}

/** The check sum of a compressed file is wrong, while its content is what was signed. */
export function trailerFinding(path: string): VerificationFinding {
  const message = "The compressed file's own check sum does not fit its content; the content is proven by its hash.";
  return finding("gzip-trailer-damaged", "verified-with-limits", message, { file: path });
}

/** Metadata that cannot be read, or that belongs to nothing here: `unused` names digests that are not in the export. */
export function metadataFindings(
  { metadata }: CloudTrailExport,
  unused: readonly ObjectMetadata[],
): readonly VerificationFinding[] {
  const malformed = metadata.faults.map(({ path, line, reason }) =>
    finding("metadata-malformed", "verified-with-limits", `Object metadata cannot be read: ${reason}.`, {
      file: path,
      line,
    }),
  );
  const [first] = unused;
  if (!first) return malformed;
  const message = `Object metadata names ${countOf(unused.length, "digest")} that ${unused.length === 1 ? "is" : "are"} not in the export.`;
  const note = finding("metadata-unmatched", "verified", message, { file: first.path, line: first.line });
  return [...malformed, note];
}

/** Digests that only keys of the export itself prove, by key. */
export function trustFindings(digests: readonly JudgedDigest[]): readonly VerificationFinding[] {
  const byKey = groupedBy(
    digests.filter(({ trust }) => trust === "bundle"),
    ({ digest }) => digest.keyFingerprint,
  );
  return [...byKey].map(([fingerprint, signed]) => {
    const source = signed[0]?.key?.source ?? "";
    const message = `${countOf(signed.length, "digest")} ${signed.length === 1 ? "is" : "are"} consistent with the keys supplied in this export (key ${quote(fingerprint)} in ${quote(source)}), which proves nothing about who made ${signed.length === 1 ? "it" : "them"}.`;
    return finding("digest-key-not-pinned", "not-verifiable", message, { file: source }, { found: fingerprint });
  });
}

/** Proven digests that lie elsewhere than they say. */
export function relocationFinding(digests: readonly JudgedDigest[]): readonly VerificationFinding[] {
  const moved = digests.filter((digest) => digest.relocated && isConsistent(digest));
  const [first] = moved;
  if (!first) return [];
  const message = `${countOf(moved.length, "digest")} ${moved.length === 1 ? "is" : "are"} not where CloudTrail kept ${moved.length === 1 ? "it" : "them"}; the content is what was signed.`;
  const difference = { expected: quote(first.digest.key), found: quote(first.file.path) };
  return [finding("digest-relocated", "verified-with-limits", message, { file: first.file.path }, difference)];
}

/** Digests that were signed when their key was not in use. */
export function periodFinding(digests: readonly JudgedDigest[]): readonly VerificationFinding[] {
  const outside = digests.filter(
    ({ key, signedAt }) => key !== undefined && signedAt !== null && !isInUse(key, signedAt),
  );
  const [first] = outside;
  if (!first) return [];
  const message = `${countOf(outside.length, "digest")} ${outside.length === 1 ? "was" : "were"} signed outside the stated period of use of the key.`;
  return [finding("digest-key-period", "verified-with-limits", message, { file: first.file.path })];
}

/** Two digests for one object, both signed. */
export function duplicateFindings(digests: readonly JudgedDigest[]): readonly VerificationFinding[] {
  const byObject = groupedBy(digests.filter(isConsistent), ({ digest }) => `${digest.bucket}/${digest.key}`);
  return [...byObject.values()]
    .filter(({ length }) => length > 1)
    .map(([first, second]) => {
      const pinned = first !== undefined && second !== undefined && isProven(first) && isProven(second);
      const message = `Two different digests are signed for ${quote(first?.digest.key ?? "")}. Keep both.`;
      const where = { file: second?.file.path ?? "" };
      return finding("chain-conflict", pinned ? "conflict" : "not-verifiable", message, where);
    });
}

/**
 * Keys that digests may be signed with. Trust comes from the keys the examiner pinned; a key that the export brings along
 * makes it consistent with itself and proves nothing about who made it.
 */
import { type CloudTrailExport } from "../bundle/cloudtrail-export.ts";
import { formatBase64 } from "../encoding/base64.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { Problem, quote } from "../model/problem.ts";
import { type Instant } from "../model/time.ts";
import { type KeyUse, type VerificationFinding } from "../model/verdict.ts";
import { parsePublicKeyList, type ListedKey } from "../signing/public-key-list.ts";
import { type RsaPublicKey } from "../signing/rsa-key.ts";
import { check, countOf, finding, notVerifiable, type CheckOutcome } from "./findings.ts";

/** A key under which a signature may count. */
export interface DigestKey extends ListedKey {
  readonly trust: "pinned" | "bundle";
  /** Where it came from, as people read it. */
  readonly source: string;
}

export interface KeyRing {
  /** Keys of that name, the pinned ones first: a key of the export never stands in for a pinned one. */
  named(fingerprint: string): readonly DigestKey[];
  readonly hasPinned: boolean;
  readonly findings: readonly VerificationFinding[];
}

/** The keys that were pinned and those of the export. */
export function collectKeys({ keyFiles }: Pick<CloudTrailExport, "keyFiles">, pinned: readonly ListedKey[]): KeyRing {
  const findings: VerificationFinding[] = [];
  const keys: DigestKey[] = pinned.map((key) => ({ ...key, trust: "pinned", source: "pinned by the examiner" }));
  for (const { path, content } of keyFiles) {
    try {
      for (const key of parsePublicKeyList(content)) {
        const deviation = deviationOf(key, pinned);
        if (deviation === undefined) keys.push({ ...key, trust: "bundle", source: path });
        if (deviation !== undefined && deviation !== "same") findings.push(deviation(path));
        else if (key.unusualFingerprint) findings.push(unusualFinding(key, path));
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const message = `The list of public keys cannot be read: ${error.message}.`;
      findings.push(finding("key-list-malformed", "verified-with-limits", message, { file: path }));
    }
  }
  return {
    findings,
    hasPinned: pinned.length > 0,
    named: (fingerprint) => keys.filter(({ fingerprints }) => fingerprints.includes(fingerprint)),
  };
}

/** Whether a time lies in the stated period of a key, both ends in it; one that states no bound has none. */
export function isInUse({ validFrom, validTo }: DigestKey, time: Instant): boolean {
  return (validFrom === null || time >= validFrom) && (validTo === null || time <= validTo);
}

function unusualFinding({ fingerprints }: ListedKey, file: string): VerificationFinding {
  const message = `Key ${quote(fingerprints[0] ?? "")} is listed without a fingerprint, or under one that is not the MD5 of its bytes, as those of CloudTrail are.`;
  return finding("key-fingerprint-unusual", "verified", message, { file });
}

/** How a key of the export relates to the pinned ones: the same, at odds with one, or unknown to them. */
function deviationOf(
  key: ListedKey,
  pinned: readonly ListedKey[],
): "same" | ((path: string) => VerificationFinding) | undefined {
  const [name = ""] = key.fingerprints;
  const namesake = pinned.find(({ fingerprints }) => fingerprints.includes(name));
  if (namesake === undefined) return undefined;
  if (!namesake.key || !key.key || !equalBytes(namesake.key.spki, key.key.spki)) {
    const message = `The key that the export lists as ${quote(name)} is not the key on record under this fingerprint. Possible substitution.`;
    return (file) => finding("key-substituted", "not-verifiable", message, { file });
  }
  const isStated = namesake.validFrom !== null || namesake.validTo !== null;
  if (isStated && (namesake.validFrom !== key.validFrom || namesake.validTo !== key.validTo)) {
    const message = `The export states another period of use for key ${quote(name)} than the list you trust.`;
    return (file) => finding("key-period-differs", "verified-with-limits", message, { file });
  }
  return "same";
}

/** A digest's use of keys. */
export interface KeyDemand {
  readonly fingerprint: string;
  readonly region: string | undefined;
  /** The key that the signature verified under, if any did. */
  readonly used: DigestKey | undefined;
}

/** The keys that digests name, with how they are trusted. */
export function keyUses(demands: readonly KeyDemand[], ring: KeyRing): readonly KeyUse[] {
  const uses = new Map<string, KeyUse>();
  for (const { fingerprint, region, used } of demands) {
    const known = used ?? ring.named(fingerprint)[0];
    const place = `AWS CloudTrail${region === undefined ? "" : ` ${region}`}`;
    const name = known === undefined ? place : `${place} (${known.source})`;
    const publicKey = known?.key === undefined ? {} : { publicKey: publicKeyText(known.key) };
    const earlier = uses.get(fingerprint);
    if (earlier && (earlier.trust !== "unknown" || known === undefined)) continue;
    uses.set(fingerprint, { id: fingerprint, name, trust: known?.trust ?? "unknown", ...publicKey });
  }
  return [...uses.values()];
}

/** What is asked of the keys: that there is a pinned one for every digest. */
export function judgeKeys(demands: readonly KeyDemand[], ring: KeyRing): CheckOutcome {
  const uses = keyUses(demands, ring);
  const unpinned = uses.filter(({ trust }) => trust !== "pinned");
  if (uses.length === 0)
    return { checks: [notVerifiable("digest-keys", "no digest names a key")], findings: ring.findings };
  const note =
    unpinned.length === 0
      ? `${countOf(uses.length, "key")} that you pinned`
      : `${unpinned.length} of ${countOf(uses.length, "key")} not pinned: ${unpinned
          .map(({ name, id }) => `${name} ${quote(id)}`)
          .join(", ")
          .slice(0, 400)}`;
  const checks = [
    unpinned.length === 0
      ? check("digest-keys", uses.length, 0, note)
      : notVerifiable("digest-keys", note, uses.length),
  ];
  return { checks, findings: ring.findings };
}

/** SubjectPublicKeyInfo as base64: what pinning takes. */
function publicKeyText({ spki }: RsaPublicKey): string {
  return formatBase64(spki);
}

/**
 * What an export alone cannot show: whether a chain of digests once was another one, or longer. Heads that the examiner saw
 * under a pinned key are compared with this export, and its own heads are given to be remembered.
 */
import { signedBytes } from "../bundle/cloudtrail-digest.ts";
import { formatBase64 } from "../encoding/base64.ts";
import { formatHex } from "../encoding/bytes.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { groupedBy } from "../model/grouped.ts";
import { formatInstant, instantFromMillis, toMillisLossy } from "../model/time.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { type JudgedDigest } from "./judged-digest.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";

/** The newest digest of a chain whose signature verified under a pinned key. */
export interface DigestHead {
  readonly chain: string;
  /** SubjectPublicKeyInfo of the key, base64. */
  readonly publicKey: string;
  readonly endMs: number;
  /** SHA-256 of the digest file, hex. */
  readonly sha256: string;
}

/** A head that was seen before. */
export interface KnownHead extends DigestHead {
  /** RFC 3339. */
  readonly seenAt: string;
}

/** A head to remember, with the text that the key signed and the signature, hex, on a line of its own. */
export interface SignedHead extends DigestHead {
  readonly signed: string;
}

/** Compares with the heads known of these chains; null when the examiner asked not to. */
export function judgeHeads(known: readonly KnownHead[] | null, digests: readonly JudgedDigest[]): CheckOutcome {
  const own = newestSigned(digests);
  const nothing = (reason: string): CheckOutcome => ({ checks: [notAttempted("anchors", reason)], findings: [] });
  if (own.size === 0) return nothing("no digest is signed by a key you have pinned");
  if (known === null) return nothing("not compared with earlier states");
  const ofChains = known.filter(({ chain }) => own.has(chain));
  if (ofChains.length === 0) return nothing("no earlier state of these chains is remembered");
  const byPlace = new Map(digests.map((digest) => [placeOf(digest), digest]));
  const findings: VerificationFinding[] = [];
  for (const [chain, heads] of groupedBy(ofChains, (head) => head.chain)) {
    const newest = own.get(chain);
    const conflict = heads.find((head) => {
      const digest = byPlace.get(`${chain} ${head.endMs}`);
      return digest !== undefined && digest.file.sha256 !== head.sha256 && keyTextOf(digest) === head.publicKey;
    });
    const latest = heads.reduce((best, head) => (head.endMs > best.endMs ? head : best));
    if (conflict) findings.push(conflictFinding(conflict, byPlace.get(`${chain} ${conflict.endMs}`)));
    else if (newest && latest.endMs > endOf(newest) && !isThere(latest, byPlace)) {
      findings.push(olderFinding(latest, newest));
    }
  }
  const note =
    findings.length === 0
      ? `${countOf(ofChains.length, "earlier head")} of these chains agree with this export`
      : "an earlier head of a chain that you hold differs or is newer";
  return { findings, checks: [check("anchors", ofChains.length, findings.length, note)] };
}

/** The digest itself may be in the export, and only its signature lost. */
function isThere({ chain, endMs, sha256 }: KnownHead, byPlace: ReadonlyMap<string, JudgedDigest>): boolean {
  return byPlace.get(`${chain} ${endMs}`)?.file.sha256 === sha256;
}

/** The heads of an export, to be remembered. */
export function signedHeads(digests: readonly JudgedDigest[]): readonly SignedHead[] {
  return [...newestSigned(digests).values()].flatMap((digest) => {
    const publicKey = keyTextOf(digest);
    if (publicKey === undefined || digest.signature === undefined) return [];
    const { chain, file } = digest;
    const text = decodeUtf8(signedBytes(digest.digest, file.sha256)) ?? "";
    const signed = `${text}\n${formatHex(digest.signature)}`;
    return [{ chain, publicKey, endMs: endOf(digest), sha256: file.sha256, signed }];
  });
}

/** The newest digest of each chain that a pinned key signed. */
function newestSigned(digests: readonly JudgedDigest[]): ReadonlyMap<string, JudgedDigest> {
  const signed = digests.filter(({ trust, signature }) => trust === "pinned" && signature !== undefined);
  return new Map(signed.map((digest) => [digest.chain, digest])); // oldest first: the last one stays
}

function placeOf(digest: JudgedDigest): string {
  return `${digest.chain} ${endOf(digest)}`;
}

function endOf({ digest }: JudgedDigest): number {
  return toMillisLossy(digest.end);
}

function keyTextOf({ key }: JudgedDigest): string | undefined {
  return key?.key && formatBase64(key.key.spki);
}

function conflictFinding(head: KnownHead, digest: JudgedDigest | undefined): VerificationFinding {
  const message = `The key signed two different digests of ${head.chain}: you hold another one for the same hour, seen ${head.seenAt}. Keep both.`;
  const difference = { expected: head.sha256, found: digest?.file.sha256 ?? "" };
  return finding("chain-conflict", "conflict", message, { file: digest?.file.path ?? "" }, difference);
}

function olderFinding(latest: KnownHead, newest: JudgedDigest): VerificationFinding {
  const held = formatInstant(instantFromMillis(latest.endMs));
  const message = `Genuine but not the latest: you hold a later digest of ${latest.chain}, ending ${held}, seen ${latest.seenAt}. This export ends ${newest.digest.endText}.`;
  const difference = { expected: held, found: newest.digest.endText };
  return finding("older-export", "verified-with-limits", message, { file: newest.file.path }, difference);
}

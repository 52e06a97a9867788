/** What changes the trust store: each kind of key is pinned in its own way, and taken back in the same. */
import { X509Certificate } from "node:crypto";

import { platformHash } from "../bundle/platform-crypto.ts";
import { formatBase64 } from "../encoding/base64.ts";
import { formatHex } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { Problem, quote } from "../model/problem.ts";
import { formatPem } from "../signing/pem.ts";
import { parsePublicKeyList } from "../signing/public-key-list.ts";
import { parseTimeAuthorities } from "../signing/time-authority.ts";
import { parsePolicy } from "../signing/tlog-policy.ts";
import { formatVerifierKey, parseVerifierKey } from "../signing/verifier-key.ts";
import {
  readTrustStore,
  writeTrustStore,
  type PinnedExaminer,
  type PinnedPublicKey,
  type TrustStore,
} from "./trust-store.ts";

/** Pins a log key; one that is pinned already gets the new reason. Throws as {@link parseVerifierKey} (T25: weak keys). */
export async function pinLogKey(path: string, vkey: string, reason: string, pinnedAt: string): Promise<TrustStore> {
  const key = parseVerifierKey(platformHash, vkey.trim());
  const store = await readTrustStore(path);
  const pinned = { vkey: formatVerifierKey(key), name: key.name, id: key.id, reason, pinnedAt };
  const others = store.logKeys.filter((other) => other.vkey !== pinned.vkey);
  return writeTrustStore(path, { ...store, logKeys: [...others, pinned] });
}

/**
 * Pins the keys of a list of CloudTrail keys, or a single one; those that are pinned already get the new reason. Throws as
 * {@link parsePublicKeyList}, and `key-malformed` (refused) for a list with a key that cannot be read.
 */
export async function pinPublicKeys(
  path: string,
  given: string,
  reason: string,
  pinnedAt: string,
): Promise<TrustStore> {
  const pinned = parsePublicKeyList(new TextEncoder().encode(given)).map((listed): PinnedPublicKey => {
    const { key, fault, fingerprints, validFrom, validTo } = listed;
    if (key === undefined) throw new Problem("refused", "key-malformed", `public keys: ${fault ?? "no key"}`);
    return {
      publicKey: formatBase64(key.spki),
      fingerprints,
      validFrom: validFrom?.toString() ?? null,
      validTo: validTo?.toString() ?? null,
      reason,
      pinnedAt,
    };
  });
  const store = await readTrustStore(path);
  const others = store.publicKeys.filter((other) => !pinned.some(({ publicKey }) => publicKey === other.publicKey));
  return writeTrustStore(path, { ...store, publicKeys: [...others, ...pinned] });
}

/**
 * Pins a policy, and the keys of the logs that it names, which can be taken back by themselves; the same one again gets the
 * new reason. Throws as {@link parsePolicy}.
 */
export async function pinPolicy(path: string, given: string, reason: string, pinnedAt: string): Promise<TrustStore> {
  const bytes = encodeUtf8(given);
  const { logs } = parsePolicy(platformHash, bytes);
  for (const log of logs) await pinLogKey(path, formatVerifierKey(log), reason, pinnedAt);
  const store = await readTrustStore(path);
  const pinned = { id: formatHex(platformHash(bytes)), text: given, reason, pinnedAt };
  const others = store.policies.filter(({ id }) => id !== pinned.id);
  return writeTrustStore(path, { ...store, policies: [...others, pinned] });
}

/** Pins the certificates of a PEM text as ones of time authorities. Throws as {@link parseTimeAuthorities}. */
export async function pinTimeAuthority(
  path: string,
  pem: string,
  reason: string,
  pinnedAt: string,
): Promise<TrustStore> {
  const pinned = parseTimeAuthorities(platformHash, pem).map(({ name, fingerprint, certificate }) => {
    const block = formatPem("CERTIFICATE", new Uint8Array(certificate.toSchema().toBER()));
    return { fingerprint, name, certificate: block, reason, pinnedAt };
  });
  const store = await readTrustStore(path);
  const others = store.timeAuthorities.filter(
    (other) => !pinned.some(({ fingerprint }) => fingerprint === other.fingerprint),
  );
  return writeTrustStore(path, { ...store, timeAuthorities: [...others, ...pinned] });
}

/** Pins an examiner by certificate (PEM) or by the certificate's SHA-256 fingerprint. Throws `certificate-malformed`. */
export async function pinExaminer(path: string, given: string, reason: string, pinnedAt: string): Promise<TrustStore> {
  const store = await readTrustStore(path);
  const pinned = { ...parseExaminer(given), reason, pinnedAt };
  const others = store.examiners.filter(({ fingerprint }) => fingerprint !== pinned.fingerprint);
  return writeTrustStore(path, { ...store, examiners: [...others, pinned] });
}

/** Removes what a text names: a verifier key, a key id, a fingerprint, or a policy by its text or digest. Throws `not-pinned` (usage). */
export async function unpin(path: string, named: string): Promise<TrustStore> {
  const store = await readTrustStore(path);
  const wanted = named.trim();
  const logKeys = store.logKeys.filter(({ vkey, id }) => vkey !== wanted && id !== wanted);
  const examiners = store.examiners.filter(({ fingerprint }) => fingerprint !== normaliseFingerprint(wanted));
  const publicKeys = store.publicKeys.filter(
    ({ publicKey, fingerprints }) => publicKey !== wanted && !fingerprints.includes(wanted.toLowerCase()),
  );
  const policies = store.policies.filter(({ id, text: policy }) => id !== wanted && policy.trim() !== wanted);
  const timeAuthorities = store.timeAuthorities.filter(
    ({ fingerprint, certificate }) => fingerprint !== normaliseFingerprint(wanted) && certificate.trim() !== wanted,
  );
  const left: TrustStore = { logKeys, examiners, publicKeys, policies, timeAuthorities };
  if (countOf(left) === countOf(store)) {
    throw new Problem("usage", "not-pinned", `expected a pinned key, its id or a fingerprint, got ${quote(wanted)}`);
  }
  return writeTrustStore(path, left);
}

function countOf(store: TrustStore): number {
  const lists: readonly (readonly unknown[])[] = Object.values(store);
  return lists.reduce((total, { length }) => total + length, 0);
}

function parseExaminer(given: string): Pick<PinnedExaminer, "fingerprint" | "name" | "certificate"> {
  const fingerprint = normaliseFingerprint(given);
  if (/^[0-9a-f]{64}$/.test(fingerprint)) return { fingerprint, name: "", certificate: "" };
  try {
    const certificate = new X509Certificate(given);
    const name = /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? "";
    return {
      fingerprint: normaliseFingerprint(certificate.fingerprint256),
      name,
      certificate: certificate.toString(),
    };
  } catch (cause) {
    const message = "expected a verifier key, a certificate in PEM or a SHA-256 fingerprint";
    throw new Problem("usage", "certificate-malformed", message, { found: quote(given) }, { cause });
  }
}

function normaliseFingerprint(given: string): string {
  return given.trim().replaceAll(":", "").toLowerCase();
}

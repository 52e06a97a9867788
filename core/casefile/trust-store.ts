import { z } from "zod";

import { platformHash } from "../bundle/platform-crypto.ts";
import { parseBase64 } from "../encoding/base64.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { Problem, quote } from "../model/problem.ts";
import { instant, type Instant } from "../model/time.ts";
import { type ListedKey } from "../signing/public-key-list.ts";
import { parseRsaPublicKey } from "../signing/rsa-key.ts";
import { parseTimeAuthorities, type TimeAuthority } from "../signing/time-authority.ts";
import { parsePolicy, type TlogPolicy } from "../signing/tlog-policy.ts";
import { parseVerifierKey, type VerifierKey } from "../signing/verifier-key.ts";
import { readIfThere, replaceFile } from "./home.ts";

/** A log key that the examiner compared with its owner and trusts. */
export interface PinnedLogKey {
  readonly vkey: string;
  readonly name: string;
  readonly id: string;
  /** How the examiner came to trust it. */
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly pinnedAt: string;
}

/** A certificate under which findings packages of a person are accepted. */
export interface PinnedExaminer {
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
  readonly name: string;
  /** PEM; empty when only the fingerprint is known. */
  readonly certificate: string;
  readonly reason: string;
  readonly pinnedAt: string;
}

/** A key of CloudTrail that the examiner fetched or compared, and trusts. */
export interface PinnedPublicKey {
  /** SubjectPublicKeyInfo, base64. */
  readonly publicKey: string;
  /** What digests call it. */
  readonly fingerprints: readonly string[];
  /** When it was in use, nanoseconds since 1970 in decimal; null when that is not known. */
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly reason: string;
  readonly pinnedAt: string;
}

/** A policy by which the examiner judges who must have witnessed a log. */
export interface PinnedPolicy {
  /** SHA-256 of the text, hex. */
  readonly id: string;
  readonly text: string;
  readonly reason: string;
  readonly pinnedAt: string;
}

/** A certificate of a time authority: its root, one between, or its own. */
export interface PinnedTimeAuthority {
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
  readonly name: string;
  /** PEM. */
  readonly certificate: string;
  readonly reason: string;
  readonly pinnedAt: string;
}

export interface TrustStore {
  readonly logKeys: readonly PinnedLogKey[];
  readonly examiners: readonly PinnedExaminer[];
  readonly publicKeys: readonly PinnedPublicKey[];
  readonly policies: readonly PinnedPolicy[];
  readonly timeAuthorities: readonly PinnedTimeAuthority[];
}

/** No store needs to be near this long. */
const MAX_STORE_BYTES = 4 * 2 ** 20;
const EMPTY_STORE: TrustStore = { logKeys: [], examiners: [], publicKeys: [], policies: [], timeAuthorities: [] };

const text = z.string().max(20_000);
const longText = z.string().max(300_000);
const nanoseconds = z
  .string()
  .regex(/^-?\d{1,20}$/)
  .nullable();
const storeSchema = z.strictObject({
  v: z.literal(1),
  logKeys: z.array(z.strictObject({ vkey: text, name: text, id: text, reason: text, pinnedAt: text })),
  examiners: z.array(
    z.strictObject({ fingerprint: text, name: text, certificate: text, reason: text, pinnedAt: text }),
  ),
  // Absent in the stores of the first version.
  publicKeys: z
    .array(
      z.strictObject({
        publicKey: text,
        fingerprints: z.array(text),
        validFrom: nanoseconds,
        validTo: nanoseconds,
        reason: text,
        pinnedAt: text,
      }),
    )
    .default([]),
  policies: z.array(z.strictObject({ id: text, text: longText, reason: text, pinnedAt: text })).default([]),
  timeAuthorities: z
    .array(z.strictObject({ fingerprint: text, name: text, certificate: longText, reason: text, pinnedAt: text }))
    .default([]),
});

/**
 * Reads the trust store; an absent file is an empty store. Throws `trust-store-damaged` (machine): a store that cannot be
 * read is never taken for an empty one.
 */
export async function readTrustStore(path: string): Promise<TrustStore> {
  const content = await readIfThere(path);
  if (content === undefined) return EMPTY_STORE;
  if (content.length > MAX_STORE_BYTES) throw damaged(path, `${content.length} bytes`);
  const parsed = storeSchema.safeParse(parseJson(content, path));
  if (!parsed.success) throw damaged(path, quote(z.prettifyError(parsed.error)));
  const { logKeys, examiners, publicKeys, policies, timeAuthorities } = parsed.data;
  return { logKeys, examiners, publicKeys, policies, timeAuthorities };
}

/** The keys of the store for verification. Throws as {@link parseVerifierKey} for one that was put there by hand. */
export function logKeysOf(store: TrustStore): readonly VerifierKey[] {
  return store.logKeys.map(({ vkey }) => parseVerifierKey(platformHash, vkey));
}

/** The keys of CloudTrail of the store, for verification. Throws as {@link parseRsaPublicKey} for one put there by hand. */
export function publicKeysOf(store: TrustStore): readonly ListedKey[] {
  const timeOf = (text: string | null): Instant | null => (text === null ? null : instant(BigInt(text)));
  return store.publicKeys.map(({ publicKey, fingerprints, validFrom, validTo }) => ({
    fingerprints,
    key: parseRsaPublicKey(parseBase64(publicKey) ?? new Uint8Array()),
    fault: undefined,
    unusualFingerprint: false,
    validFrom: timeOf(validFrom),
    validTo: timeOf(validTo),
  }));
}

/** The policies of the store, for verification. Throws as {@link parsePolicy} for one that was put there by hand. */
export function policiesOf(store: TrustStore): readonly TlogPolicy[] {
  return store.policies.map((policy) => parsePolicy(platformHash, encodeUtf8(policy.text)));
}

/** The time authorities of the store, for verification. Throws as {@link parseTimeAuthorities}. */
export function timeAuthoritiesOf(store: TrustStore): readonly TimeAuthority[] {
  return store.timeAuthorities.flatMap(({ certificate }) => parseTimeAuthorities(platformHash, certificate));
}

/** Writes the whole store. */
export async function writeTrustStore(path: string, store: TrustStore): Promise<TrustStore> {
  await replaceFile(path, `${JSON.stringify({ v: 1, ...store }, null, 2)}\n`);
  return store;
}

function parseJson(content: string, path: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw damaged(path, "no JSON", cause);
  }
}

function damaged(path: string, found: string, cause?: unknown): Problem {
  const message = "the trust store cannot be read; restore it or move it away";
  return new Problem(
    "machine",
    "trust-store-damaged",
    message,
    { file: path, expected: "a trust store", found },
    { cause },
  );
}

import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";

import { z } from "zod";

import { platformHash } from "../bundle/platform-crypto.ts";
import { Problem, quote } from "../model/problem.ts";
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from "../signing/verifier-key.ts";
import { replaceFile } from "./home.ts";

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

export interface TrustStore {
  readonly logKeys: readonly PinnedLogKey[];
  readonly examiners: readonly PinnedExaminer[];
}

/** No store needs to be near this long. */
const MAX_STORE_BYTES = 4 * 2 ** 20;
const EMPTY_STORE: TrustStore = { logKeys: [], examiners: [] };

const text = z.string().max(20_000);
const storeSchema = z.strictObject({
  v: z.literal(1),
  logKeys: z.array(z.strictObject({ vkey: text, name: text, id: text, reason: text, pinnedAt: text })),
  examiners: z.array(
    z.strictObject({ fingerprint: text, name: text, certificate: text, reason: text, pinnedAt: text }),
  ),
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
  const { logKeys, examiners } = parsed.data;
  return { logKeys, examiners };
}

/** The keys of the store for verification. Throws as {@link parseVerifierKey} for one that was put there by hand. */
export function logKeysOf(store: TrustStore): readonly VerifierKey[] {
  return store.logKeys.map(({ vkey }) => parseVerifierKey(platformHash, vkey));
}

/** Pins a log key; one that is pinned already gets the new reason. Throws as {@link parseVerifierKey} (T25: weak keys). */
export async function pinLogKey(path: string, vkey: string, reason: string, pinnedAt: string): Promise<TrustStore> {
  const key = parseVerifierKey(platformHash, vkey.trim());
  const store = await readTrustStore(path);
  const pinned = { vkey: formatVerifierKey(key), name: key.name, id: key.id, reason, pinnedAt };
  const others = store.logKeys.filter((other) => other.vkey !== pinned.vkey);
  return writeTrustStore(path, { ...store, logKeys: [...others, pinned] });
}

/** Pins an examiner by certificate (PEM) or by the certificate's SHA-256 fingerprint. Throws `certificate-malformed`. */
export async function pinExaminer(path: string, given: string, reason: string, pinnedAt: string): Promise<TrustStore> {
  const store = await readTrustStore(path);
  const pinned = { ...parseExaminer(given), reason, pinnedAt };
  const others = store.examiners.filter(({ fingerprint }) => fingerprint !== pinned.fingerprint);
  return writeTrustStore(path, { ...store, examiners: [...others, pinned] });
}

/** Removes what a text names: a verifier key, a key id, or a fingerprint. Throws `not-pinned` (usage). */
export async function unpin(path: string, named: string): Promise<TrustStore> {
  const store = await readTrustStore(path);
  const wanted = named.trim();
  const logKeys = store.logKeys.filter(({ vkey, id }) => vkey !== wanted && id !== wanted);
  const examiners = store.examiners.filter(({ fingerprint }) => fingerprint !== normaliseFingerprint(wanted));
  if (logKeys.length === store.logKeys.length && examiners.length === store.examiners.length) {
    throw new Problem("usage", "not-pinned", `expected a pinned key, its id or a fingerprint, got ${quote(wanted)}`);
  }
  return writeTrustStore(path, { logKeys, examiners });
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

async function writeTrustStore(path: string, store: TrustStore): Promise<TrustStore> {
  await replaceFile(path, `${JSON.stringify({ v: 1, ...store }, null, 2)}\n`);
  return store;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
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

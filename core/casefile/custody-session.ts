/**
 * A session of the custody journal: from opening a case to closing it. Its entries are signed by a key that is made for
 * the session and lives in memory only; the examiner's key signs that key once, so that it need not stay unlocked.
 *
 * The examiner signs this text (UTF-8, each line with its line feed), which ties the session key to one place of one
 * journal:
 *
 *     https://assay.example/custody-session/v1
 *     <seq of the entry session.opened>
 *     <its prev>
 *     <its at>
 *     <session public key, SPKI DER, base64>
 */
import { X509Certificate } from "node:crypto";

import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type CustodyEntry, type CustodyValue } from "../model/custody.ts";
import { NAMESPACE } from "../model/namespace.ts";
import {
  exportEcdsaPublicKey,
  generateEcdsaKey,
  importEcdsaPublicKey,
  signEcdsa,
  verifyEcdsa,
} from "../signing/ecdsa.ts";

/** First action of every session. */
export const SESSION_OPENED = "session.opened";

/** What endorses session keys: the examiner's unlocked key. */
export interface Endorser {
  readonly name: string;
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
  /** X.509, DER. */
  readonly certificate: Uint8Array;
  /** ECDSA P-256 with SHA-256 over the data, as DER. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** The key of one session: ECDSA P-256, in memory only; its private half cannot be exported. */
export interface SessionKey {
  /** SPKI DER. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  sign(data: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
}

/** A new session key. */
export async function createSessionKey(): Promise<SessionKey> {
  const { publicKey, privateKey } = await generateEcdsaKey(crypto, false);
  return {
    publicKey: await exportEcdsaPublicKey(crypto, publicKey),
    sign: (data) => signEcdsa(crypto, privateKey, data),
  };
}

/** Where in the journal a session begins. */
type SessionPlace = Pick<CustodyEntry, "seq" | "prev" | "at">;

/** The `params` of a `session.opened` entry: public key, and the endorsement or nulls without one. */
export async function sessionParams(
  key: SessionKey,
  endorser: Endorser | null,
  place: SessionPlace,
): Promise<Readonly<Record<string, CustodyValue>>> {
  const publicKey = formatBase64(key.publicKey);
  if (!endorser) return { publicKey, certificate: null, endorsement: null };
  const endorsement = await endorser.sign(endorsementText(publicKey, place));
  return { publicKey, certificate: formatBase64(endorser.certificate), endorsement: formatBase64(endorsement) };
}

/** What a `session.opened` entry says of its session. */
export type SessionOpening =
  | { readonly kind: "endorsed"; readonly key: CryptoKey; readonly name: string; readonly fingerprint: string }
  | { readonly kind: "unendorsed"; readonly key: CryptoKey }
  | { readonly kind: "invalid"; readonly key: CryptoKey | undefined; readonly reason: string };

/** Reads the session key of a `session.opened` entry and checks who endorsed it. */
export async function readSession(entry: CustodyEntry): Promise<SessionOpening> {
  const { publicKey, certificate, endorsement } = entry.params ?? {};
  const key = typeof publicKey === "string" ? await sessionPublicKey(publicKey) : undefined;
  if (!key || typeof publicKey !== "string") {
    return { kind: "invalid", key: undefined, reason: "publicKey expected an ECDSA P-256 key, SPKI DER in base64" };
  }
  if (certificate === null && endorsement === null) {
    if (entry.actor.key === "unendorsed") return { kind: "unendorsed", key };
    return { kind: "invalid", key, reason: "it names an examiner key but carries no endorsement" };
  }
  const examiner = typeof certificate === "string" ? await readCertificate(certificate) : undefined;
  if (!examiner) return { kind: "invalid", key, reason: "certificate expected X.509 DER in base64 with a P-256 key" };
  const signature = typeof endorsement === "string" ? parseBase64(endorsement) : undefined;
  if (!signature || !(await verifyEcdsa(crypto, examiner.key, endorsementText(publicKey, entry), signature))) {
    return {
      kind: "invalid",
      key,
      reason: "the endorsement is no signature of the certificate's key over this session",
    };
  }
  const { fingerprint } = examiner;
  if (entry.actor.key !== fingerprint) {
    return { kind: "invalid", key, reason: `actor names key ${entry.actor.key}, the certificate is ${fingerprint}` };
  }
  return { kind: "endorsed", key, name: entry.actor.name, fingerprint };
}

function endorsementText(publicKey: string, { seq, prev, at }: SessionPlace): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`${NAMESPACE}/custody-session/v1\n${seq}\n${prev}\n${at}\n${publicKey}\n`);
}

async function sessionPublicKey(base64: string): Promise<CryptoKey | undefined> {
  const spki = parseBase64(base64);
  return spki && importEcdsaPublicKey(crypto, spki);
}

async function readCertificate(
  base64: string,
): Promise<{ readonly key: CryptoKey; readonly fingerprint: string } | undefined> {
  const der = parseBase64(base64);
  const certificate = der && parseCertificate(der);
  const key = certificate && (await importEcdsaPublicKey(crypto, spkiOf(certificate)));
  return key && { key, fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase() };
}

/** Node reads PEM too, and DER with bytes after it: only DER that is the certificate and nothing else is accepted. */
function parseCertificate(der: Uint8Array): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    return certificate.raw.equals(der) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function spkiOf(certificate: X509Certificate): Uint8Array {
  return certificate.publicKey.export({ type: "spki", format: "der" });
}

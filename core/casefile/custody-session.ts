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
import { createPublicKey, generateKeyPairSync, sign, verify, X509Certificate, type KeyObject } from "node:crypto";

import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type CustodyEntry, type CustodyValue } from "../model/custody.ts";
import { NAMESPACE } from "../model/namespace.ts";

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

/** The key of one session: ECDSA P-256, in memory only. */
export interface SessionKey {
  /** SPKI DER. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  sign(data: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** A new session key. */
export function createSessionKey(): SessionKey {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return {
    publicKey: new Uint8Array(publicKey.export({ type: "spki", format: "der" })),
    sign: (data) => new Uint8Array(sign("sha256", data, privateKey)),
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
  | { readonly kind: "endorsed"; readonly key: KeyObject; readonly name: string; readonly fingerprint: string }
  | { readonly kind: "unendorsed"; readonly key: KeyObject }
  | { readonly kind: "invalid"; readonly key: KeyObject | undefined; readonly reason: string };

/** Reads the session key of a `session.opened` entry and checks who endorsed it. */
export function readSession(entry: CustodyEntry): SessionOpening {
  const { publicKey, certificate, endorsement } = entry.params ?? {};
  const key = typeof publicKey === "string" ? sessionPublicKey(publicKey) : undefined;
  if (!key || typeof publicKey !== "string") {
    return { kind: "invalid", key: undefined, reason: "publicKey expected an ECDSA P-256 key, SPKI DER in base64" };
  }
  if (certificate === null && endorsement === null) {
    if (entry.actor.key === "unendorsed") return { kind: "unendorsed", key };
    return { kind: "invalid", key, reason: "it names an examiner key but carries no endorsement" };
  }
  const parsed = typeof certificate === "string" ? examinerCertificate(certificate) : undefined;
  if (!parsed) return { kind: "invalid", key, reason: "certificate expected X.509 DER in base64 with a P-256 key" };
  const signature = typeof endorsement === "string" ? parseBase64(endorsement) : undefined;
  if (!signature || !verifyEcdsa(parsed.publicKey, endorsementText(publicKey, entry), signature)) {
    return {
      kind: "invalid",
      key,
      reason: "the endorsement is no signature of the certificate's key over this session",
    };
  }
  const fingerprint = fingerprintOf(parsed);
  if (entry.actor.key !== fingerprint) {
    return { kind: "invalid", key, reason: `actor names key ${entry.actor.key}, the certificate is ${fingerprint}` };
  }
  return { kind: "endorsed", key, name: entry.actor.name, fingerprint };
}

/** Whether the signature (DER) is one of the key over SHA-256 of the data. */
export function verifyEcdsa(key: KeyObject, data: Uint8Array, signature: Uint8Array): boolean {
  return verify("sha256", data, { key, dsaEncoding: "der" }, signature);
}

function endorsementText(publicKey: string, { seq, prev, at }: SessionPlace): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`${NAMESPACE}/custody-session/v1\n${seq}\n${prev}\n${at}\n${publicKey}\n`);
}

function sessionPublicKey(base64: string): KeyObject | undefined {
  const der = parseBase64(base64);
  if (!der) return undefined;
  try {
    const key = createPublicKey({ key: Buffer.from(der), type: "spki", format: "der" });
    const canonical = key.export({ type: "spki", format: "der" });
    return isP256(key) && canonical.equals(der) ? key : undefined;
  } catch {
    return undefined;
  }
}

function examinerCertificate(base64: string): X509Certificate | undefined {
  const der = parseBase64(base64);
  if (!der) return undefined;
  try {
    const certificate = new X509Certificate(der);
    return isP256(certificate.publicKey) && certificate.raw.equals(der) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(":", "").toLowerCase();
}

function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1";
}

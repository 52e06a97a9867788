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
import { createHash } from "node:crypto";

import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type CustodyEntry, type CustodyValue } from "../model/custody.ts";
import { NAMESPACE } from "../model/namespace.ts";
import { quote } from "../model/problem.ts";
import { fingerprintOf, parseCertificate, type Certificate } from "../signing/certificate.ts";
import { exportEcdsaPublicKey, generateEcdsaKey, importEcdsaPublicKey, signEcdsa } from "../signing/ecdsa.ts";
import { type ExaminerSign, verifyExaminerSignature } from "../signing/examiner-signature.ts";

/** First action of every session. */
export const SESSION_OPENED = "session.opened";

/** What endorses session keys: the examiner's unlocked key. */
export interface Endorser {
  /** The certificate's common name. */
  readonly name: string;
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
  /** X.509, DER. */
  readonly certificate: Uint8Array;
  /** The certificates of authorities behind it, the issuer first; empty for a key that no authority signed. */
  readonly chain?: readonly Certificate[];
  readonly sign: ExaminerSign;
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
  const key = await readSessionKey(entry);
  if (!key || typeof publicKey !== "string") {
    return { kind: "invalid", key: undefined, reason: "publicKey expected an ECDSA P-256 key, SPKI DER in base64" };
  }
  if (certificate === null && endorsement === null) {
    if (entry.actor.key === "unendorsed") return { kind: "unendorsed", key };
    return { kind: "invalid", key, reason: "it names an examiner key but carries no endorsement" };
  }
  const examiner = typeof certificate === "string" ? readCertificate(certificate) : undefined;
  if (!examiner) return { kind: "invalid", key, reason: "certificate expected X.509 DER in base64" };
  const signature = typeof endorsement === "string" ? parseBase64(endorsement) : undefined;
  const text = endorsementText(publicKey, entry);
  if (!signature || !(await verifyExaminerSignature(crypto, examiner.publicKey, text, signature))) {
    return {
      kind: "invalid",
      key,
      reason: "the endorsement is no signature of the certificate's key over this session",
    };
  }
  const { commonName: name } = examiner;
  const fingerprint = fingerprintOf(sha256, examiner);
  if (entry.actor.key !== fingerprint || entry.actor.name !== name) {
    const reason = `the actor ${quote(entry.actor.name)} (${entry.actor.key}) is not the certificate's subject`;
    return { kind: "invalid", key, reason };
  }
  return { kind: "endorsed", key, name, fingerprint };
}

/** The session key that a `session.opened` entry names, whoever endorsed it. */
export async function readSessionKey(entry: CustodyEntry): Promise<CryptoKey | undefined> {
  const publicKey = entry.params?.["publicKey"];
  const spki = typeof publicKey === "string" ? parseBase64(publicKey) : undefined;
  return spki && importEcdsaPublicKey(crypto, spki);
}

function endorsementText(publicKey: string, { seq, prev, at }: SessionPlace): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`${NAMESPACE}/custody-session/v1\n${seq}\n${prev}\n${at}\n${publicKey}\n`);
}

function readCertificate(base64: string): Certificate | undefined {
  const der = parseBase64(base64);
  try {
    return der && parseCertificate(der);
  } catch {
    // What is wrong with it is not told: the caller says that it is no certificate.
    return undefined;
  }
}

function sha256(data: Uint8Array): Uint8Array {
  return createHash("sha256").update(data).digest();
}

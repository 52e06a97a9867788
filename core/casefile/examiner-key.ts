/**
 * The examiner's key on the disk: `<file>` holds the private key (PKCS#8 PEM, mode 0600, plain or under a passphrase, and
 * wrapped by the computer's key store where the user asked for it) or says on which token it is, `<file>.crt` its certificate
 * and those of the authorities behind it, if any (PEM). Losing the
 * certificate loses the identity others have compared, so one is never made anew for an existing key.
 */
import { createHash } from "node:crypto";

import { Problem } from "../model/problem.ts";
import { createCertificate, fingerprintOf, type Certificate } from "../signing/certificate.ts";
import { formatChain, parseChain } from "../signing/certificate-chain.ts";
import { generateEcdsaKey } from "../signing/ecdsa.ts";
import { signAsExaminer, verifyExaminerSignature } from "../signing/examiner-signature.ts";
import { encryptPrivateKey, formatPrivateKey, isEncryptedPrivateKey, parsePrivateKey } from "../signing/private-key.ts";
import { type Endorser } from "./custody-session.ts";
import { readIfThere, replaceFile } from "./home.ts";
import { formatTokenKey, signOnToken, tokenKeyOf, type TokenKey } from "./token-key.ts";
import { isWrapped, NO_KEY_STORE, unwrapPem, wrapPem, type KeyStore } from "./key-store.ts";

/** An examiner key that is ready to sign. */
export interface ExaminerKey extends Endorser {
  /** The certificate read; `certificate` is its DER. */
  readonly x509: Certificate;
}

/** What is known of an examiner key without unlocking it. A key on a token is locked: its passphrase is the token's PIN. */
export type ExaminerKeyState =
  | { readonly state: "absent" }
  | {
      readonly state: "locked" | "plain";
      readonly name: string;
      readonly fingerprint: string;
      readonly wrapped: boolean;
      readonly onToken: boolean;
    };

/** Signed to see whether a key is the one of its certificate. */
const PROBE = new TextEncoder().encode("assay examiner key");

/** Where the certificate of a key file lies. */
export function certificateFileOf(file: string): string {
  return `${file}.crt`;
}

/**
 * Looks at a key file without unlocking it; one whose wrap cannot be opened here is locked. Throws `examiner-key-incomplete`
 * (usage) for a key without its certificate, `certificate-malformed` and `pem-malformed`.
 */
export async function examinerKeyState(file: string, store: KeyStore = NO_KEY_STORE): Promise<ExaminerKeyState> {
  const kept = await readIfThere(file);
  if (kept === undefined) return { state: "absent" };
  const [certificate] = await readCertificates(file);
  return {
    state: (await isLocked(store, kept)) ? "locked" : "plain",
    name: certificate.commonName,
    fingerprint: fingerprintOf(sha256, certificate),
    wrapped: isWrapped(kept),
    onToken: tokenKeyOf(kept) !== undefined,
  };
}

async function isLocked(store: KeyStore, kept: string): Promise<boolean> {
  try {
    return tokenKeyOf(kept) !== undefined || isEncryptedPrivateKey(await unwrapPem(store, kept));
  } catch (error) {
    if (error instanceof Problem && error.code === "key-store-unavailable") return true;
    throw error;
  }
}

/** A key that is new here, with its certificate. The private half is extractable, or stays on its token. */
export interface NewExaminerKey {
  readonly privateKey: CryptoKey | TokenKey;
  readonly certificate: Certificate;
  /** Certificates of the authorities behind it, the issuer first. */
  readonly chain: readonly Certificate[];
}

/** A new key and its self-signed certificate, valid from now; nothing is written. Throws `certificate-name`. */
export async function generateExaminerKey(name: string): Promise<NewExaminerKey> {
  const keys = await generateEcdsaKey(crypto, true);
  const certificate = await createCertificate(sha256, crypto, keys, { commonName: name }, Date.now());
  return { privateKey: keys.privateKey, certificate, chain: [] };
}

/**
 * Makes an examiner key and its certificate. Without a passphrase the file's mode alone protects it.
 * Throws `key-exists` (usage) rather than replace either file, and `certificate-name`.
 */
export async function createExaminerKey(name: string, file: string, passphrase?: string): Promise<ExaminerKey> {
  return writeExaminerKey(await generateExaminerKey(name), file, passphrase);
}

/**
 * Keeps a key and its certificate in files that must not exist; of a key on a token, where it is, and then `passphrase` is its PIN,
 * which is tried and kept nowhere. Throws `key-exists`, `passphrase-missing` (usage) and as `signOnToken`.
 */
export async function writeExaminerKey(
  { privateKey, certificate, chain }: NewExaminerKey,
  file: string,
  passphrase?: string,
): Promise<ExaminerKey> {
  for (const path of [file, certificateFileOf(file)]) {
    if ((await readIfThere(path)) !== undefined) {
      throw new Problem("usage", "key-exists", "keeping an examiner key: expected no file there, found one", {
        file: path,
      });
    }
  }
  const key = examinerKey(privateKey, [certificate, ...chain], passphrase);
  if (!(privateKey instanceof CryptoKey)) await key.sign(PROBE);
  const pem = await privateKeyPem(privateKey, passphrase);
  // The certificate first: a certificate without its key is found and told, a key without a certificate is lost.
  await replaceFile(certificateFileOf(file), formatChain([certificate, ...chain]));
  await replaceFile(file, pem);
  return key;
}

/** Puts the key store around a key file, or takes it off. Throws `key-store-unavailable` and `no-examiner-key` (machine). */
export async function setKeyWrap(file: string, store: KeyStore, wrapped: boolean): Promise<void> {
  const pem = await unwrapPem(store, await readKey(file));
  assertKeptHere(pem);
  await replaceFile(file, wrapped ? await wrapPem(store, pem) : pem);
}

/** Passphrases of a key file; undefined for one that its mode alone protects. */
export interface PassphraseChange {
  readonly current: string | undefined;
  readonly next: string | undefined;
}

/** Keeps the same key under another passphrase; a wrap stays around it. Throws as {@link loadExaminerKey}. */
export async function changeKeyPassphrase(
  file: string,
  { current, next }: PassphraseChange,
  store: KeyStore,
): Promise<void> {
  const kept = await readKey(file);
  assertKeptHere(kept);
  const key = await parsePrivateKey(crypto, await unwrapPem(store, kept), current, true);
  const pem = await privateKeyPem(key, next);
  await replaceFile(file, isWrapped(kept) ? await wrapPem(store, pem) : pem);
}

/** What protects a key on a token is the token's. Throws `key-on-token` (usage). */
function assertKeptHere(pem: string): void {
  if (tokenKeyOf(pem) === undefined) return;
  const message = "the examiner key is on a token: change its PIN with the token's own program";
  throw new Problem("usage", "key-on-token", message);
}

async function privateKeyPem(key: CryptoKey | TokenKey, passphrase: string | undefined): Promise<string> {
  if (!(key instanceof CryptoKey)) return formatTokenKey(key);
  return passphrase === undefined ? formatPrivateKey(crypto, key) : encryptPrivateKey(crypto, key, passphrase);
}

/**
 * Unlocks an examiner key. Throws `no-examiner-key`, `key-store-unavailable` (machine), `examiner-key-incomplete` (usage) and
 * what `parsePrivateKey` throws: `passphrase-missing`, `passphrase-wrong`, `private-key-unsupported`; for a key on a token, whose
 * passphrase is the PIN, what `signOnToken` throws.
 */
export async function loadExaminerKey(
  file: string,
  passphrase?: string,
  store: KeyStore = NO_KEY_STORE,
): Promise<ExaminerKey> {
  const pem = await unwrapPem(store, await readKey(file));
  const certificates = await readCertificates(file);
  const privateKey = tokenKeyOf(pem) ?? (await parsePrivateKey(crypto, pem, passphrase));
  const key = examinerKey(privateKey, certificates, passphrase);
  await checkPair(file, key);
  return key;
}

/**
 * Asserts that what this key signs now can be verified: tools refuse a signature made outside the certificate's validity.
 * Throws `certificate-not-in-force` (usage).
 */
export function assertInForce({ x509 }: ExaminerKey): void {
  const now = Date.now();
  if (now >= x509.notBeforeMs && now <= x509.notAfterMs) return;
  const expected = `a certificate that is valid from ${timeOf(x509.notBeforeMs)} to ${timeOf(x509.notAfterMs)}`;
  const found = timeOf(now);
  const message = `signing: expected ${expected}, found that it is ${found}; replace the examiner key`;
  throw new Problem("usage", "certificate-not-in-force", message, { expected, found });
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

async function readKey(file: string): Promise<string> {
  const pem = await readIfThere(file);
  if (pem !== undefined) return pem;
  const message = "unlocking the examiner key: expected a key file, found none";
  throw new Problem("machine", "no-examiner-key", message, { file });
}

function examinerKey(
  privateKey: CryptoKey | TokenKey,
  [x509, ...chain]: ReturnType<typeof parseChain>,
  pin: string | undefined,
): ExaminerKey {
  return {
    name: x509.commonName,
    fingerprint: fingerprintOf(sha256, x509),
    certificate: x509.der,
    chain,
    x509,
    sign: signerOf(privateKey, x509, pin),
  };
}

function signerOf(key: CryptoKey | TokenKey, certificate: Certificate, pin: string | undefined): ExaminerKey["sign"] {
  if (key instanceof CryptoKey) return (data) => signAsExaminer(crypto, key, data);
  if (pin !== undefined) return (data) => signOnToken(key, pin, certificate, data);
  throw new Problem("usage", "passphrase-missing", "examiner key: expected the PIN of its token");
}

async function readCertificates(file: string): Promise<ReturnType<typeof parseChain>> {
  const pem = await readIfThere(certificateFileOf(file));
  if (pem !== undefined) return parseChain(pem);
  throw incomplete(file, "no certificate beside it");
}

/** A certificate of another key would only be noticed when a stranger checks the signature. */
async function checkPair(file: string, key: ExaminerKey): Promise<void> {
  if (await verifyExaminerSignature(crypto, key.x509.publicKey, PROBE, await key.sign(PROBE))) return;
  throw incomplete(file, "a certificate of another key");
}

function incomplete(file: string, found: string): Problem {
  const expected = "the key's own certificate";
  const message = `unlocking the examiner key: expected ${expected}, found ${found}`;
  return new Problem("usage", "examiner-key-incomplete", message, { file: certificateFileOf(file), expected, found });
}

function sha256(data: Uint8Array): Uint8Array {
  return createHash("sha256").update(data).digest();
}

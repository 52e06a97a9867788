/**
 * The private key of a log, as one line of text in a file. Plain, as Go's note package writes it:
 *
 *     PRIVATE+KEY+<name>+<id>+<base64(type byte ‖ 32-byte seed)>
 *
 * With a passphrase, our own form:
 *
 *     ENCRYPTED+PRIVATE+KEY+<name>+<id>+scrypt+<log2 N>+<base64(16-byte salt)>+<base64(12-byte nonce ‖ AES-256-GCM ciphertext)>
 *
 * The cipher key is scrypt(passphrase, salt, N, r = 8, p = 1) (RFC 7914), the plain text is the same type byte and seed, and
 * everything up to and with the id is the additional authenticated data. The id belongs to the public key (verifier-key.ts).
 */

import { scryptAsync } from "@noble/hashes/scrypt.js";
import { assert } from "../model/assert.ts";
import { type Hash } from "../model/digest.ts";
import { Problem, quote } from "../model/problem.ts";
import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { ED25519_KEY_BYTES, ed25519PublicKey, signEd25519 } from "./ed25519.ts";
import { cosignatureBlob, isCosignerKey } from "./cosignature.ts";
import { mlDsa44PublicKey } from "./ml-dsa.ts";
import { type Note, type NoteSignature } from "./note.ts";
import { ED25519_TYPE, isKeyType, ML_DSA_44_TYPE, type VerifierKey, verifierKey } from "./verifier-key.ts";

export interface SigningKey {
  readonly verifier: VerifierKey;
  /** 32 bytes. */
  readonly seed: Uint8Array;
}

const PLAIN_PREFIX = "PRIVATE+KEY+";
const ENCRYPTED_PREFIX = "ENCRYPTED+PRIVATE+KEY+";

/** About half a second and 128 MiB on a current machine: OWASP's recommendation for interactive use. */
const SCRYPT_LOG2_N = 17;

/** A key file is opened by its owner, but a swapped one must not exhaust the machine: 2^20 takes a gibibyte. */
const MAX_SCRYPT_LOG2_N = 20;

const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The signing key of a name and a 32-byte random seed. Throws `key-name`. */
export function signingKey(
  hash: Hash,
  name: string,
  seed: Uint8Array,
  type: VerifierKey["type"] = ED25519_TYPE,
): SigningKey {
  const publicKey = type === ML_DSA_44_TYPE ? mlDsa44PublicKey(seed) : ed25519PublicKey(seed);
  return { verifier: verifierKey(hash, name, type, publicKey), seed };
}

/** Signs a text as a note of its author. Preconditions: the text ends with LF, and the keys are of the type of authors. */
export function signNote(text: string, keys: readonly SigningKey[]): Note {
  assert(
    keys.every(({ verifier }) => verifier.type === ED25519_TYPE),
    "authors sign with keys of type 0x01",
  );
  return { text, signatures: keys.map((key) => noteSignature(key, signEd25519(key.seed, encodeUtf8(text)))) };
}

/** A witness's line for a checkpoint text (c2sp.org/tlog-cosignature@v1). Precondition: a key of a cosignature type. */
export function cosign(text: string, key: SigningKey, posixSeconds: bigint): NoteSignature {
  const { verifier, seed } = key;
  assert(isCosignerKey(verifier), "witnesses cosign with keys of type 0x04 or 0x06");
  return noteSignature(key, cosignatureBlob(text, posixSeconds, { verifier, seed }));
}

/** Whether the file needs a passphrase. */
export function isEncryptedSigningKey(text: string): boolean {
  return text.startsWith(ENCRYPTED_PREFIX);
}

/** The plain form, without a line feed. */
export function formatSigningKey(key: SigningKey): string {
  return `${PLAIN_PREFIX}${key.verifier.name}+${key.verifier.id}+${formatBase64(keyBytes(key))}`;
}

/** Reads the plain form. Throws `signing-key-malformed`, or as {@link verifierKey}. No message holds key material. */
export function parseSigningKey(hash: Hash, text: string): SigningKey {
  if (!text.startsWith(PLAIN_PREFIX)) throw malformed("PRIVATE+KEY+<name>+<id>+<base64>", "another text");
  const [name = "", id = "", ...rest] = text.slice(PLAIN_PREFIX.length).split("+");
  return fromKeyBytes(hash, name, id, parseBase64(rest.join("+")));
}

/** The encrypted form, without a line feed. */
export async function encryptSigningKey(
  crypto: Crypto,
  key: SigningKey,
  passphrase: string,
  log2N: number = SCRYPT_LOG2_N,
): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const head = `${ENCRYPTED_PREFIX}${key.verifier.name}+${key.verifier.id}`;
  const cipherKey = await cipherKeyOf(crypto, passphrase, salt, log2N, "encrypt");
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: encodeUtf8(head) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, cipherKey, keyBytes(key)));
  return `${head}+scrypt+${log2N}+${formatBase64(salt)}+${formatBase64(concatBytes(nonce, sealed))}`;
}

/** Reads the encrypted form. Throws `passphrase-wrong` (or a changed file: the two look alike) and `signing-key-malformed`. */
export async function decryptSigningKey(
  hash: Hash,
  crypto: Crypto,
  text: string,
  passphrase: string,
): Promise<SigningKey> {
  const match = ENCRYPTED_FORM.exec(text);
  const [, name = "", id = "", log2Text = "", saltText = "", sealedText = ""] = match ?? [];
  const salt = parseBase64(saltText);
  const sealed = parseBase64(sealedText);
  const log2N = Number(log2Text);
  if (salt?.length !== SALT_BYTES || sealed?.length !== NONCE_BYTES + 1 + ED25519_KEY_BYTES + TAG_BYTES) {
    throw malformed("ENCRYPTED+PRIVATE+KEY+<name>+<id>+scrypt+<log2 N>+<base64>+<base64>", "another text");
  }
  if (log2N < 1 || log2N > MAX_SCRYPT_LOG2_N)
    throw malformed(`scrypt with log2 N up to ${MAX_SCRYPT_LOG2_N}`, log2Text);
  const cipherKey = await cipherKeyOf(crypto, passphrase, salt, log2N, "decrypt");
  const head = `${ENCRYPTED_PREFIX}${name}+${id}`;
  const algorithm = { name: "AES-GCM", iv: sealed.subarray(0, NONCE_BYTES), additionalData: encodeUtf8(head) };
  let plain: ArrayBuffer;
  try {
    plain = await crypto.subtle.decrypt(algorithm, cipherKey, sealed.subarray(NONCE_BYTES));
  } catch (cause) {
    const message = "signing key: the passphrase is wrong or the key file was changed";
    throw new Problem("usage", "passphrase-wrong", message, {}, { cause });
  }
  return fromKeyBytes(hash, name, id, new Uint8Array(plain));
}

/** Base64 may hold a '+', but of fixed lengths: 24 characters of salt, 84 of nonce, key and tag. */
const ENCRYPTED_FORM =
  /^ENCRYPTED\+PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+scrypt\+([1-9][0-9]?)\+([A-Za-z0-9+/=]{24})\+([A-Za-z0-9+/=]{84})$/;

function noteSignature(key: SigningKey, signature: Uint8Array): NoteSignature {
  return { name: key.verifier.name, keyId: key.verifier.id, signature };
}

function keyBytes(key: SigningKey): Uint8Array<ArrayBuffer> {
  return concatBytes(Uint8Array.of(key.verifier.type), key.seed);
}

function fromKeyBytes(hash: Hash, name: string, id: string, bytes: Uint8Array | undefined): SigningKey {
  const type = bytes?.[0];
  if (bytes?.length !== 1 + ED25519_KEY_BYTES || type === undefined || !isKeyType(type)) {
    throw malformed("base64 of a type byte and a 32-byte seed", "other bytes");
  }
  const key = signingKey(hash, name, bytes.slice(1), type);
  if (key.verifier.id !== id) throw malformed(`the key id ${key.verifier.id}`, quote(id));
  return key;
}

async function cipherKeyOf(
  crypto: Crypto,
  passphrase: string,
  salt: Uint8Array,
  log2N: number,
  usage: "encrypt" | "decrypt",
): Promise<CryptoKey> {
  const bytes = await scryptAsync(encodeUtf8(passphrase.normalize("NFC")), salt, {
    N: 2 ** log2N,
    r: 8,
    p: 1,
    dkLen: 32,
  });
  return crypto.subtle.importKey("raw", new Uint8Array(bytes), "AES-GCM", false, [usage]);
}

function malformed(expected: string, found: string): Problem {
  const message = `signing key: expected ${expected}, got ${found}`;
  return new Problem("usage", "signing-key-malformed", message, { expected, found });
}

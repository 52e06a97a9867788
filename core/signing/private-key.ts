/**
 * Examiner keys at rest: PKCS#8 (RFC 5958) in PEM, plain or encrypted with PBES2 (RFC 8018): scrypt (RFC 7914 §7) and
 * AES-256-CBC, which `openssl pkey` reads. Keys under PBKDF2-HMAC-SHA256, as other programs write them, are read too.
 */

import { scryptAsync } from "@noble/hashes/scrypt.js";
import { fromBER, Integer, ObjectIdentifier, OctetString, Sequence } from "asn1js";
import { Problem } from "../model/problem.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { der, derInteger, derObjectIdentifier, derOctets, SEQUENCE } from "./der.ts";
import { importExaminerKey } from "./examiner-signature.ts";
import { formatPem, parsePem } from "./pem.ts";

const PLAIN_LABEL = "PRIVATE KEY";
const ENCRYPTED_LABEL = "ENCRYPTED PRIVATE KEY";

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
const HMAC_SHA256 = "1.2.840.113549.2.9";
/** RFC 7914 §7. */
const SCRYPT = "1.3.6.1.4.1.11591.4.11";
const AES_256_CBC = "2.16.840.1.101.3.4.1.42";

/** A swapped key file must not keep the machine busy for minutes. */
export const MAX_PBKDF2_ITERATIONS = 10_000_000;

/**
 * OWASP's equal of N = 2^17, p = 1 with an eighth of its memory: 16 MiB, because OpenSSL refuses to use more than 32 MiB.
 */
const SCRYPT_COST: ScryptCost = { N: 2 ** 14, r: 8, p: 5 };
/** The same caution as for iterations: 256 MiB, and a hundred times the work of ours. */
const MAX_SCRYPT_BYTES = 256 * 2 ** 20;
const MAX_SCRYPT_WORK = 100 * SCRYPT_COST.N * SCRYPT_COST.r * SCRYPT_COST.p;
const CIPHER_KEY_BYTES = 32;

const SALT_BYTES = 16;
const BLOCK_BYTES = 16;

/** An extractable private key as plain PKCS#8 PEM. */
export async function formatPrivateKey(crypto: Crypto, privateKey: CryptoKey): Promise<string> {
  return formatPem(PLAIN_LABEL, new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)));
}

/** What scrypt (RFC 7914 §2) costs: memory is 128 · N · r bytes. */
interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** An extractable private key as PKCS#8 PEM under a passphrase. */
export async function encryptPrivateKey(crypto: Crypto, privateKey: CryptoKey, passphrase: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const iv = crypto.getRandomValues(new Uint8Array(BLOCK_BYTES));
  const cipherKey = await scryptKey(crypto, passphrase, salt, SCRYPT_COST, "encrypt");
  const plain = await crypto.subtle.exportKey("pkcs8", privateKey);
  const encrypted = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv }, cipherKey, plain));
  return formatPem(ENCRYPTED_LABEL, der(SEQUENCE, pbes2(salt, iv), derOctets(encrypted)));
}

/** Whether a PEM text is an encrypted private key. */
export function isEncryptedPrivateKey(pem: string): boolean {
  return pem.includes(`-----BEGIN ${ENCRYPTED_LABEL}-----`);
}

/**
 * The examiner's private key of a PEM text. `extractable` only to store it again. Throws `pem-malformed`, `passphrase-missing`,
 * `passphrase-wrong` (or a changed file: the two look alike) and `private-key-unsupported` for other keys or encryptions.
 */
export async function parsePrivateKey(
  crypto: Crypto,
  pem: string,
  passphrase: string | undefined,
  extractable = false,
): Promise<CryptoKey> {
  const { label, der: bytes } = parsePem(pem);
  if (label !== PLAIN_LABEL && label !== ENCRYPTED_LABEL) throw unsupported(`a ${PLAIN_LABEL} or ${ENCRYPTED_LABEL}`);
  if (label === PLAIN_LABEL) return importExaminerKey(crypto, bytes, extractable);
  if (passphrase === undefined) {
    throw new Problem("usage", "passphrase-missing", "private key: expected a passphrase for an encrypted key");
  }
  return importExaminerKey(crypto, await decrypt(crypto, bytes, passphrase), extractable);
}

/**
 * The extractable examiner's key of DER: a PrivateKeyInfo, or with a passphrase an EncryptedPrivateKeyInfo (RFC 5958 §2, §3).
 * Throws `passphrase-wrong` and `private-key-unsupported` (usage).
 */
export async function parsePrivateKeyInfo(
  crypto: Crypto,
  bytes: Uint8Array<ArrayBuffer>,
  passphrase: string | null,
): Promise<CryptoKey> {
  return importExaminerKey(crypto, passphrase === null ? bytes : await decrypt(crypto, bytes, passphrase), true);
}

/** AlgorithmIdentifier of PBES2 (RFC 8018 §A.4) with scrypt (RFC 7914 §7) and AES-256-CBC (RFC 8018 §B.2.5). */
function pbes2(salt: Uint8Array, iv: Uint8Array): Uint8Array {
  const { N, r, p } = SCRYPT_COST;
  const cost = [N, r, p].map((value) => derInteger(value));
  const kdf = der(SEQUENCE, derObjectIdentifier(SCRYPT), der(SEQUENCE, derOctets(salt), ...cost));
  const cipher = der(SEQUENCE, derObjectIdentifier(AES_256_CBC), derOctets(iv));
  return der(SEQUENCE, derObjectIdentifier(PBES2), der(SEQUENCE, kdf, cipher));
}

async function decrypt(
  crypto: Crypto,
  bytes: Uint8Array<ArrayBuffer>,
  passphrase: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const [algorithm, data] = members(fromBER(bytes).result);
  const [scheme, schemeParameters] = members(algorithm);
  const [kdf, cipher] = members(schemeParameters);
  const [cipherName, iv] = members(cipher);
  if (nameOf(scheme) !== PBES2 || nameOf(cipherName) !== AES_256_CBC) throw unsupported("PBES2 with AES-256-CBC");
  const cipherKey = await derivedKey(crypto, passphrase, members(kdf));
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CBC", iv: octets(iv) }, cipherKey, octets(data)));
  } catch (cause) {
    throw wrongPassphrase(cause);
  }
}

function derivedKey(crypto: Crypto, passphrase: string, [name, parameters]: readonly unknown[]): Promise<CryptoKey> {
  const values = members(parameters);
  const salt = octets(values[0]);
  if (nameOf(name) === SCRYPT) {
    const [N = 0, r = 0, p = 0] = values.slice(1).map(integer);
    const usable = N > 1 && Number.isInteger(Math.log2(N)) && r > 0 && p > 0;
    if (!usable || 128 * N * r > MAX_SCRYPT_BYTES || N * r * p > MAX_SCRYPT_WORK) {
      throw unsupported("scrypt with a bearable cost");
    }
    return scryptKey(crypto, passphrase, salt, { N, r, p }, "decrypt");
  }
  // An optional key length may stand before the PRF.
  const [prf] = members(values.at(-1));
  if (nameOf(name) !== PBKDF2 || nameOf(prf) !== HMAC_SHA256) throw unsupported("scrypt, or PBKDF2 with HMAC-SHA256");
  const iterations = integer(values[1]);
  if (iterations < 1 || iterations > MAX_PBKDF2_ITERATIONS) {
    throw unsupported(`1 to ${MAX_PBKDF2_ITERATIONS} iterations of PBKDF2`);
  }
  return pbkdf2Key(crypto, passphrase, salt, iterations);
}

async function scryptKey(
  crypto: Crypto,
  passphrase: string,
  salt: Uint8Array,
  cost: ScryptCost,
  usage: "encrypt" | "decrypt",
): Promise<CryptoKey> {
  const bytes = await scryptAsync(encodeUtf8(passphrase), salt, { ...cost, dkLen: CIPHER_KEY_BYTES });
  return crypto.subtle.importKey("raw", new Uint8Array(bytes), "AES-CBC", false, [usage]);
}

async function pbkdf2Key(
  crypto: Crypto,
  passphrase: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey("raw", encodeUtf8(passphrase), "PBKDF2", false, ["deriveKey"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(algorithm, secret, { name: "AES-CBC", length: 256 }, false, ["decrypt"]);
}

/** The members of a SEQUENCE, none for anything else: absent parts then fail the check of the algorithm names. */
function members(value: unknown): readonly unknown[] {
  return value instanceof Sequence ? value.valueBlock.value : [];
}

function nameOf(value: unknown): string {
  return value instanceof ObjectIdentifier ? value.valueBlock.toString() : "";
}

function integer(value: unknown): number {
  return value instanceof Integer ? value.valueBlock.valueDec : 0;
}

function octets(value: unknown): Uint8Array<ArrayBuffer> {
  return value instanceof OctetString ? new Uint8Array(value.valueBlock.valueHexView) : new Uint8Array();
}

function wrongPassphrase(cause: unknown): Problem {
  const message = "private key: the passphrase is wrong or the key file was changed";
  return new Problem("usage", "passphrase-wrong", message, {}, { cause });
}

function unsupported(expected: string): Problem {
  return new Problem("usage", "private-key-unsupported", `private key: expected ${expected}`, { expected });
}

/**
 * Examiner keys at rest: PKCS#8 (RFC 5958) in PEM, plain or encrypted with PBES2 (RFC 8018): PBKDF2-HMAC-SHA256 and
 * AES-256-CBC, which `openssl pkey` and every platform read. PBKDF2 and not scrypt, because OpenSSL's default memory limit
 * (32 MiB) allows only weak scrypt parameters in PKCS#8.
 */

import { fromBER, Integer, ObjectIdentifier, OctetString, Sequence } from "asn1js";
import { Problem } from "../model/problem.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { der, derInteger, derNull, derObjectIdentifier, derOctets, SEQUENCE } from "./der.ts";
import { formatPem, parsePem } from "./pem.ts";

const PLAIN_LABEL = "PRIVATE KEY";
const ENCRYPTED_LABEL = "ENCRYPTED PRIVATE KEY";

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
const HMAC_SHA256 = "1.2.840.113549.2.9";
const AES_256_CBC = "2.16.840.1.101.3.4.1.42";

/** OWASP's recommendation of 2023 for PBKDF2-HMAC-SHA256. Node's own export uses 2,048. */
const PBKDF2_ITERATIONS = 600_000;

/** A swapped key file must not keep the machine busy for minutes. */
const MAX_PBKDF2_ITERATIONS = 10_000_000;

const SALT_BYTES = 16;
const BLOCK_BYTES = 16;

const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;

/** An extractable private key as plain PKCS#8 PEM. */
export async function formatPrivateKey(crypto: Crypto, privateKey: CryptoKey): Promise<string> {
  return formatPem(PLAIN_LABEL, new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)));
}

/** An extractable private key as PKCS#8 PEM under a passphrase. */
export async function encryptPrivateKey(
  crypto: Crypto,
  privateKey: CryptoKey,
  passphrase: string,
  iterations: number = PBKDF2_ITERATIONS,
): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const iv = crypto.getRandomValues(new Uint8Array(BLOCK_BYTES));
  const cipherKey = await cipherKeyOf(crypto, passphrase, salt, iterations, "encrypt");
  const plain = await crypto.subtle.exportKey("pkcs8", privateKey);
  const encrypted = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv }, cipherKey, plain));
  return formatPem(ENCRYPTED_LABEL, der(SEQUENCE, pbes2(salt, iterations, iv), derOctets(encrypted)));
}

/** Whether a PEM text is an encrypted private key. */
export function isEncryptedPrivateKey(pem: string): boolean {
  return pem.includes(`-----BEGIN ${ENCRYPTED_LABEL}-----`);
}

/**
 * The P-256 private key of a PEM text. `extractable` only to store it again. Throws `pem-malformed`, `passphrase-missing`,
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
  if (label === PLAIN_LABEL) return importPrivateKey(crypto, bytes, extractable);
  if (passphrase === undefined) {
    throw new Problem("usage", "passphrase-missing", "private key: expected a passphrase for an encrypted key");
  }
  return importPrivateKey(crypto, await decrypt(crypto, bytes, passphrase), extractable);
}

/** AlgorithmIdentifier of PBES2 (RFC 8018 §A.4) with PBKDF2 (§A.2) and AES-256-CBC (§B.2.5). */
function pbes2(salt: Uint8Array, iterations: number, iv: Uint8Array): Uint8Array {
  const prf = der(SEQUENCE, derObjectIdentifier(HMAC_SHA256), derNull());
  const kdfParameters = der(SEQUENCE, derOctets(salt), derInteger(iterations), prf);
  const kdf = der(SEQUENCE, derObjectIdentifier(PBKDF2), kdfParameters);
  const cipher = der(SEQUENCE, derObjectIdentifier(AES_256_CBC), derOctets(iv));
  return der(SEQUENCE, derObjectIdentifier(PBES2), der(SEQUENCE, kdf, cipher));
}

async function decrypt(crypto: Crypto, bytes: Uint8Array<ArrayBuffer>, passphrase: string): Promise<ArrayBuffer> {
  const [algorithm, data] = members(fromBER(bytes).result);
  const [scheme, schemeParameters] = members(algorithm);
  const [kdf, cipher] = members(schemeParameters);
  const [kdfName, kdfParameters] = members(kdf);
  // An optional key length may stand before the PRF.
  const kdfMembers = members(kdfParameters);
  const [salt, iterationCount] = kdfMembers;
  const [prf] = members(kdfMembers.at(-1));
  const [cipherName, iv] = members(cipher);
  const names = [scheme, kdfName, prf, cipherName].map((name) =>
    name instanceof ObjectIdentifier ? name.valueBlock.toString() : "",
  );
  if (names.join() !== [PBES2, PBKDF2, HMAC_SHA256, AES_256_CBC].join()) {
    throw unsupported("PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC");
  }
  const iterations = iterationCount instanceof Integer ? iterationCount.valueBlock.valueDec : 0;
  if (iterations < 1 || iterations > MAX_PBKDF2_ITERATIONS) {
    throw unsupported(`1 to ${MAX_PBKDF2_ITERATIONS} iterations of PBKDF2`);
  }
  const cipherKey = await cipherKeyOf(crypto, passphrase, octets(salt), iterations, "decrypt");
  try {
    return await crypto.subtle.decrypt({ name: "AES-CBC", iv: octets(iv) }, cipherKey, octets(data));
  } catch (cause) {
    throw wrongPassphrase(cause);
  }
}

async function importPrivateKey(crypto: Crypto, pkcs8: BufferSource, extractable: boolean): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey("pkcs8", pkcs8, KEY_ALGORITHM, extractable, ["sign"]);
  } catch (cause) {
    throw unsupported("a P-256 key in PKCS#8", cause);
  }
}

async function cipherKeyOf(
  crypto: Crypto,
  passphrase: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
  usage: "encrypt" | "decrypt",
): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey("raw", encodeUtf8(passphrase), "PBKDF2", false, ["deriveKey"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(algorithm, secret, { name: "AES-CBC", length: 256 }, false, [usage]);
}

/** The members of a SEQUENCE, none for anything else: absent parts then fail the check of the algorithm names. */
function members(value: unknown): readonly unknown[] {
  return value instanceof Sequence ? value.valueBlock.value : [];
}

function octets(value: unknown): Uint8Array<ArrayBuffer> {
  return value instanceof OctetString ? new Uint8Array(value.valueBlock.valueHexView) : new Uint8Array();
}

function wrongPassphrase(cause: unknown): Problem {
  const message = "private key: the passphrase is wrong or the key file was changed";
  return new Problem("usage", "passphrase-wrong", message, {}, { cause });
}

function unsupported(expected: string, cause?: unknown): Problem {
  return new Problem("usage", "private-key-unsupported", `private key: expected ${expected}`, { expected }, { cause });
}

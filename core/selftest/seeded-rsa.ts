import { checkPrimeSync, createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto";

/** An RSA-2048 key that follows from a text: the same on every machine, and so worth nothing outside samples and tests. */
export interface SeededRsaKey {
  readonly publicKey: KeyObject;
  /** RSASSA-PKCS1-v1_5 with SHA-256, lower-case hex. */
  sign(message: Uint8Array): string;
  /** DER of RSAPublicKey (PKCS #1) and of SubjectPublicKeyInfo. */
  readonly pkcs1: Buffer;
  readonly spki: Buffer;
}

const PRIME_BYTES = 128;
const EXPONENT = 65_537n;
/** A composite number passes one round in fewer than 4^-1 of cases, and one of this size hardly ever. */
const PRIMALITY_ROUNDS = 8;
const known = new Map<string, SeededRsaKey>();

/** The key of a text. */
export function seededRsaKey(text: string): SeededRsaKey {
  const made = known.get(text);
  if (made) return made;
  const p = primeFrom(`${text} p`);
  const q = primeFrom(`${text} q`);
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const parameters = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const jwk = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, base64UrlOf(value)]));
  const privateKey = createPrivateKey({ key: { kty: "RSA", ...jwk }, format: "jwk" });
  const publicKey = createPublicKey(privateKey);
  const key = {
    publicKey,
    sign: (message: Uint8Array) => sign("sha256", message, privateKey).toString("hex"),
    pkcs1: publicKey.export({ format: "der", type: "pkcs1" }),
    spki: publicKey.export({ format: "der", type: "spki" }),
  };
  known.set(text, key);
  return key;
}

/** The first prime among numbers that follow from the text; both top bits are set, so that the modulus has 2,048 bits. */
function primeFrom(text: string): bigint {
  for (let attempt = 0; ; attempt += 1) {
    const blocks = Array.from({ length: PRIME_BYTES / 32 }, (_, block) =>
      createHash("sha256").update(`${text} ${attempt} ${block}`).digest(),
    );
    const bytes = Buffer.concat(blocks);
    bytes[0] = (bytes[0] ?? 0) | 0xc0;
    bytes[PRIME_BYTES - 1] = (bytes[PRIME_BYTES - 1] ?? 0) | 1;
    const candidate = BigInt(`0x${bytes.toString("hex")}`);
    if ((candidate - 1n) % EXPONENT !== 0n && checkPrimeSync(candidate, { checks: PRIMALITY_ROUNDS })) return candidate;
  }
}

/** The number whose product with `value` leaves 1 (extended Euclid). */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [value % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

function base64UrlOf(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").toString("base64url");
}

/**
 * Keys from PKCS#12 files (RFC 7292), as OpenSSL 3, Java and current key stores write them: one examiner's key with its
 * certificate, under HMAC with SHA-256 or longer, encrypted with PBES2 and AES.
 *
 * What OpenSSL 1 and older key stores write – RC2 with 40 bits, triple DES, HMAC with SHA-1 – is refused: it hardly hides a
 * key from who finds the file.
 */
import { BaseBlock } from "asn1js";
import {
  type AlgorithmIdentifier,
  type AuthenticatedSafe,
  CertBag,
  Certificate as X509,
  CryptoEngine,
  EncryptedData,
  PBES2Params,
  PBKDF2Params,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  type SafeBag,
  type SafeContents,
} from "pkijs";

import { encodeUtf8 } from "../encoding/utf8.ts";
import { Problem } from "../model/problem.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { orderChain } from "./certificate-chain.ts";
import { signAsExaminer, verifyExaminerSignature } from "./examiner-signature.ts";
import { MAX_PBKDF2_ITERATIONS, parsePrivateKeyInfo } from "./private-key.ts";
import { STRONG_DIGESTS } from "./x509-signature.ts";

/** A key and the certificate over it. The private half is extractable, to be stored under a passphrase of its own. */
export interface Pkcs12Key {
  readonly privateKey: CryptoKey;
  readonly certificate: Certificate;
  /** Certificates of the authorities behind it, as far as the file has them; the issuer first. */
  readonly chain: readonly Certificate[];
}

/** A key with a chain of certificates is a few KB. */
const MAX_FILE_BYTES = 64 * 1024;
/** Every round of this derivation (RFC 7292 §B.2) is a call of its own; OpenSSL writes 2,048. */
const MAX_MAC_ITERATIONS = 100_000;
const PBES2 = "1.2.840.113549.1.5.13";
/** Password-based encryption of PKCS#12 itself: RC4, triple DES and RC2 (RFC 7292 §C). */
const PKCS12_ENCRYPTION = "1.2.840.113549.1.12.1.";
const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";

/**
 * The key of a file, the certificate over it and those behind that; other certificates in it are left out. Throws `pkcs12-malformed`,
 * `pkcs12-legacy`, `pkcs12-unsupported`, `private-key-unsupported` and `passphrase-wrong` (usage).
 */
export async function readPkcs12(crypto: Crypto, file: Uint8Array, passphrase: string): Promise<Pkcs12Key> {
  const bags = await openBags(crypto, file, passphrase);
  const keys = bags.filter(
    ({ bagValue }) => bagValue instanceof PrivateKeyInfo || bagValue instanceof PKCS8ShroudedKeyBag,
  );
  const [key, ...others] = keys;
  if (key === undefined || others.length > 0) throw unsupported(`one private key, found ${keys.length}`);
  const privateKey = await privateKeyOf(crypto, key, passphrase);
  const probe = encodeUtf8("assay examiner key");
  const signature = await signAsExaminer(crypto, privateKey, probe);
  const certificates = bags.flatMap(certificateIn);
  for (const certificate of certificates) {
    if (await verifyExaminerSignature(crypto, certificate.publicKey, probe, signature)) {
      return { privateKey, certificate, chain: orderChain(certificate, certificates) };
    }
  }
  throw unsupported("the certificate of the key beside it, found none");
}

function certificateIn({ bagValue }: SafeBag): readonly Certificate[] {
  const parsed: unknown = bagValue instanceof CertBag ? bagValue.parsedValue : undefined;
  return parsed instanceof X509 ? [parseCertificate(new Uint8Array(parsed.toSchema().toBER()))] : [];
}

async function openBags(crypto: Crypto, file: Uint8Array, passphrase: string): Promise<readonly SafeBag[]> {
  const engine = new CryptoEngine({ crypto });
  const password = encodeUtf8(passphrase).buffer;
  const pfx = parsePfx(file);
  assertMac(pfx);
  try {
    await pfx.parseInternalValues({ password, checkIntegrity: true }, engine);
  } catch (cause) {
    const message = "pkcs12: the passphrase is wrong, or the file was changed";
    throw new Problem("usage", "passphrase-wrong", message, {}, { cause });
  }
  const safe = pfx.parsedValue?.authenticatedSafe;
  if (safe === undefined) throw malformed();
  for (const algorithm of encryptionsOf(safe)) assertModern(algorithm);
  try {
    await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password })) }, engine);
  } catch (cause) {
    throw malformed(cause);
  }
  // pkijs types what it has parsed as any.
  const { safeContents } = safe.parsedValue as { readonly safeContents: readonly { readonly value: SafeContents }[] };
  return safeContents.flatMap(({ value }) => value.safeBags);
}

function parsePfx(file: Uint8Array): PFX {
  if (file.length > MAX_FILE_BYTES) throw malformed();
  try {
    return PFX.fromBER(new Uint8Array(file));
  } catch (cause) {
    throw malformed(cause);
  }
}

function assertMac({ macData }: PFX): void {
  if (macData === undefined) throw unsupported("a file that its passphrase seals (HMAC), found none");
  if (!STRONG_DIGESTS.has(macData.mac.digestAlgorithm.algorithmId))
    throw legacy("its seal is HMAC with SHA-1 or weaker");
  if ((macData.iterations ?? 1) > MAX_MAC_ITERATIONS) {
    throw unsupported(`at most ${MAX_MAC_ITERATIONS} iterations of its seal`);
  }
}

function encryptionsOf({ safeContents }: AuthenticatedSafe): readonly AlgorithmIdentifier[] {
  try {
    return safeContents
      .filter(({ contentType }) => contentType === ENCRYPTED_DATA)
      .map(({ content }) => {
        // A copy: pkijs empties the schema that it reads.
        const { encryptedContentInfo } = EncryptedData.fromBER(schemaBytes(content));
        return encryptedContentInfo.contentEncryptionAlgorithm;
      });
  } catch (cause) {
    throw malformed(cause);
  }
}

function schemaBytes(content: unknown): ArrayBuffer {
  if (content instanceof BaseBlock) return content.toBER();
  throw malformed();
}

function assertModern({ algorithmId, algorithmParams }: AlgorithmIdentifier): void {
  if (algorithmId.startsWith(PKCS12_ENCRYPTION)) throw legacy("it is encrypted with RC2, RC4 or triple DES");
  if (algorithmId !== PBES2) throw unsupported(`encryption by PBES2, found ${algorithmId}`);
  let iterations: number;
  try {
    const { keyDerivationFunc } = PBES2Params.fromBER(schemaBytes(algorithmParams));
    iterations = PBKDF2Params.fromBER(schemaBytes(keyDerivationFunc.algorithmParams)).iterationCount;
  } catch (cause) {
    throw unsupported("PBES2 with PBKDF2", cause);
  }
  if (iterations > MAX_PBKDF2_ITERATIONS) throw unsupported(`at most ${MAX_PBKDF2_ITERATIONS} iterations of PBKDF2`);
}

function privateKeyOf(crypto: Crypto, { bagValue }: SafeBag, passphrase: string): Promise<CryptoKey> {
  const shrouded = bagValue instanceof PKCS8ShroudedKeyBag;
  if (shrouded) assertModern(bagValue.encryptionAlgorithm);
  return parsePrivateKeyInfo(crypto, new Uint8Array(bagValue.toSchema().toBER()), shrouded ? passphrase : null);
}

function legacy(found: string): Problem {
  const expected = "PBES2 with AES and HMAC with SHA-256, as OpenSSL 3 writes by default";
  const message =
    `pkcs12: expected ${expected}; ${found}. To write it anew: ` +
    "openssl pkcs12 -legacy -in old.p12 -nodes | openssl pkcs12 -export -out new.p12; or export it from Windows with AES256-SHA256";
  return new Problem("usage", "pkcs12-legacy", message, { expected, found });
}

function unsupported(expected: string, cause?: unknown): Problem {
  return new Problem("usage", "pkcs12-unsupported", `pkcs12: expected ${expected}`, { expected }, { cause });
}

function malformed(cause?: unknown): Problem {
  const expected = "a PKCS#12 file (.p12, .pfx)";
  return new Problem("usage", "pkcs12-malformed", `pkcs12: expected ${expected}`, { expected }, { cause });
}

/**
 * The examiner's certificate: an X.509 v3 certificate (RFC 5280), which we make self-signed over an ECDSA P-256 key. It names who
 * signs and for how long; trust comes only from comparing its SHA-256 fingerprint with one obtained from that person.
 */

import { Utf8String, PrintableString } from "asn1js";
import { Certificate as X509 } from "pkijs";
import { assert } from "../model/assert.ts";
import { type Hash } from "../model/digest.ts";
import { Problem, quote } from "../model/problem.ts";
import { equalBytes, formatHex } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { BIT_STRING, der, derInteger, derObjectIdentifier, derOctets, derSetOf, derUnsigned, SEQUENCE } from "./der.ts";
import { derTime } from "./der-time.ts";
import { exportEcdsaPublicKey, signEcdsa } from "./ecdsa.ts";
import { formatPem, parsePem } from "./pem.ts";

export interface Certificate {
  /** The exact bytes. */
  readonly der: Uint8Array;
  readonly commonName: string;
  readonly organization: string | undefined;
  /** Milliseconds since 1970, whole seconds; both ends belong to the validity. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** DER of the issuer's name and of the serial number: how CMS names a certificate. */
  readonly issuerName: Uint8Array;
  /** DER of the subject's name. */
  readonly subjectName: Uint8Array;
  readonly serialNumber: Uint8Array;
  readonly isSelfIssued: boolean;
}

const CERTIFICATE_LABEL = "CERTIFICATE";

const COMMON_NAME = "2.5.4.3";
const ORGANIZATION = "2.5.4.10";
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
/** With it `openssl cms -verify` needs no `-purpose`. */
const EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
/** RFC 9336. */
const DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36";

const BOOLEAN_TRUE = der(0x01, Uint8Array.of(0xff));
const UTF8_STRING = 0x0c;
const CONTEXT_0 = 0xa0;
const CONTEXT_3 = 0xa3;

/** X.520 upper bound of a common name and an organization. */
const MAX_NAME_CHARACTERS = 64;
const SERIAL_BYTES = 16;
const VALIDITY_YEARS = 3;
/** RFC 7093 §2 (1): the leftmost 160 bits of SHA-256 of the key bits. */
const KEY_IDENTIFIER_BYTES = 20;
/** SubjectPublicKeyInfo of P-256 is a fixed prefix and 65 bytes of an uncompressed point (RFC 5480 §2). */
const POINT_BYTES = 65;

export interface CertificateSubject {
  readonly commonName: string;
  readonly organization?: string;
}

/**
 * A self-signed certificate, valid for three years from `fromMs` (milliseconds since 1970). `keys` is a P-256 pair.
 * Throws `certificate-name` for an empty or too long name.
 */
export async function createCertificate(
  hash: Hash,
  crypto: Crypto,
  keys: CryptoKeyPair,
  subject: CertificateSubject,
  fromMs: number,
): Promise<Certificate> {
  const name = nameOf(subject);
  const until = new Date(fromMs);
  until.setUTCFullYear(until.getUTCFullYear() + VALIDITY_YEARS);
  const serial = crypto.getRandomValues(new Uint8Array(SERIAL_BYTES));
  // A positive number of full length (RFC 5280 §4.1.2.2).
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const publicKey = await exportEcdsaPublicKey(crypto, keys.publicKey);
  const algorithm = der(SEQUENCE, derObjectIdentifier(ECDSA_WITH_SHA256));
  const signed = der(
    SEQUENCE,
    der(CONTEXT_0, derInteger(2)),
    derUnsigned(serial),
    algorithm,
    name,
    der(SEQUENCE, derTime(fromMs), derTime(until.getTime())),
    name,
    publicKey,
    der(CONTEXT_3, der(SEQUENCE, ...extensionsOf(hash, publicKey))),
  );
  const signature = await signEcdsa(crypto, keys.privateKey, signed);
  return parseCertificate(der(SEQUENCE, signed, algorithm, der(BIT_STRING, Uint8Array.of(0), signature)));
}

/** Reads a certificate in DER. Throws `certificate-malformed`. */
export function parseCertificate(bytes: Uint8Array): Certificate {
  let parsed: X509;
  let written: Uint8Array;
  try {
    parsed = X509.fromBER(new Uint8Array(bytes));
    // Throws, too, where a value can be read that cannot be written, such as a date with a month 0.
    written = new Uint8Array(parsed.toSchema(true).toBER());
  } catch (cause) {
    throw malformed("an X.509 certificate in DER", cause);
  }
  // Also refuses bytes after the certificate, and lengths and names that are no DER.
  if (!equalBytes(written, bytes)) throw malformed("DER that re-encodes to itself");
  // RFC 5280 §4.1.1.2: the algorithm is named twice, and only the first is signed.
  const [inner = new Uint8Array(), outer = inner] = [parsed.signature, parsed.signatureAlgorithm].map(
    (algorithm) => new Uint8Array(algorithm.toSchema().toBER()),
  );
  if (!equalBytes(inner, outer)) {
    throw malformed("one signature algorithm, named twice");
  }
  // A signature is whole bytes; the count of unused bits is read by nobody and signed by nothing.
  if (parsed.signatureValue.valueBlock.unusedBits !== 0) throw malformed("a signature of whole bytes");
  const issuerName = new Uint8Array(parsed.issuer.toSchema().toBER());
  const subjectName = new Uint8Array(parsed.subject.toSchema().toBER());
  return {
    der: bytes,
    commonName: attributeOf(parsed, COMMON_NAME) ?? "",
    organization: attributeOf(parsed, ORGANIZATION),
    notBeforeMs: parsed.notBefore.value.getTime(),
    notAfterMs: parsed.notAfter.value.getTime(),
    publicKey: new Uint8Array(parsed.subjectPublicKeyInfo.toSchema().toBER()),
    issuerName,
    subjectName,
    serialNumber: new Uint8Array(parsed.serialNumber.toBER()),
    isSelfIssued: equalBytes(issuerName, subjectName),
  };
}

/** Reads a certificate in PEM. Throws `pem-malformed` and `certificate-malformed`. */
export function parseCertificatePem(text: string): Certificate {
  const { label, der: bytes } = parsePem(text);
  if (label !== CERTIFICATE_LABEL) throw malformed(`a PEM block labelled ${CERTIFICATE_LABEL}`);
  return parseCertificate(bytes);
}

export function formatCertificatePem(certificate: Certificate): string {
  return formatPem(CERTIFICATE_LABEL, certificate.der);
}

/** SHA-256 of the DER, lower-case hex: the value that people compare. */
export function fingerprintOf(hash: Hash, certificate: Certificate): string {
  return formatHex(hash(certificate.der));
}

/** A Name of one RDN per attribute (RFC 5280 §4.1.2.4), least specific first. */
function nameOf({ commonName, organization }: CertificateSubject): Uint8Array {
  const attributes = [...(organization === undefined ? [] : [[ORGANIZATION, organization]]), [COMMON_NAME, commonName]];
  const parts = attributes.map(([type = "", value = ""]) => {
    if (value.trim() === "" || [...value].length > MAX_NAME_CHARACTERS) {
      const expected = `1 to ${MAX_NAME_CHARACTERS} characters`;
      throw new Problem(
        "usage",
        "certificate-name",
        `certificate: expected a name of ${expected}, got ${quote(value)}`,
        {
          expected,
          found: quote(value),
        },
      );
    }
    return derSetOf(0x31, [der(SEQUENCE, derObjectIdentifier(type), der(UTF8_STRING, encodeUtf8(value)))]);
  });
  return der(SEQUENCE, ...parts);
}

function extensionsOf(hash: Hash, publicKey: Uint8Array): Uint8Array[] {
  assert(publicKey.length > POINT_BYTES, "a P-256 public key");
  const keyIdentifier = hash(publicKey.subarray(-POINT_BYTES)).subarray(0, KEY_IDENTIFIER_BYTES);
  const purposes = [EMAIL_PROTECTION, DOCUMENT_SIGNING].map((purpose) => derObjectIdentifier(purpose));
  // digitalSignature and nonRepudiation are bits 0 and 1; six bits are unused.
  const keyUsage = der(BIT_STRING, Uint8Array.of(6, 0xc0));
  return [
    extension(BASIC_CONSTRAINTS, true, der(SEQUENCE)),
    extension(KEY_USAGE, true, keyUsage),
    extension(EXTENDED_KEY_USAGE, false, der(SEQUENCE, ...purposes)),
    extension(SUBJECT_KEY_IDENTIFIER, false, derOctets(keyIdentifier)),
  ];
}

function extension(type: string, critical: boolean, value: Uint8Array): Uint8Array {
  return der(SEQUENCE, derObjectIdentifier(type), ...(critical ? [BOOLEAN_TRUE] : []), derOctets(value));
}

function attributeOf(certificate: X509, type: string): string | undefined {
  const value: unknown = certificate.subject.typesAndValues.find((attribute) => attribute.type === type)?.value;
  return value instanceof Utf8String || value instanceof PrintableString ? value.valueBlock.value : undefined;
}

function malformed(expected: string, cause?: unknown): Problem {
  return new Problem("refused", "certificate-malformed", `certificate: expected ${expected}`, { expected }, { cause });
}

/**
 * Detached CMS signatures (RFC 5652) by the examiner's key, the form that `openssl cms -verify -binary` and CAdES readers
 * check: one SignedData without content, one certificate, one SignerInfo with the signed attributes contentType,
 * signingTime, messageDigest and signing-certificate-v2 (RFC 5035), with SHA-256, in DER.
 *
 * CMS leaves much open: unsigned attributes, further certificates, parameters nobody reads, lengths of several forms. Readers
 * accept files changed in such places. Here a signature has one form for a certificate, a time, a digest and a signature
 * value, and a verifier writes that form again and compares every byte.
 */

import { present } from "../model/assert.ts";
import { type Hash } from "../model/digest.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { type Certificate } from "./certificate.ts";
import { der, derInteger, derObjectIdentifier, derOctets, derSetOf, SEQUENCE, SET } from "./der.ts";
import { type DerElement, derMembers, readDer } from "./der-reader.ts";
import { derTime, readDerTime } from "./der-time.ts";
import {
  type ExaminerAlgorithm,
  type ExaminerSign,
  examinerAlgorithm,
  verifyExaminerSignature,
} from "./examiner-signature.ts";

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const DATA = "1.2.840.113549.1.7.1";
const SHA256 = "2.16.840.1.101.3.4.2.1";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_TIME = "1.2.840.113549.1.9.5";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";

const CONTEXT_0 = 0xa0;

/** A signature with one certificate is 1 to 4 KB; a chain is not accepted. */
export const MAX_CMS_BYTES = 16 * 1024;

/**
 * A detached signature of `content`. `signingTimeMs` is a claim of the signer, in milliseconds since 1970. Precondition: the
 * certificate's key is one that examiners sign with.
 */
export async function signCms(
  hash: Hash,
  sign: ExaminerSign,
  certificate: Certificate,
  content: Uint8Array,
  signingTimeMs: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = present(examinerAlgorithm(certificate.publicKey), "the key is one that examiners sign with");
  const attributes = signedAttributes(hash, certificate, hash(content), signingTimeMs);
  // RFC 5652 §5.4: signed is the encoding with the tag of SET OF, stored is the one with the implicit tag [0].
  return assemble(certificate, algorithm, attributes, await sign(derSetOf(SET, attributes)));
}

export type CmsResult =
  | { readonly kind: "valid"; readonly signingTimeMs: number }
  /** No single signature in our form by this certificate. `firstDifference` is the byte offset where the form ends. */
  | { readonly kind: "malformed"; readonly reason: string; readonly firstDifference?: number }
  /** In our form, but over other content. */
  | { readonly kind: "other-content"; readonly expected: Uint8Array; readonly found: Uint8Array }
  | { readonly kind: "invalid-signature" };

/**
 * Judges a detached signature by a certificate that the caller holds. Says nothing about who holds the key, nor about the
 * time: the signing time is a claim. Never throws for what is in `bytes`.
 */
export async function verifyCms(
  hash: Hash,
  crypto: Crypto,
  bytes: Uint8Array,
  certificate: Certificate,
  content: Uint8Array,
): Promise<CmsResult> {
  const parts = bytes.length > MAX_CMS_BYTES ? undefined : readParts(bytes);
  if (parts === undefined) return { kind: "malformed", reason: "expected one CMS signature in DER" };
  const algorithm = examinerAlgorithm(certificate.publicKey);
  if (algorithm === undefined) return { kind: "malformed", reason: "the key is none that examiners sign with" };
  const { messageDigest, signingTimeMs, signature } = parts;
  const attributes = signedAttributes(hash, certificate, messageDigest, signingTimeMs);
  const canonical = assemble(certificate, algorithm, attributes, signature);
  if (!equalBytes(canonical, bytes)) {
    const difference = canonical.findIndex((byte, offset) => byte !== bytes[offset]);
    return {
      kind: "malformed",
      reason:
        "expected exactly one signature by the given certificate, with the four signed attributes and nothing else",
      firstDifference: difference < 0 ? canonical.length : difference,
    };
  }
  const expected = hash(content);
  if (!equalBytes(messageDigest, expected)) return { kind: "other-content", expected, found: messageDigest };
  const signed = derSetOf(SET, attributes);
  const valid = await verifyExaminerSignature(crypto, certificate.publicKey, signed, signature);
  return valid ? { kind: "valid", signingTimeMs } : { kind: "invalid-signature" };
}

function signedAttributes(
  hash: Hash,
  certificate: Certificate,
  messageDigest: Uint8Array,
  signingTimeMs: number,
): Uint8Array[] {
  // ESSCertIDv2 with the default algorithm SHA-256 and without issuerSerial is the hash alone (RFC 5035 §4).
  const certificateId = der(SEQUENCE, derOctets(hash(certificate.der)));
  return [
    attribute(CONTENT_TYPE, derObjectIdentifier(DATA)),
    attribute(SIGNING_TIME, derTime(signingTimeMs)),
    attribute(MESSAGE_DIGEST, derOctets(messageDigest)),
    attribute(SIGNING_CERTIFICATE_V2, der(SEQUENCE, der(SEQUENCE, certificateId))),
  ];
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return der(SEQUENCE, derObjectIdentifier(type), der(SET, value));
}

/** ContentInfo { SignedData } of RFC 5652 §3, §5.1 and §5.3, version 1 (signer named by issuer and serial number). */
function assemble(
  certificate: Certificate,
  { cmsIdentifier }: ExaminerAlgorithm,
  attributes: readonly Uint8Array[],
  signature: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const sha256 = der(SEQUENCE, derObjectIdentifier(SHA256));
  const signer = der(
    SEQUENCE,
    derInteger(1),
    der(SEQUENCE, certificate.issuerName, certificate.serialNumber),
    sha256,
    derSetOf(CONTEXT_0, attributes),
    cmsIdentifier,
    derOctets(signature),
  );
  const signedData = der(
    SEQUENCE,
    derInteger(1),
    der(SET, sha256),
    der(SEQUENCE, derObjectIdentifier(DATA)),
    der(CONTEXT_0, certificate.der),
    der(SET, signer),
  );
  return der(SEQUENCE, derObjectIdentifier(SIGNED_DATA), der(CONTEXT_0, signedData));
}

interface CmsParts {
  readonly messageDigest: Uint8Array;
  readonly signingTimeMs: number;
  readonly signature: Uint8Array;
}

/** The three parts that vary, from where our form has them; that nothing else differs is checked by writing them again. */
function readParts(bytes: Uint8Array): CmsParts | undefined {
  const content = derMembers(readDer(bytes), SEQUENCE)?.at(1);
  const signedData = derMembers(content, CONTEXT_0)?.at(0);
  const signer = derMembers(derMembers(signedData, SEQUENCE)?.at(-1), SET)?.at(0);
  const [, , , signed, , signature] = derMembers(signer, SEQUENCE) ?? [];
  const attributes = (derMembers(signed, CONTEXT_0) ?? []).map((attribute) => derMembers(attribute, SEQUENCE) ?? []);
  const valueOf = (type: string): DerElement | undefined => {
    const [, values] = attributes.find(([name]) => name && equalBytes(name.bytes, derObjectIdentifier(type))) ?? [];
    return derMembers(values, SET)?.at(0);
  };
  const digest = valueOf(MESSAGE_DIGEST);
  const signingTimeMs = readDerTime(valueOf(SIGNING_TIME));
  if (digest === undefined || signature === undefined || signingTimeMs === undefined) return undefined;
  return { messageDigest: digest.content, signingTimeMs, signature: signature.content };
}

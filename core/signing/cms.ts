/**
 * Detached CMS signatures (RFC 5652) by the examiner's key, the form that `openssl cms -verify -binary` and CAdES readers
 * check: one SignedData without content, one certificate, one SignerInfo with the signed attributes contentType,
 * signingTime, messageDigest and signing-certificate-v2 (RFC 5035), ECDSA with SHA-256, in DER.
 *
 * CMS leaves much open: unsigned attributes, further certificates, parameters nobody reads, lengths of several forms. Readers
 * accept files changed in such places. Here a signature has one form for a certificate, a time, a digest and a signature
 * value, and a verifier writes that form again and compares every byte.
 */

import { GeneralizedTime, OctetString, UTCTime } from "asn1js";
import { ContentInfo, SignedData } from "pkijs";
import { type Hash } from "../model/digest.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { type Certificate } from "./certificate.ts";
import { der, derInteger, derObjectIdentifier, derOctets, derSetOf, SEQUENCE, SET } from "./der.ts";
import { derTime } from "./der-time.ts";
import { importEcdsaPublicKey, verifyEcdsa } from "./ecdsa.ts";

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const DATA = "1.2.840.113549.1.7.1";
const SHA256 = "2.16.840.1.101.3.4.2.1";
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_TIME = "1.2.840.113549.1.9.5";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";

const CONTEXT_0 = 0xa0;

/** A signature with one certificate is about 1.2 KB; a chain is not accepted. */
export const MAX_CMS_BYTES = 16 * 1024;

/** Signs bytes with ECDSA P-256 and SHA-256 and returns the signature in DER; `signEcdsa` with a key, or a token. */
export type EcdsaSign = (data: Uint8Array) => Promise<Uint8Array>;

/** A detached signature of `content`. `signingTimeMs` is a claim of the signer, in milliseconds since 1970. */
export async function signCms(
  hash: Hash,
  sign: EcdsaSign,
  certificate: Certificate,
  content: Uint8Array,
  signingTimeMs: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const attributes = signedAttributes(hash, certificate, hash(content), signingTimeMs);
  // RFC 5652 §5.4: signed is the encoding with the tag of SET OF, stored is the one with the implicit tag [0].
  return assemble(certificate, attributes, await sign(derSetOf(SET, attributes)));
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
  const { messageDigest, signingTimeMs, signature } = parts;
  const attributes = signedAttributes(hash, certificate, messageDigest, signingTimeMs);
  const canonical = assemble(certificate, attributes, signature);
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
  const key = await importEcdsaPublicKey(crypto, certificate.publicKey);
  const valid = key !== undefined && (await verifyEcdsa(crypto, key, derSetOf(SET, attributes), signature));
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
    der(SEQUENCE, derObjectIdentifier(ECDSA_WITH_SHA256)),
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

/** The three parts that vary, from wherever a lenient reader finds them; their place is checked by writing them again. */
function readParts(bytes: Uint8Array): CmsParts | undefined {
  try {
    const signedData = new SignedData({ schema: ContentInfo.fromBER(new Uint8Array(bytes)).content });
    const [signer] = signedData.signerInfos;
    const valueOf = (type: string): unknown =>
      signer?.signedAttrs?.attributes.find((candidate) => candidate.type === type)?.values[0];
    const digest = octetsOf(valueOf(MESSAGE_DIGEST));
    const time = valueOf(SIGNING_TIME);
    const signature = octetsOf(signer?.signature);
    if (digest === undefined || signature === undefined) return undefined;
    if (!(time instanceof UTCTime || time instanceof GeneralizedTime)) return undefined;
    const signingTimeMs = time.toDate().getTime();
    if (Number.isNaN(signingTimeMs)) return undefined;
    return { messageDigest: digest, signingTimeMs, signature };
  } catch {
    // asn1js and pkijs throw many kinds of error on hostile bytes; all mean that this is no CMS signature.
    return undefined;
  }
}

function octetsOf(value: unknown): Uint8Array | undefined {
  return value instanceof OctetString ? new Uint8Array(value.valueBlock.valueHexView) : undefined;
}

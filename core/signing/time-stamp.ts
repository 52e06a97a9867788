/**
 * Time stamps of RFC 3161: a time authority's signature over a digest and a time, as the TimeStampResp that `openssl ts` and
 * every authority writes. pkijs and asn1js take the structures apart; what a library here has been seen to let pass (a signer
 * without the purpose of time stamping, one that the token does not name) is checked by us, in this order:
 *
 *  1. DER to the last byte                        6. its purpose is time stamping, critical and alone (RFC 3161 §2.3)
 *  2. the request was granted                     7. a path to a pinned certificate, valid at the stated time
 *  3. the content is a TSTInfo                    8. SHA-256 or longer, and the digest is that of our bytes
 *  4. one signer, who signed type and digest      9. the time with its accuracy (who calls compares it)
 *  5. the signer's certificate is the one named  10. revocation: not checked, nothing is asked of a network
 */

import { fromBER, ObjectIdentifier, OctetString, Sequence } from "asn1js";
import {
  Certificate as X509,
  ExtKeyUsage,
  IssuerAndSerialNumber,
  SignedData,
  type SignerInfo,
  TimeStampResp,
  TSTInfo,
} from "pkijs";
import { equalBytes, formatHex } from "../encoding/bytes.ts";
import { EXTENDED_KEY_USAGE, findCertificatePath, TIME_STAMPING } from "./certificate-path.ts";
import { isDer } from "./der-reader.ts";
import { subjectNameOf, type TimeAuthority } from "./time-authority.ts";
import { STRONG_DIGESTS, verifyX509Signature } from "./x509-signature.ts";

export interface TimeStamp {
  /** When the digest existed at the latest, milliseconds since 1970; the authority states it within `accuracyMs`. */
  readonly timeMs: number;
  readonly accuracyMs: number;
  /** Common name of the signer, or of its organization. */
  readonly authority: string;
  /** When the first certificate of the path ends, milliseconds since 1970. */
  readonly validUntilMs: number;
}

export type TimeStampResult =
  | { readonly kind: "valid"; readonly stamp: TimeStamp }
  | { readonly kind: "malformed"; readonly reason: string }
  /** Over other bytes than ours; hex. */
  | { readonly kind: "other-data"; readonly expected: string; readonly found: string }
  | { readonly kind: "weak"; readonly algorithm: string }
  | { readonly kind: "untrusted"; readonly reason: string };

/** A token with a chain is a few kilobytes. */
const MAX_TIME_STAMP_BYTES = 64 * 1024;

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const SHA1 = "1.3.14.3.2.26";
const SHA256 = "2.16.840.1.101.3.4.2.1";
const SET_TAG = 0x31;

/** Ends the checks of a token; never leaves this file. */
class Fault extends Error {
  readonly result: Exclude<TimeStampResult, { kind: "valid" }>;

  constructor(result: Fault["result"]) {
    super(result.kind);
    this.result = result;
  }
}

/** Judges a TimeStampResp over `data`, with `authorities` as the only roots of trust. */
export async function verifyTimeStamp(
  crypto: Crypto,
  bytes: Uint8Array,
  data: Uint8Array,
  authorities: readonly Pick<TimeAuthority, "certificate">[],
): Promise<TimeStampResult> {
  try {
    const token = readToken(bytes);
    await assertImprint(crypto, token.info, data);
    const pinned = authorities.map(({ certificate }) => certificate);
    const signer = await signerOf(crypto, token, pinned);
    await assertSignature(crypto, token, signer);
    assertPurpose(signer);
    const timeMs = token.info.genTime.getTime();
    const found = await findCertificatePath(crypto, signer, token.certificates, pinned, {
      atMs: timeMs,
      purpose: TIME_STAMPING,
    });
    if (found.kind === "weak") return found;
    if (found.kind === "none") return { kind: "untrusted", reason: found.reason };
    const validUntilMs = Math.min(...found.certificates.map(({ notAfter }) => notAfter.value.getTime()));
    const stamp = { timeMs, accuracyMs: accuracyOf(token.info), authority: subjectNameOf(signer), validUntilMs };
    return { kind: "valid", stamp };
  } catch (error) {
    if (error instanceof Fault) return error.result;
    // asn1js and pkijs throw many kinds of error on hostile bytes; all mean that this is no time stamp.
    return { kind: "malformed", reason: "it is no TimeStampResp of RFC 3161" };
  }
}

/**
 * What a TimeStampResp states, whoever signed it and over whatever it is. Undefined for what is none, or states no time.
 */
export function statedTime(bytes: Uint8Array): Pick<TimeStamp, "timeMs" | "accuracyMs"> | undefined {
  try {
    const { info } = readToken(bytes);
    const timeMs = info.genTime.getTime();
    return Number.isNaN(timeMs) ? undefined : { timeMs, accuracyMs: accuracyOf(info) };
  } catch {
    // As above: whatever is thrown means that this is no time stamp.
    return undefined;
  }
}

interface Token {
  readonly info: TSTInfo;
  /** The TSTInfo as it was signed. */
  readonly content: Uint8Array<ArrayBuffer>;
  readonly signer: SignerInfo;
  readonly certificates: readonly X509[];
}

/** Checks 1 to 3, and that there is one signer. */
function readToken(bytes: Uint8Array): Token {
  if (bytes.length > MAX_TIME_STAMP_BYTES) throw malformed("it is too long");
  if (!isDer(bytes)) throw malformed("it is not DER to its last byte");
  const { result } = fromBER(new Uint8Array(bytes));
  const { status, timeStampToken } = new TimeStampResp({ schema: result });
  if (Number(status.status) > 1) throw malformed("the authority did not grant it");
  if (timeStampToken?.contentType !== SIGNED_DATA) throw malformed("it holds no signed data");
  const signedData = new SignedData({ schema: timeStampToken.content as unknown });
  const { eContentType, eContent } = signedData.encapContentInfo;
  if (eContentType !== TST_INFO || !eContent) throw malformed("its content is no TSTInfo");
  const content = new Uint8Array(eContent.getValue());
  const [signer, ...more] = signedData.signerInfos;
  if (signer === undefined || more.length > 0) throw malformed("it has not exactly one signer");
  const certificates = (signedData.certificates ?? []).filter((certificate) => certificate instanceof X509);
  return { info: TSTInfo.fromBER(content), content, signer, certificates };
}

/** Check 8. */
async function assertImprint(crypto: Crypto, info: TSTInfo, data: Uint8Array): Promise<void> {
  const { hashAlgorithm, hashedMessage } = info.messageImprint;
  const name = STRONG_DIGESTS.get(hashAlgorithm.algorithmId);
  if (name === undefined) throw weak(hashAlgorithm.algorithmId);
  const found = hashedMessage.valueBlock.valueHexView;
  const expected = await digest(crypto, name, data);
  if (equalBytes(expected, found)) return;
  throw new Fault({ kind: "other-data", expected: formatHex(expected), found: formatHex(found) });
}

/** Checks 4 and 5: the certificate that the signer names, by issuer and serial number and by its digest. */
async function signerOf(crypto: Crypto, token: Token, pinned: readonly X509[]): Promise<X509> {
  const sid: unknown = token.signer.sid;
  if (!(sid instanceof IssuerAndSerialNumber)) throw malformed("its signer is not named by issuer and serial number");
  const isNamed = (certificate: X509): boolean =>
    certificate.issuer.isEqual(sid.issuer) && certificate.serialNumber.isEqual(sid.serialNumber);
  const certificate = [...token.certificates, ...pinned].find(isNamed);
  if (certificate === undefined) throw untrusted("the certificate of its signer is not at hand");
  const der = new Uint8Array(certificate.toSchema().toBER());
  const ids = certificateIds(token.signer);
  for (const { algorithm, certificateHash } of ids) {
    const name = algorithm === SHA1 ? "SHA-1" : STRONG_DIGESTS.get(algorithm);
    const isNamedBy = name !== undefined && equalBytes(await digest(crypto, name, der), certificateHash);
    if (!isNamedBy) throw untrusted("it does not name the certificate of its signer");
  }
  if (ids.length === 0) throw untrusted("it does not name the certificate of its signer");
  return certificate;
}

/** The first certificate of SigningCertificate (RFC 2634 §5.4, SHA-1) and of SigningCertificateV2 (RFC 5035 §3). */
function certificateIds(
  signer: SignerInfo,
): readonly { readonly algorithm: string; readonly certificateHash: Uint8Array }[] {
  return [SIGNING_CERTIFICATE_V2, SIGNING_CERTIFICATE].flatMap((type) => {
    const [value] = attributeValues(signer, type);
    const certificates = membersOf(value)[0];
    const members = membersOf(membersOf(certificates)[0]);
    const [first, second] = members;
    const stated = first instanceof Sequence ? membersOf(first)[0] : undefined;
    const isV2 = type === SIGNING_CERTIFICATE_V2;
    const algorithm = isV2 ? (stated instanceof ObjectIdentifier ? stated.valueBlock.toString() : SHA256) : SHA1;
    const certificateHash = first instanceof OctetString ? first : second;
    if (!(certificateHash instanceof OctetString)) return [];
    return [{ algorithm, certificateHash: certificateHash.valueBlock.valueHexView }];
  });
}

/** Check 4: the signed attributes name type and digest of the content, and the signature over them verifies. */
async function assertSignature(crypto: Crypto, { signer, content }: Token, certificate: X509): Promise<void> {
  const { signedAttrs, digestAlgorithm } = signer;
  const digestName = STRONG_DIGESTS.get(digestAlgorithm.algorithmId);
  if (digestName === undefined) throw weak(digestAlgorithm.algorithmId);
  const [type, ...types] = attributeValues(signer, CONTENT_TYPE);
  const [messageDigest, ...digests] = attributeValues(signer, MESSAGE_DIGEST);
  const isTyped = type instanceof ObjectIdentifier && type.valueBlock.toString() === TST_INFO && types.length === 0;
  if (!isTyped || !(messageDigest instanceof OctetString) || digests.length > 0 || signedAttrs === undefined) {
    throw malformed("its signed attributes do not name content type and message digest");
  }
  if (!equalBytes(await digest(crypto, digestName, content), messageDigest.valueBlock.valueHexView)) {
    throw untrusted("its content is not what was signed");
  }
  // RFC 5652 §5.4: what is signed is the encoding with the tag of SET OF.
  const data = new Uint8Array(signedAttrs.encodedValue.slice(0));
  data[0] = SET_TAG;
  const signed = { data, signature: signer.signature, algorithm: signer.signatureAlgorithm, digest: digestAlgorithm };
  const result = await verifyX509Signature(crypto, signed, certificate.subjectPublicKeyInfo);
  if (result === "invalid") throw untrusted("its signature does not verify");
  if (result !== "valid") throw weak(result.weak);
}

/** Check 6: extended key usage is there, critical, and time stamping alone. */
function assertPurpose({ extensions = [] }: X509): void {
  const usages = extensions.filter(({ extnID }) => extnID === EXTENDED_KEY_USAGE);
  const [usage] = usages;
  const purposes = usage?.parsedValue as unknown;
  const isOnly = purposes instanceof ExtKeyUsage && purposes.keyPurposes.join() === TIME_STAMPING;
  if (usages.length !== 1 || usage?.critical !== true || !isOnly) {
    throw untrusted("the certificate of its signer is not one for time stamps alone");
  }
}

/** Check 9: RFC 3161 §2.4.2; an accuracy that is not stated is not known, and taken as none. */
function accuracyOf({ accuracy }: TSTInfo): number {
  return (accuracy?.seconds ?? 0) * 1_000 + (accuracy?.millis ?? 0) + (accuracy?.micros ?? 0) / 1_000;
}

function attributeValues({ signedAttrs }: SignerInfo, type: string): readonly unknown[] {
  const attributes = (signedAttrs?.attributes ?? []).filter((attribute) => attribute.type === type);
  return attributes.flatMap(({ values }) => values as readonly unknown[]); // pkijs leaves the values untyped
}

function membersOf(value: unknown): readonly unknown[] {
  return value instanceof Sequence ? value.valueBlock.value : [];
}

async function digest(crypto: Crypto, name: string, data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(name, new Uint8Array(data)));
}

function malformed(reason: string): Fault {
  return new Fault({ kind: "malformed", reason });
}

function untrusted(reason: string): Fault {
  return new Fault({ kind: "untrusted", reason });
}

function weak(algorithm: string): Fault {
  return new Fault({ kind: "weak", algorithm });
}

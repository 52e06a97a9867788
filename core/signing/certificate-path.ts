/**
 * From a certificate to one that the examiner pinned (RFC 5280 §6, the parts that concern signatures over data): names chain, every
 * issuer is a certificate authority that may sign certificates, every signature verifies, and every certificate was valid at
 * one given time, which may lie in the past. Revocation is not looked at: nothing is asked of a network.
 */

import { type BitString } from "asn1js";
import { BasicConstraints, type Certificate as X509, type Extension, ExtKeyUsage } from "pkijs";
import { equalBytes } from "../encoding/bytes.ts";
import { verifyX509Signature } from "./x509-signature.ts";

/** A time authority has a root, and seldom more than one certificate between. */
const MAX_PATH_LENGTH = 6;
/** A token may carry any number of certificates; more than this is no chain. */
const MAX_CANDIDATES = 20;

const KEY_USAGE = "2.5.29.15";
const BASIC_CONSTRAINTS = "2.5.29.19";
export const EXTENDED_KEY_USAGE = "2.5.29.37";
const ANY_PURPOSE = "2.5.29.37.0";
export const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
export const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
/** Extensions that may be critical: those we judge, those that say nothing about a path, and the purpose. */
const UNDERSTOOD = new Set([
  KEY_USAGE,
  BASIC_CONSTRAINTS,
  EXTENDED_KEY_USAGE,
  "2.5.29.14",
  "2.5.29.35",
  "2.5.29.32",
  "2.5.29.17",
]);
/** Bit 5 of KeyUsage, RFC 5280 §4.2.1.3: the first byte's 0x04. */
const KEY_CERT_SIGN = 0x04;

export type PathResult =
  | { readonly kind: "path"; readonly certificates: readonly X509[] }
  | { readonly kind: "weak"; readonly algorithm: string }
  | { readonly kind: "none"; readonly reason: string };

/** What a path is judged for: when each of its certificates must have been valid, and what its issuers may be for. */
export interface PathUse {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Object identifier of an extended key usage. */
  readonly purpose: string;
}

/** Finds a path from `certificate` to a pinned one, by way of `others`. */
export async function findCertificatePath(
  crypto: Crypto,
  certificate: X509,
  others: readonly X509[],
  pinned: readonly X509[],
  use: PathUse,
): Promise<PathResult> {
  const path: X509[] = [certificate];
  const candidates = [...pinned, ...others.slice(0, MAX_CANDIDATES)];
  for (let current = certificate; path.length <= MAX_PATH_LENGTH;) {
    const fault = faultOf(current, use, path.length - 1);
    if (fault !== undefined) return { kind: "none", reason: fault };
    if (pinned.some((pin) => isSame(pin, current))) return { kind: "path", certificates: path };
    const issuer = await issuerOf(crypto, current, candidates);
    if (issuer === undefined) return { kind: "none", reason: "no path leads to a certificate that you trust" };
    if ("weak" in issuer) return { kind: "weak", algorithm: issuer.weak };
    path.push(issuer.certificate);
    current = issuer.certificate;
  }
  return { kind: "none", reason: "the path is longer than any that we follow" };
}

async function issuerOf(
  crypto: Crypto,
  certificate: X509,
  candidates: readonly X509[],
): Promise<{ readonly certificate: X509 } | { readonly weak: string } | undefined> {
  let weak: string | undefined;
  const signed = {
    data: certificate.tbsView,
    signature: certificate.signatureValue,
    algorithm: certificate.signatureAlgorithm,
  };
  for (const candidate of candidates) {
    if (isSame(candidate, certificate) || !candidate.subject.isEqual(certificate.issuer)) continue;
    const result = await verifyX509Signature(crypto, signed, candidate.subjectPublicKeyInfo);
    if (result === "valid") return { certificate: candidate };
    if (result !== "invalid") weak = result.weak;
  }
  return weak === undefined ? undefined : { weak };
}

/** Why a certificate cannot stand in a path; `below` is the number of certificates between it and the first one's issuer. */
function faultOf(certificate: X509, { atMs, purpose }: PathUse, position: number): string | undefined {
  const { notBefore, notAfter } = certificate;
  if (atMs < notBefore.value.getTime() || atMs > notAfter.value.getTime()) {
    return "a certificate of its path was not valid at the time it states";
  }
  const extensions = certificate.extensions ?? [];
  const unknown = extensions.find(({ critical, extnID }) => critical && !UNDERSTOOD.has(extnID));
  if (unknown !== undefined) return `a certificate has a critical extension that is not understood (${unknown.extnID})`;
  if (position === 0) return undefined;
  const constraints = extensions.find(({ extnID }) => extnID === BASIC_CONSTRAINTS)?.parsedValue as unknown;
  if (!(constraints instanceof BasicConstraints) || !constraints.cA) return "an issuer is no certificate authority";
  const { pathLenConstraint } = constraints;
  if (typeof pathLenConstraint === "number" && position - 1 > pathLenConstraint)
    return "the path is longer than an issuer allows";
  const usage = extensions.find(({ extnID }) => extnID === KEY_USAGE);
  if (usage !== undefined && !maySignCertificates(usage)) return "an issuer may not sign certificates";
  const purposes = extensions.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE);
  return purposes === undefined || allows(purposes, purpose) ? undefined : "an issuer is for other purposes alone";
}

/** RFC 5280 leaves open what purposes of an authority mean; readers that look at them take them as a limit, and so do we. */
function allows({ parsedValue }: Extension, purpose: string): boolean {
  const purposes = parsedValue as unknown;
  if (!(purposes instanceof ExtKeyUsage)) return false;
  return purposes.keyPurposes.some((allowed) => allowed === purpose || allowed === ANY_PURPOSE);
}

function maySignCertificates({ parsedValue }: Extension): boolean {
  const bits = (parsedValue as BitString | undefined)?.valueBlock.valueHexView; // pkijs parses KeyUsage into a BitString
  return ((bits?.[0] ?? 0) & KEY_CERT_SIGN) !== 0;
}

/** By what was signed and the signature, as they were read: to encode both again takes longer than all other checks. */
function isSame(left: X509, right: X509): boolean {
  return equalBytes(left.tbsView, right.tbsView) && equalBytes(signatureOf(left), signatureOf(right));
}

function signatureOf({ signatureValue }: X509): Uint8Array {
  return signatureValue.valueBlock.valueHexView;
}

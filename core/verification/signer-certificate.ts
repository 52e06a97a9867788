/** The certificate under a Sigstore signature: who vouches for it, whether it was logged, and whom it names. */
import { type Certificate as X509, ExtKeyUsage } from "pkijs";

import { quote, quoteWhole } from "../model/problem.ts";
import { CODE_SIGNING, EXTENDED_KEY_USAGE, findCertificatePath } from "../signing/certificate-path.ts";
import { identityOf } from "../signing/certificate-identity.ts";
import { verifyCertificateTimestamps } from "../signing/certificate-timestamp.ts";
import { isValidAt, type SigstoreRoot } from "../signing/sigstore-root.ts";
import { type AttachmentJudgement, type AttachmentMeans } from "./attachment-means.ts";
import { check, finding, notAttempted, notVerifiable, type CheckOutcome } from "./findings.ts";

interface JudgedCertificate {
  readonly der: Uint8Array;
  readonly certificate: X509;
  /** When the signature was made, as far as that is proven; milliseconds since 1970. */
  readonly atMs: number | undefined;
}

/**
 * The checks `certificate` and `certificate-log`. Its path is judged when the signature was made; where that is not proven, or
 * was outside its validity (which the check `signing-time` says), when the certificate began.
 */
export async function judgeCertificate(
  { der, certificate, atMs }: JudgedCertificate,
  root: SigstoreRoot,
  means: AttachmentMeans,
): Promise<CheckOutcome & { readonly isTrusted: boolean }> {
  const startMs = certificate.notBefore.value.getTime();
  const validity = { startMs, endMs: certificate.notAfter.value.getTime() };
  const at = atMs !== undefined && isValidAt(validity, atMs) ? atMs : startMs;
  const issuer = isForSigning(certificate) ? await issuerOf(certificate, root, at, means.crypto) : NOT_FOR_SIGNING;
  if ("fault" in issuer) {
    const message = `The certificate of the signer does not lead to an authority of the trusted root: ${issuer.fault}.`;
    return {
      isTrusted: false,
      checks: [
        notVerifiable("certificate", message, 1),
        notAttempted("certificate-log", "only certificates of trusted authorities are looked up"),
      ],
      findings: [finding("certificate-not-trusted", "not-verifiable", message)],
    };
  }
  const path = check("certificate", 1, 0, "issued for signing by an authority of the trusted root");
  const logged = await judgeLogged(der, issuer.key, root, means);
  return { isTrusted: true, checks: [path, ...logged.checks], findings: logged.findings };
}

const NOT_FOR_SIGNING = { fault: "it is not one for signatures over code or files" };

function isForSigning({ extensions = [] }: X509): boolean {
  const purposes = extensions.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE)?.parsedValue as unknown;
  return purposes instanceof ExtKeyUsage && purposes.keyPurposes.includes(CODE_SIGNING);
}

/** The key of the authority that issued the certificate, DER, or why there is none. */
async function issuerOf(
  certificate: X509,
  root: SigstoreRoot,
  atMs: number,
  crypto: Crypto,
): Promise<{ readonly key: Uint8Array } | { readonly fault: string }> {
  let fault = "it names none";
  for (const { certificates, validity } of root.certificateAuthorities) {
    if (!isValidAt(validity, atMs)) continue;
    const found = await findCertificatePath(crypto, certificate, [], certificates, { atMs, purpose: CODE_SIGNING });
    const issuer = found.kind === "path" ? found.certificates[1] : undefined;
    if (issuer !== undefined) return { key: new Uint8Array(issuer.subjectPublicKeyInfo.toSchema().toBER()) };
    if (found.kind === "none") fault = found.reason;
    if (found.kind === "weak") fault = `an algorithm is no longer accepted (${found.algorithm})`;
  }
  return { fault };
}

async function judgeLogged(
  der: Uint8Array,
  issuerKey: Uint8Array,
  { certificateLogs }: SigstoreRoot,
  means: AttachmentMeans,
): Promise<CheckOutcome> {
  if (certificateLogs.length === 0) {
    return { checks: [notAttempted("certificate-log", "the trusted root names no log of certificates")], findings: [] };
  }
  const result = await verifyCertificateTimestamps(means.hash, means, der, issuerKey, certificateLogs);
  if (result.kind === "valid") {
    const note = `promised to be shown by ${quote(result.log.name)} at ${new Date(result.timeMs).toISOString()}`;
    return { checks: [check("certificate-log", 1, 0, note)], findings: [] };
  }
  const reasons = {
    none: "It has no timestamp of a log of certificates: it may have been issued unseen.",
    "unknown-log": "No log of certificates that the trusted root names has seen it.",
    invalid: "The timestamp of its log of certificates does not verify.",
  };
  const message = reasons[result.kind];
  const failed = result.kind === "invalid" ? 1 : 0;
  return {
    checks: [failed > 0 ? check("certificate-log", 1, failed, message) : notVerifiable("certificate-log", message, 1)],
    findings: [finding("certificate-not-logged", "not-verifiable", message)],
  };
}

interface JudgedIdentity {
  readonly name: string;
  readonly signer: AttachmentJudgement["signer"];
  /** Whether it is the one that the examiner named. */
  readonly isExpected: boolean;
}

/** The check `identity`: whom the certificate names, beside whom the examiner expects. */
export function judgeIdentity(der: Uint8Array, expected: AttachmentMeans["identity"]): CheckOutcome & JudgedIdentity {
  const { subjects, issuer } = identityOf(der);
  const name = subjects.join(", ");
  const named = { name, signer: { identity: name, issuer: issuer ?? null } };
  const found = `${quoteWhole(name)}, vouched for by ${issuer === undefined ? "nobody" : quoteWhole(issuer)}`;
  if (expected === undefined) {
    const message = `The certificate names ${found}; you have not said whom you expect, and by whose word.`;
    return {
      ...named,
      isExpected: false,
      checks: [notVerifiable("identity", message, 1)],
      findings: [finding("identity-not-pinned", "not-verifiable", message)],
    };
  }
  if (subjects.includes(expected.subject) && issuer === expected.issuer) {
    return { ...named, isExpected: true, checks: [check("identity", 1, 0, found)], findings: [] };
  }
  const message = `The certificate names ${found}, not whom you expect.`;
  const difference = { expected: `${expected.subject}, vouched for by ${expected.issuer}`, found };
  return {
    ...named,
    isExpected: false,
    checks: [check("identity", 1, 1, message)],
    findings: [finding("identity-mismatch", "not-verifiable", message, {}, difference)],
  };
}

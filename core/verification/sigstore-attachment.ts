/**
 * Sigstore bundles over a file, offline, against the trusted root that the examiner gives. The signature is by a key that a
 * certificate ties to an identity for some minutes; that it was made in those minutes is shown by a log or a time authority,
 * and that the certificate was not issued in secret by a log of certificates. All of it is asked for, and whom to expect.
 */
import { Certificate as X509 } from "pkijs";

import { equalBytes } from "../encoding/bytes.ts";
import { type Hash } from "../model/digest.ts";
import { Problem } from "../model/problem.ts";
import { formatInstant, instantFromMillis } from "../model/time.ts";
import { parseCertificate } from "../signing/certificate.ts";
import { preAuthEncoding } from "../signing/dsse.ts";
import { parsePublicKey, usualSchemes, verifiesBy, type PublicKey } from "../signing/public-key.ts";
import { type LoggedSignature } from "../signing/rekor-entry.ts";
import { type SigstoreBundle, type SigstoreContent } from "../signing/sigstore-bundle.ts";
import { judgeEnvelopeContent, judgeSameDigest, noFile } from "./attached-content.ts";
import { type AttachedFile, type AttachmentJudgement, type AttachmentMeans } from "./attachment-means.ts";
import { check, finding, notAttempted, notVerifiable, type CheckOutcome } from "./findings.ts";
import { givenKeyUses, judgeTried, keyUseOf } from "./given-keys.ts";
import { judgeLogEntries } from "./rekor-check.ts";
import { judgeCertificate, judgeIdentity } from "./signer-certificate.ts";
import { judgeSigningTime, stampedTimes } from "./signing-time.ts";

/** What was signed, with what. */
interface Signed {
  readonly signature: Uint8Array;
  /** The bytes that the signature is over; undefined when what was signed is another file. */
  readonly message: Uint8Array | undefined;
  /** SHA-256 of what was signed. */
  readonly digest: Uint8Array;
  readonly payload: Uint8Array | undefined;
}

/** A certificate in both forms, and its key. */
interface Signer {
  readonly der: Uint8Array;
  readonly certificate: X509;
  readonly key: PublicKey;
}

/** Judges a bundle. Throws `no-file` (usage) and `sigstore-malformed`, `certificate-malformed` (refused). */
export async function judgeSigstoreBundle(
  bundle: SigstoreBundle,
  file: AttachedFile | undefined,
  means: AttachmentMeans,
): Promise<AttachmentJudgement> {
  if (file === undefined) throw noFile("a Sigstore bundle holds a signature over it");
  const signed = signedOf(bundle.content, file, means.hash);
  const content =
    bundle.content.kind === "file"
      ? judgeSameDigest(means.hash, bundle.content.digest, file)
      : judgeEnvelopeContent(means.hash, bundle.content.envelope, file);
  return bundle.certificate === undefined
    ? judgeByKey(bundle, signed, content, means)
    : judgeByCertificate(bundle, signed, content, signerOf(bundle.certificate), means);
}

function signedOf(content: SigstoreContent, file: AttachedFile, hash: Hash): Signed {
  if (content.kind === "file") {
    const { signature, digest } = content;
    const message = equalBytes(hash(file.content), digest) ? file.content : undefined;
    return { signature, message, digest, payload: undefined };
  }
  const { payloadType, payload, signatures } = content.envelope;
  const [first, ...more] = signatures;
  if (first === undefined || more.length > 0) {
    const found = `${signatures.length}`;
    const message = `Sigstore bundle: expected one signature of its envelope, got ${found}`;
    throw new Problem("refused", "sigstore-malformed", message, { expected: "1", found });
  }
  const message = preAuthEncoding(payloadType, payload);
  return { signature: first.signature, message, digest: hash(message), payload };
}

function signerOf(der: Uint8Array): Signer {
  const { publicKey } = parseCertificate(der);
  return { der, certificate: X509.fromBER(new Uint8Array(der)), key: parsePublicKey(publicKey) };
}

/** A bundle without a certificate: the key is the examiner's. What is logged about it is judged when there is a root. */
async function judgeByKey(
  bundle: SigstoreBundle,
  signed: Signed,
  content: CheckOutcome,
  means: AttachmentMeans,
): Promise<AttachmentJudgement> {
  const { hash, keys } = means;
  const results = await Promise.all(keys.map(({ key }) => isSignedBy(key, signed, means)));
  const verifiedBy = keys.find((_, index) => results[index]);
  const tried = [{ keyId: undefined, verifiedBy }];
  const signature = signed.message === undefined ? overOtherContent() : judgeTried(hash, keys, tried);
  if (verifiedBy === undefined) return judgement([signature, content, nothingSigned()], undefined, null, []);
  const stamps = await stampedTimes(means, bundle.timeStamps, signed.signature);
  const entries = await judgeLogEntries(
    bundle.entries,
    loggedOf(signed, verifiedBy.key.spki, means),
    stamps.times,
    means,
  );
  const time = judgeSigningTime([...stamps.times, ...entries.times], undefined);
  const outcomes = [signature, content, entries, stamps, time];
  return judgement(outcomes, time.provenMs, null, givenKeyUses(hash, keys, tried));
}

async function judgeByCertificate(
  bundle: SigstoreBundle,
  signed: Signed,
  content: CheckOutcome,
  { der, certificate, key }: Signer,
  means: AttachmentMeans,
): Promise<AttachmentJudgement> {
  const isSigned = await isSignedBy(key, signed, means);
  const identity = judgeIdentity(der, means.identity);
  if (means.root === undefined) {
    const outcomes = [consistency(isSigned), content, noRoot(), identity];
    return judgement(outcomes, undefined, identity.signer, [keyUseOf(means.hash, identity.name, key, "bundle")]);
  }
  if (isSigned === false) {
    const vouched = await judgeCertificate({ der, certificate, atMs: undefined }, means.root, means);
    const outcomes = [signatureBy(false, vouched.isTrusted), content, vouched, identity, nothingSigned()];
    return judgement(outcomes, undefined, identity.signer, [keyUseOf(means.hash, identity.name, key, "bundle")]);
  }
  const stamps = await stampedTimes(means, bundle.timeStamps, signed.signature);
  const entries = await judgeLogEntries(bundle.entries, loggedOf(signed, der, means), stamps.times, means);
  const time = judgeSigningTime([...stamps.times, ...entries.times], certificate);
  const vouched = await judgeCertificate({ der, certificate, atMs: time.provenMs }, means.root, means);
  const signature = signatureBy(isSigned, vouched.isTrusted);
  const outcomes = [signature, content, vouched, identity, entries, stamps, time];
  const trust = vouched.isTrusted && identity.isExpected ? "pinned" : "bundle";
  return judgement(outcomes, time.provenMs, identity.signer, [keyUseOf(means.hash, identity.name, key, trust)]);
}

/** Undefined when the bytes that were signed are not at hand. */
async function isSignedBy(
  key: PublicKey,
  { signature, message }: Signed,
  means: AttachmentMeans,
): Promise<boolean | undefined> {
  return message && verifiesBy(means, key, usualSchemes(key), signature, message);
}

function loggedOf(
  { signature, digest, payload }: Signed,
  signer: Uint8Array,
  { hash }: AttachmentMeans,
): LoggedSignature {
  return { signature, signedDigest: digest, payloadDigest: payload && hash(payload), signer };
}

/** By a certificate that leads to the trusted root a wrong signature is an alteration; by any other one it is no proof. */
function signatureBy(isSigned: boolean | undefined, isTrusted: boolean): CheckOutcome {
  if (isSigned === undefined) return overOtherContent();
  if (isSigned) return { checks: [check("signature", 1, 0, "by the key of the certificate")], findings: [] };
  const message =
    "The signature does not verify under the key of its certificate: it, or what it is over, was changed.";
  return {
    checks: [check("signature", 1, 1, message)],
    findings: [finding("signature-invalid", isTrusted ? "altered" : "not-verifiable", message)],
  };
}

function overOtherContent(): CheckOutcome {
  return { checks: [notAttempted("signature", "it is over another file")], findings: [] };
}

function consistency(isSigned: boolean | undefined): CheckOutcome {
  if (isSigned !== true) return signatureBy(isSigned, false);
  const note = "consistent with the certificate supplied in the bundle, which nothing here vouches for";
  return { checks: [notVerifiable("signature", note, 1)], findings: [] };
}

/** What logs and time authorities say is about a signature; where that is none, it is about nothing. */
function nothingSigned(): CheckOutcome {
  const reason = "there is no valid signature that it could be about";
  return { checks: WHEN_CHECKS.map((name) => notAttempted(name, reason)), findings: [] };
}

const WHEN_CHECKS = ["log-entry", "signature-time-stamps", "signing-time"];

function noRoot(): CheckOutcome {
  const message = "You gave no trusted root: who signed, and when, cannot be told.";
  return {
    checks: ["certificate", "certificate-log", ...WHEN_CHECKS].map((name) => notAttempted(name, message)),
    findings: [finding("trusted-root-missing", "not-verifiable", message)],
  };
}

function judgement(
  outcomes: readonly CheckOutcome[],
  provenMs: number | undefined,
  signer: AttachmentJudgement["signer"],
  keys: AttachmentJudgement["keys"],
): AttachmentJudgement {
  return {
    checks: outcomes.flatMap(({ checks }) => checks),
    findings: outcomes.flatMap(({ findings }) => findings),
    signer,
    provenTime: provenMs === undefined ? null : formatInstant(instantFromMillis(provenMs)),
    keys,
  };
}

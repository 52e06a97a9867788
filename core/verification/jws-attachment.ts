import { Problem, quote } from "../model/problem.ts";
import { parseJsonWebKey } from "../signing/jwk.ts";
import { jwsScheme, type JsonWebSignature, type JwsSignature } from "../signing/jws.ts";
import { type PublicKey, verifiesBy } from "../signing/public-key.ts";
import { judgeSameContent, noFile } from "./attached-content.ts";
import {
  type AttachedFile,
  type AttachmentJudgement,
  type AttachmentMeans,
  type GivenKey,
} from "./attachment-means.ts";
import { check, finding, notVerifiable, type CheckOutcome } from "./findings.ts";
import { givenKeyUses, judgeTried, type TriedSignature } from "./given-keys.ts";

/**
 * Judges a JSON Web Signature: by the given keys alone, whatever its header offers. Detached content is the file, so that
 * the signature says all there is to say about it.
 */
export async function judgeJsonWebSignature(
  { payload, signatures }: JsonWebSignature,
  file: AttachedFile | undefined,
  means: AttachmentMeans,
): Promise<AttachmentJudgement> {
  const content = payload ?? file?.content;
  if (content === undefined) throw noFile("its content is detached");
  const accepted = signatures.filter(({ algorithm }) => jwsScheme(algorithm) !== undefined);
  const tried = await tryKeys(accepted, content, means);
  const outcomes = [
    judgeAlgorithms(signatures, accepted),
    ...(accepted.length > 0 ? [judgeTried(means.hash, means.keys, tried)] : []),
    await judgeOfferedKeys(signatures, content, means),
    ...(payload === undefined ? [] : [judgeSameContent(means.hash, payload, file)]),
  ];
  return {
    checks: outcomes.flatMap(({ checks }) => checks),
    findings: outcomes.flatMap(({ findings }) => findings),
    signer: null,
    provenTime: null,
    keys: givenKeyUses(means.hash, means.keys, tried),
  };
}

async function tryKeys(
  signatures: readonly JwsSignature[],
  content: Uint8Array,
  means: AttachmentMeans,
): Promise<readonly TriedSignature[]> {
  const tried: TriedSignature[] = [];
  for (const signature of signatures) {
    let verifiedBy: GivenKey | undefined;
    for (const given of means.keys) {
      // RFC 7517 §4.4: a key that names its algorithm is for no other.
      if (given.algorithm !== undefined && given.algorithm !== signature.algorithm) continue;
      if (await isBy(given.key, signature, content, means)) verifiedBy ??= given;
    }
    tried.push({ keyId: signature.keyId, verifiedBy });
  }
  return tried;
}

async function isBy(
  key: PublicKey,
  { algorithm, signature, signedBytes }: JwsSignature,
  content: Uint8Array,
  means: AttachmentMeans,
): Promise<boolean> {
  const scheme = jwsScheme(algorithm);
  return scheme !== undefined && verifiesBy(means, key, [scheme], signature, signedBytes(content));
}

/** `none`, algorithms with a shared secret, and unknown ones prove nothing, whoever made them. */
function judgeAlgorithms(signatures: readonly JwsSignature[], accepted: readonly JwsSignature[]): CheckOutcome {
  const refused = signatures.filter((signature) => !accepted.includes(signature));
  const names = [...new Set(refused.map(({ algorithm }) => quote(algorithm)))].join(", ");
  if (refused.length === 0) {
    const used = [...new Set(accepted.map(({ algorithm }) => algorithm))].join(", ");
    return { checks: [check("algorithm", accepted.length, 0, used)], findings: [] };
  }
  const message = `A signature uses an algorithm that is not accepted (${names}).`;
  return {
    checks: [notVerifiable("algorithm", message, signatures.length)],
    findings: [finding("algorithm-not-accepted", accepted.length > 0 ? "verified" : "not-verifiable", message)],
  };
}

/** Keys in the header are the signer's choice: that one fits is consistency, and nothing more. */
async function judgeOfferedKeys(
  signatures: readonly JwsSignature[],
  content: Uint8Array,
  means: AttachmentMeans,
): Promise<CheckOutcome> {
  const offered = signatures.filter(({ offeredKeys }) => offeredKeys.length > 0);
  if (offered.length === 0) return { checks: [], findings: [] };
  const names = [...new Set(offered.flatMap(({ offeredKeys }) => offeredKeys))].join(", ");
  const results = await Promise.all(offered.map((signature) => fitsItsKey(signature, content, means)));
  const fits = results.includes(true) ? " Its signature is consistent with the key supplied in it." : "";
  const message = `The header offers a key (${names}), which is not used: it would prove nothing about who signed.${fits}`;
  return { checks: [], findings: [finding("offered-key-ignored", "verified", message)] };
}

async function fitsItsKey(signature: JwsSignature, content: Uint8Array, means: AttachmentMeans): Promise<boolean> {
  if (signature.offeredKey === undefined) return false;
  try {
    return await isBy(parseJsonWebKey(signature.offeredKey).key, signature, content, means);
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

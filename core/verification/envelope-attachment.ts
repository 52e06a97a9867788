import { preAuthEncoding, type Envelope } from "../signing/dsse.ts";
import { usualSchemes, verifiesBy } from "../signing/public-key.ts";
import { judgeEnvelopeContent } from "./attached-content.ts";
import {
  type AttachedFile,
  type AttachmentJudgement,
  type AttachmentMeans,
  type GivenKey,
} from "./attachment-means.ts";
import { givenKeyUses, judgeTried, type TriedSignature } from "./given-keys.ts";

/** Judges a DSSE envelope: its signatures by the given keys, and what it is about. */
export async function judgeEnvelope(
  envelope: Envelope,
  file: AttachedFile | undefined,
  means: AttachmentMeans,
): Promise<AttachmentJudgement> {
  const { hash, keys } = means;
  const tried = await tryKeys(envelope, means);
  const outcomes = [judgeTried(hash, keys, tried), judgeEnvelopeContent(hash, envelope, file)];
  return {
    checks: outcomes.flatMap(({ checks }) => checks),
    findings: outcomes.flatMap(({ findings }) => findings),
    signer: null,
    provenTime: null,
    keys: givenKeyUses(hash, keys, tried),
  };
}

async function tryKeys(envelope: Envelope, means: AttachmentMeans): Promise<readonly TriedSignature[]> {
  const message = preAuthEncoding(envelope.payloadType, envelope.payload);
  const tried: TriedSignature[] = [];
  for (const { keyId, signature } of envelope.signatures) {
    let verifiedBy: GivenKey | undefined;
    for (const given of means.keys) {
      if (await verifiesBy(means, given.key, usualSchemes(given.key), signature, message)) verifiedBy ??= given;
    }
    tried.push({ keyId, verifiedBy });
  }
  return tried;
}

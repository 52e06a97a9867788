import { type Container } from "../bundle/container.ts";
import { platformEd25519Verify, platformHash } from "../bundle/platform-crypto.ts";
import { type Hash } from "../model/digest.ts";
import { type LongWork } from "../model/progress.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { type VerifierKey } from "../signing/verifier-key.ts";
import { ComparedHash, withComparison } from "../verification/compared-hash.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { verifyUnsealed } from "./verify-unsealed.ts";

/** Verifies whatever a container holds. Throws the `refused` problems of containers and damaged files. */
export async function verifyContainer(
  container: Container,
  pinnedKeys: readonly VerifierKey[],
  work: LongWork,
  hash: Hash = platformHash,
): Promise<VerifyResult> {
  const means = { pinnedKeys, hash, ed25519: platformEd25519Verify };
  const sealed = await verifyBundle(container, means, work);
  return sealed?.result ?? (await verifyUnsealed(container, work));
}

/** As {@link verifyContainer}, with every digest of records, tree and chain computed by both implementations. */
export async function verifyContainerTwice(
  container: Container,
  pinnedKeys: readonly VerifierKey[],
  work: LongWork,
): Promise<VerifyResult> {
  const compared = new ComparedHash(platformHash);
  return withComparison(await verifyContainer(container, pinnedKeys, work, compared.hash), compared);
}

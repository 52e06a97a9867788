import { type Container } from "../bundle/container.ts";
import { platformEd25519Verify, platformHash } from "../bundle/platform-crypto.ts";
import { type LongWork } from "../model/progress.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { type VerifierKey } from "../signing/verifier-key.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { verifyUnsealed } from "./verify-unsealed.ts";

/** Verifies whatever a container holds. Throws the `refused` problems of containers and damaged files. */
export async function verifyContainer(
  container: Container,
  pinnedKeys: readonly VerifierKey[],
  work: LongWork,
): Promise<VerifyResult> {
  const means = { pinnedKeys, hash: platformHash, ed25519: platformEd25519Verify };
  const sealed = await verifyBundle(container, means, work);
  return sealed?.result ?? (await verifyUnsealed(container, work));
}

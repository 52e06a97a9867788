import { type Container } from "../bundle/container.ts";
import { platformHash } from "../bundle/platform-crypto.ts";
import { type Hash } from "../model/digest.ts";
import { type LongWork } from "../model/progress.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { ComparedHash, withComparison } from "../verification/compared-hash.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { SegmentPool } from "./segment-pool.ts";
import { NO_FOREIGN_TRUST, verifyForeign, type ForeignTrust } from "./verify-foreign.ts";
import { rememberLog, sealedLogMeans, type Trust } from "./trust.ts";
import { verifyUnsealed } from "./verify-unsealed.ts";

/** Below this, starting threads takes longer than reading in one. */
const POOL_FROM_BYTES = 32 * 1024 * 1024;

/**
 * Verifies whatever a container holds, large bundles in several threads, and remembers the states that pinned keys signed. Throws the `refused` problems of containers and
 * damaged files.
 */
export async function verifyContainer(
  container: Container,
  trust: Trust,
  work: LongWork,
  foreign: ForeignTrust = NO_FOREIGN_TRUST,
  hash: Hash = platformHash,
): Promise<VerifyResult> {
  const byteLength = container.members.reduce((sum, member) => sum + member.byteLength, 0);
  const pool = hash === platformHash && byteLength >= POOL_FROM_BYTES ? new SegmentPool() : undefined;
  try {
    const means = { pinnedKeys, hash, ed25519: platformEd25519Verify, readSegments: pool?.read };
    const sealed = await verifyBundle(container, means, work);
    const { result } = sealed ?? (await verifyForeign(container, foreign, hash, work)) ?? {};
    return result ?? (await verifyUnsealed(container, work));
  } finally {
    await pool?.close();
  }
}

/** As {@link verifyContainer}, with every digest of records, tree and chain computed by both implementations. */
export async function verifyContainerTwice(
  container: Container,
  trust: Trust,
  work: LongWork,
  foreign: ForeignTrust = NO_FOREIGN_TRUST,
): Promise<VerifyResult> {
  const compared = new ComparedHash(platformHash);
  return withComparison(await verifyContainer(container, pinnedKeys, work, foreign, compared.hash), compared);
}

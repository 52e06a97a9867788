import { type Container } from "../bundle/container.ts";
import { platformHash } from "../bundle/platform-crypto.ts";
import { type Hash } from "../model/digest.ts";
import { type LongWork } from "../model/progress.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { ComparedHash, withComparison } from "../verification/compared-hash.ts";
import { type AskedWindow } from "../verification/cloudtrail-window.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { SegmentPool } from "./segment-pool.ts";
import { verifyForeign } from "./verify-foreign.ts";
import { rememberLog, sealedLogMeans, type Trust } from "./trust.ts";
import { verifyUnsealed } from "./verify-unsealed.ts";

/** Below this, starting threads takes longer than reading in one. */
const POOL_FROM_BYTES = 32 * 1024 * 1024;

/**
 * Verifies whatever a container holds, large bundles in several threads, and remembers the states that pinned keys signed.
 * Throws the `refused` problems of containers and damaged files.
 */
export async function verifyContainer(
  container: Container,
  trust: Trust,
  work: LongWork,
  asked: AskedWindow | null = null,
  hash: Hash = platformHash,
): Promise<VerifyResult> {
  const byteLength = container.members.reduce((sum, member) => sum + member.byteLength, 0);
  const pool = hash === platformHash && byteLength >= POOL_FROM_BYTES ? new SegmentPool() : undefined;
  try {
    const means = { ...sealedLogMeans(trust, hash), readSegments: pool?.read };
    const sealed = await verifyBundle(container, means, work);
    await rememberLog(trust, sealed?.pinnedStates ?? []);
    const { result } = sealed ?? (await verifyForeign(container, trust, work, asked, hash)) ?? {};
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
  asked: AskedWindow | null = null,
): Promise<VerifyResult> {
  const compared = new ComparedHash(platformHash);
  return withComparison(await verifyContainer(container, trust, work, asked, compared.hash), compared);
}

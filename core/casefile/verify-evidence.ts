import { type Container } from "../bundle/container.ts";
import { platformHash } from "../bundle/platform-crypto.ts";
import { type LongWork } from "../model/progress.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { withRemarks } from "../verification/archive-remarks.ts";
import { ComparedHash, withComparison } from "../verification/compared-hash.ts";
import { type AskedWindow } from "../verification/cloudtrail-window.ts";
import { verifyBundleOutline } from "../verification/verify-bundle.ts";
import { verifyLooseFile } from "../verification/loose-file.ts";
import { poolFor } from "./segment-pool.ts";
import { verifyForeign } from "./verify-foreign.ts";
import { rememberLog, sealedLogMeans, type Trust } from "./trust.ts";
import { verifyUnsealed } from "./verify-unsealed.ts";

/**
 * Verifies whatever a container holds, large bundles in several threads, and remembers the states that pinned keys signed.
 * Throws the `refused` problems of containers and damaged files, `changed-while-reading` also for evidence that was no longer
 * as it was listed when all was read.
 */
export async function verifyContainer(
  container: Container,
  trust: Trust,
  work: LongWork,
  asked: AskedWindow | null = null,
  compared?: ComparedHash,
): Promise<VerifyResult> {
  const result = await verifyContent(container, trust, work, asked, compared);
  await container.assertUnchanged?.();
  return withRemarks(result, container);
}

async function verifyContent(
  container: Container,
  trust: Trust,
  work: LongWork,
  asked: AskedWindow | null,
  compared: ComparedHash | undefined,
): Promise<VerifyResult> {
  const hash = compared?.hash ?? platformHash;
  const pool = compared === undefined ? poolFor(container) : undefined;
  try {
    const means = { ...sealedLogMeans(trust, hash), readSegments: pool?.read, compared };
    const loose = await verifyLooseFile(container, means);
    if (loose !== undefined) {
      await rememberLog(trust, loose.pinnedStates);
      return loose.result;
    }
    const sealed = await verifyBundleOutline(container, means, work);
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
  return withComparison(await verifyContainer(container, trust, work, asked, compared), compared);
}

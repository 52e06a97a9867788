import { type Container } from "../bundle/container.ts";
import { platformHash, platformRsaVerify } from "../bundle/platform-crypto.ts";
import { type Hash } from "../model/digest.ts";
import { formatInstant, instantFromMillis } from "../model/time.ts";
import { type LongWork } from "../model/progress.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { type AskedWindow } from "../verification/cloudtrail-window.ts";
import { verifyCloudTrail } from "../verification/cloudtrail.ts";
import { verifyLake } from "../verification/lake.ts";
import { type SegmentRows } from "../verification/segment-rows.ts";
import { type SignedLeaves } from "../verification/signed-leaves.ts";
import { verifyTileLog } from "../verification/tiles.ts";
import { knownHeadsOf, rememberDigestHeads } from "./digest-anchors.ts";
import { rememberLog, sealedLogMeans, type Trust } from "./trust.ts";

/** A verification by a foreign proof, with the verdict of every file's rows. */
export interface ForeignJudgement {
  readonly result: VerifyResult;
  /** With paths as in the container. */
  readonly rows: readonly SegmentRows[];
  /** Files that could not be unpacked. */
  readonly unread: ReadonlySet<string>;
  /** The leaves of a proof that has a tree; null when there are none or they are not known. */
  readonly signedLeaves: SignedLeaves | null;
}

/**
 * Verifies evidence that carries a proof of another format, and remembers the heads that pinned keys signed; undefined when
 * it carries none that is known. Throws as `readAnchors`.
 */
export async function verifyForeign(
  container: Container,
  trust: Trust,
  work: LongWork,
  asked: AskedWindow | null = null,
  hash: Hash = platformHash,
): Promise<ForeignJudgement | undefined> {
  const tiles = await verifyTileLog(container, sealedLogMeans(trust, hash), work);
  if (tiles) {
    await rememberLog(trust, tiles.pinnedStates);
    return { ...tiles, unread: new Set() };
  }
  const publicKeys = { hash, rsa: platformRsaVerify, pinnedKeys: trust.publicKeys };
  const lake = await verifyLake(container, publicKeys, work);
  if (lake) return { ...lake, unread: new Set(), signedLeaves: null };
  const knownHeads = trust.anchors === null ? null : await knownHeadsOf(trust.anchors);
  const cloudTrail = await verifyCloudTrail(container, { ...publicKeys, asked, knownHeads }, work);
  if (trust.anchors !== null && cloudTrail) {
    await rememberDigestHeads(trust.anchors, cloudTrail.heads, formatInstant(instantFromMillis(Date.now())));
  }
  return cloudTrail && { ...cloudTrail, signedLeaves: null };
}

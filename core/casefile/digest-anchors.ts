/** Heads of CloudTrail chains in the store of anchors: one identity is a chain and the full key that signed its head. */
import { type KnownHead, type SignedHead } from "../verification/cloudtrail-heads.ts";
import { readAnchors, rememberHeads } from "./anchors.ts";

/** The heads that the store holds. Throws as {@link readAnchors}. */
export async function knownHeadsOf(path: string): Promise<readonly KnownHead[]> {
  const anchors = await readAnchors(path);
  return anchors.flatMap(({ kind, identity, position, digest, seenAt }) => {
    const [chain = "", publicKey = ""] = identity.split("\n");
    return kind === "cloudtrail" ? [{ chain, publicKey, endMs: position, sha256: digest, seenAt }] : [];
  });
}

/** Keeps heads that pinned keys signed. Throws as {@link readAnchors}. */
export async function rememberDigestHeads(path: string, heads: readonly SignedHead[], seenAt: string): Promise<void> {
  const found = heads.map(({ chain, publicKey, endMs, sha256, signed }) => {
    const identity = `${chain}\n${publicKey}`;
    return { kind: "cloudtrail", identity, position: endMs, digest: sha256, signed, statedAt: null } as const;
  });
  await rememberHeads(path, found, seenAt);
}

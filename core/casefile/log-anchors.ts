/** States of sealed logs in the store of anchors: one identity is an origin and the full key under which it verified. */
import { type KnownState } from "../verification/means.ts";
import { type SignedState } from "../verification/sealed-log.ts";
import { readAnchors, rememberHeads, type Anchor } from "./anchors.ts";

/** The states that the store holds. Throws as {@link readAnchors}. */
export async function knownStatesOf(path: string): Promise<readonly KnownState[]> {
  const anchors = await readAnchors(path);
  return anchors.flatMap((anchor) => (anchor.kind === "log" ? [stateOf(anchor)] : []));
}

/** Keeps states of a bundle that pinned keys signed. */
export async function rememberStates(path: string, states: readonly SignedState[], seenAt: string): Promise<number> {
  const heads = states.map(({ origin, vkey, size, root, note, statedAt }) => {
    return {
      kind: "log",
      identity: `${origin}\n${vkey}`,
      position: size,
      digest: root,
      signed: note,
      statedAt,
    } as const;
  });
  return (await rememberHeads(path, heads, seenAt)).length;
}

function stateOf({ identity, position, digest, seenAt, statedAt }: Anchor): KnownState {
  const [origin = "", vkey = ""] = identity.split("\n");
  return { origin, vkey, size: position, root: digest, seenAt, statedAt };
}

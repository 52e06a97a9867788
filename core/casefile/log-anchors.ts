/** States of sealed logs in the store of anchors: one identity is an origin and the full key under which it verified. */
import { platformEd25519Verify } from "../bundle/platform-crypto.ts";
import { formatHex } from "../encoding/bytes.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { type Anchor } from "../model/anchor.ts";
import { Problem, quote } from "../model/problem.ts";
import { parseCheckpoint } from "../signing/checkpoint.ts";
import { parseNote, verifyNote } from "../signing/note.ts";
import { formatVerifierKey, type VerifierKey } from "../signing/verifier-key.ts";
import { type KnownState } from "../verification/means.ts";
import { type SignedState } from "../verification/sealed-log.ts";
import { readAnchors, rememberHeads } from "./anchors.ts";

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

/**
 * Keeps the state of a signed note that was obtained elsewhere. Throws `note-malformed`, `checkpoint-malformed` and
 * `checkpoint-not-trusted` (refused) unless a pinned key of the log signed it.
 */
export async function rememberNote(
  path: string,
  bytes: Uint8Array,
  logKeys: readonly VerifierKey[],
  seenAt: string,
): Promise<{ readonly states: readonly SignedState[]; readonly added: number }> {
  const note = parseNote(bytes);
  const { origin, size, root } = parseCheckpoint(note.text);
  const keys = logKeys.filter(({ name }) => name === origin);
  const { verified, failed } = verifyNote(platformEd25519Verify, note, keys);
  if (verified.length === 0 || failed.length > 0) {
    const message = `the checkpoint of ${quote(origin)} is not signed by a key of it that you have pinned`;
    throw new Problem("refused", "checkpoint-not-trusted", message, { expected: keys.map(({ id }) => id).join(", ") });
  }
  const state = { origin, size, root: formatHex(root), note: decodeUtf8(bytes) ?? "", statedAt: null };
  const states = verified.map(({ key }) => ({ ...state, vkey: formatVerifierKey(key) }));
  return { states, added: await rememberStates(path, states, seenAt) };
}

function stateOf({ identity, position, digest, seenAt, statedAt }: Anchor): KnownState {
  const [origin = "", vkey = ""] = identity.split("\n");
  return { origin, vkey, size: position, root: digest, seenAt, statedAt };
}

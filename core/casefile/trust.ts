import { platformEd25519Verify, platformHash } from "../bundle/platform-crypto.ts";
import { type Hash } from "../model/digest.ts";
import { formatInstant, instantFromMillis } from "../model/time.ts";
import { type ListedKey } from "../signing/public-key-list.ts";
import { type TimeAuthority } from "../signing/time-authority.ts";
import { type TlogPolicy } from "../signing/tlog-policy.ts";
import { type VerifierKey } from "../signing/verifier-key.ts";
import { type KnownState, type SealedLogMeans } from "../verification/means.ts";
import { type SignedState } from "../verification/sealed-log.ts";
import { type Home } from "./home.ts";
import { knownStatesOf, rememberStates } from "./log-anchors.ts";
import { logKeysOf, policiesOf, publicKeysOf, readTrustStore, timeAuthoritiesOf } from "./trust-store.ts";

/** What the examiner trusts, for one verification: nothing in it comes from the evidence. */
export interface Trust {
  /** Keys of logs. */
  readonly logKeys: readonly VerifierKey[];
  /** Keys of CloudTrail. */
  readonly publicKeys: readonly ListedKey[];
  readonly policies: readonly TlogPolicy[];
  readonly timeAuthorities: readonly TimeAuthority[];
  /** States seen before; null when they are not to be compared. */
  readonly knownStates: readonly KnownState[] | null;
  /** The store of anchors, in which heads are remembered; null for none. */
  readonly anchors: string | null;
}

/** Trust in nothing. */
export const NO_TRUST: Trust = {
  logKeys: [],
  publicKeys: [],
  policies: [],
  timeAuthorities: [],
  knownStates: null,
  anchors: null,
};

/** What this user pinned and has seen. Throws as `readTrustStore`, `readAnchors` and the readers of what is pinned. */
export async function readTrust({ trustStore, anchors }: Home): Promise<Trust> {
  const store = await readTrustStore(trustStore);
  return {
    logKeys: logKeysOf(store),
    publicKeys: publicKeysOf(store),
    policies: policiesOf(store),
    timeAuthorities: timeAuthoritiesOf(store),
    knownStates: await knownStatesOf(anchors),
    anchors,
  };
}

/** The means to verify a sealed log with. */
export function sealedLogMeans(trust: Trust, hash: Hash = platformHash): SealedLogMeans {
  const { logKeys, policies, timeAuthorities, knownStates } = trust;
  const platform = { hash, ed25519: platformEd25519Verify, crypto: globalThis.crypto, nowMs: Date.now() };
  return { pinnedKeys: logKeys, policies, timeAuthorities, knownStates, ...platform };
}

/** Remembers the states of a sealed log that was verified, when there is a store. Throws as `readAnchors`. */
export async function rememberLog({ anchors }: Trust, states: readonly SignedState[]): Promise<void> {
  if (anchors !== null) await rememberStates(anchors, states, formatInstant(instantFromMillis(Date.now())));
}

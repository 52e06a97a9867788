import { type TrustStore } from "../casefile/trust-store.ts";
import { type PinnedItem } from "./trust-contract.ts";

/** Everything that is pinned, as a window shows it: keys first, then policies and certificates. */
export function pinnedItems(store: TrustStore): readonly PinnedItem[] {
  return [
    ...store.logKeys.map(({ vkey, id, name, reason, pinnedAt }): PinnedItem => {
      return { kind: "log-key", ref: vkey, ids: [id], name, reason, pinnedAt };
    }),
    ...store.publicKeys.map(({ publicKey, fingerprints, reason, pinnedAt }): PinnedItem => {
      return { kind: "cloudtrail-key", ref: publicKey, ids: fingerprints, name: "AWS CloudTrail", reason, pinnedAt };
    }),
    ...store.policies.map(({ id, text, reason, pinnedAt }): PinnedItem => {
      return { kind: "witness-policy", ref: id, ids: [id], name: quorumOf(text), reason, pinnedAt };
    }),
    ...store.timeAuthorities.map(({ fingerprint, name, reason, pinnedAt }): PinnedItem => {
      return { kind: "time-authority", ref: fingerprint, ids: [fingerprint], name, reason, pinnedAt };
    }),
    ...store.examiners.map(({ fingerprint, name, reason, pinnedAt }): PinnedItem => {
      return { kind: "examiner", ref: fingerprint, ids: [fingerprint], name, reason, pinnedAt };
    }),
  ];
}

/** The one line of a policy that says who must have witnessed. */
function quorumOf(policy: string): string {
  return /^[ \t]*(quorum[ \t].*)$/m.exec(policy)?.[1] ?? "policy";
}

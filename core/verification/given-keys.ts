/** What the examiner's keys say of a signature that an attachment carries. */
import { formatHex } from "../encoding/bytes.ts";
import { type Hash } from "../model/digest.ts";
import { quote } from "../model/problem.ts";
import { type KeyUse } from "../model/verdict.ts";
import { type PublicKey } from "../signing/public-key.ts";
import { type GivenKey } from "./attachment-means.ts";
import { check, finding, notVerifiable, type CheckOutcome } from "./findings.ts";

/** One signature and which of the keys it verifies under. */
export interface TriedSignature {
  /** What it calls its key; nobody vouches for it. */
  readonly keyId: string | undefined;
  readonly verifiedBy: GivenKey | undefined;
}

/** A key as results list it: by the SHA-256 of its SubjectPublicKeyInfo. */
export function keyUseOf(hash: Hash, name: string, key: PublicKey, trust: KeyUse["trust"]): KeyUse {
  return { id: formatHex(hash(key.spki)), name, trust };
}

/** The given keys that signed, as results list them. */
export function givenKeyUses(hash: Hash, keys: readonly GivenKey[], tried: readonly TriedSignature[]): KeyUse[] {
  const used = new Set(tried.map(({ verifiedBy }) => verifiedBy));
  return keys
    .filter((given) => used.has(given))
    .map(({ name, key, vkey }) => ({
      ...keyUseOf(hash, name, key, "pinned"),
      ...(vkey !== undefined && { vkey }),
    }));
}

/** Names that a signature may call a given key by. */
function isNamed(hash: Hash, { key, keyId }: GivenKey, name: string | undefined): boolean {
  return name !== undefined && (name === keyId || name === formatHex(hash(key.spki)));
}

/** The check `signature` over the signatures of an attachment; one by a given key is enough. */
export function judgeTried(hash: Hash, keys: readonly GivenKey[], tried: readonly TriedSignature[]): CheckOutcome {
  const by = tried.map(({ verifiedBy }) => verifiedBy).filter((key) => key !== undefined);
  const claimed = tried.filter(
    ({ keyId, verifiedBy }) => verifiedBy === undefined && keys.some((key) => isNamed(hash, key, keyId)),
  );
  if (claimed.length > 0) {
    const message = "A signature claims a key that you gave and does not verify: it, or what it is over, was changed.";
    return {
      checks: [check("signature", tried.length, claimed.length, message)],
      findings: [finding("signature-invalid", "altered", message)],
    };
  }
  if (by.length > 0) {
    const names = [...new Set(by)].map(({ name }) => quote(name)).join(", ");
    const others = tried.length - by.length;
    const note = `by ${names}${others > 0 ? `; ${others} more by keys that you did not give` : ""}`;
    return { checks: [check("signature", tried.length, 0, note)], findings: [] };
  }
  const message =
    keys.length === 0
      ? "You gave no key: the signature proves nothing about who made it."
      : "The signature is by none of the keys that you gave, or was changed; the two cannot be told apart.";
  return {
    checks: [notVerifiable("signature", message, tried.length)],
    findings: [finding("key-not-pinned", "not-verifiable", message)],
  };
}

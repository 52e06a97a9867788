import { type Hash } from "../model/digest.ts";
import { type Ed25519Verify } from "../signing/ed25519.ts";
import { type TimeAuthority } from "../signing/time-authority.ts";
import { type TlogPolicy } from "../signing/tlog-policy.ts";
import { type VerifierKey } from "../signing/verifier-key.ts";

/** What signatures of logs are verified with. */
export interface SignatureMeans {
  /** Log keys that the examiner trusts, whatever log they belong to. */
  readonly pinnedKeys: readonly VerifierKey[];
  readonly hash: Hash;
  readonly ed25519: Ed25519Verify;
}

/** A state of a log that was seen before under a pinned key. */
export interface KnownState {
  /** The verifier key line under which its signature verified. */
  readonly vkey: string;
  readonly origin: string;
  readonly size: number;
  /** Hex. */
  readonly root: string;
  /** When it was first seen, RFC 3339. */
  readonly seenAt: string;
  /** Time of the newest records that the state covers, as far as it is known, RFC 3339. */
  readonly statedAt: string | null;
}

/** What a sealed log is verified with: everything in it comes from the examiner, and nothing from the bundle. */
export interface SealedLogMeans extends SignatureMeans {
  /** For RSA and ECDSA under time stamps. */
  readonly crypto: Crypto;
  readonly policies: readonly TlogPolicy[];
  readonly timeAuthorities: readonly TimeAuthority[];
  /** Earlier states; null when the examiner asked not to compare. */
  readonly knownStates: readonly KnownState[] | null;
  /** The present, milliseconds since 1970: whether a certificate has ended since. */
  readonly nowMs: number;
}

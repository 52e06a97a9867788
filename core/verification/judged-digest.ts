/** What is known of one CloudTrail digest once it was judged. */
import { type Digest } from "../bundle/cloudtrail-digest.ts";
import { type DigestFile } from "../bundle/cloudtrail-export.ts";
import { type Instant } from "../model/time.ts";
import { type DigestKey } from "./cloudtrail-keys.ts";

/**
 * `verified` under its metadata's signature · `from-successor` under the signature that its successor repeats ·
 * `hash-committed` not signed under a known key, named by hash in a verified successor · `unsigned` without any ·
 * `refuted` a signature, or a verified successor's hash, says otherwise · `key-unknown` · `key-unreadable`.
 */
export type DigestStatus =
  "verified" | "from-successor" | "hash-committed" | "unsigned" | "refuted" | "key-unknown" | "key-unreadable";

export interface JudgedDigest {
  readonly file: DigestFile;
  readonly digest: Digest;
  readonly chain: string;
  readonly status: DigestStatus;
  /** Of the key that proves it; undefined when nothing does. */
  readonly trust: "pinned" | "bundle" | undefined;
  readonly key: DigestKey | undefined;
  /** The signature that verified under `key`; undefined when none did. */
  readonly signature: Uint8Array | undefined;
  /** When its key was used: at its end, or when a backfill digest was made, as its metadata says; null when that is lost. */
  readonly signedAt: Instant | null;
  /** Genuine, and not where it says it was kept. */
  readonly relocated: boolean;
}

/** Whether a digest is proven, by whatever key. */
export function isConsistent({ trust }: JudgedDigest): boolean {
  return trust !== undefined;
}

/** Whether a digest is proven under a key that the examiner pinned. */
export function isProven({ trust }: JudgedDigest): boolean {
  return trust === "pinned";
}

/** Whether a file lies where an S3 key says, below whatever folder; a browser unpacks `.gz` and drops the ending. */
export function liesAt(path: string, key: string): boolean {
  const ends = (end: string): boolean => path === end || path.endsWith(`/${end}`);
  return ends(key) || (key.endsWith(".gz") && ends(key.slice(0, -".gz".length)));
}

/**
 * A head of a log or of a chain of digests whose signature verified under a key that the examiner pinned. Heads of one
 * identity, a log and its full key, exclude each other when they have the same position and another digest.
 */
export interface Anchor {
  readonly kind: "log" | "cloudtrail";
  /** What the head is of, the full key included; its form is the affair of the kind. */
  readonly identity: string;
  /** How far the head reaches: a tree size, or milliseconds since 1970. */
  readonly position: number;
  /** Root or digest, lower-case hex. */
  readonly digest: string;
  /** What the key signed, verbatim: proof against whoever denies it. */
  readonly signed: string;
  /** When the evidence that held it was made, as it states under the same key, RFC 3339; null when it does not. */
  readonly statedAt: string | null;
  /** RFC 3339. */
  readonly seenAt: string;
}

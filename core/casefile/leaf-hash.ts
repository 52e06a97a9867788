import { createHash } from "node:crypto";

/** RFC 9162 §2.1.1: what separates a leaf from an interior node. */
const LEAF_PREFIX = Uint8Array.of(0);

/** SHA-256(0x00 ‖ record). */
export function leafHashOf(record: Uint8Array): Buffer {
  return createHash("sha256").update(LEAF_PREFIX).update(record).digest();
}

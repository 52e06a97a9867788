import { HASH_BYTES, type Hash } from "../model/digest.ts";

/** RFC 9162 §2.1.1: leaves and interior nodes are hashed in different domains, so that neither can pass for the other. */
const LEAF_PREFIX = 0x00;
export const NODE_PREFIX = 0x01;

/** SHA-256(0x00 ‖ record), RFC 9162 §2.1.1. */
export function leafHash(hash: Hash, record: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + record.length);
  input[0] = LEAF_PREFIX;
  input.set(record, 1);
  return hash(input);
}

/** SHA-256(0x01 ‖ left ‖ right), RFC 9162 §2.1.1. Precondition: both are {@link HASH_BYTES} long. */
export function nodeHash(hash: Hash, left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = NODE_PREFIX;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return hash(input);
}

/** The root of a tree without leaves: SHA-256 of nothing (RFC 9162 §2.1.1). */
export function emptyRoot(hash: Hash): Uint8Array {
  return hash(new Uint8Array());
}

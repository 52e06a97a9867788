/**
 * The linear chain over the same leaves: the TCG "extend" operation (TPM 2.0 Library, Part 3, TPM2_PCR_Extend, SHA-256
 * bank). H_0 is 32 zero bytes and H_{i+1} = SHA-256(H_i ‖ L_i), so a live head can be kept in a platform register between
 * signed checkpoints, and recomputed with `sha256sum`.
 */

import { assert } from "../model/assert.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { copyHash } from "./hash.ts";

/** The head before the first leaf. */
export function initialChainHead(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(HASH_BYTES);
}

/** The head after one more leaf. Precondition: both are {@link HASH_BYTES} long. */
export function extendChain(hash: Hash, head: Uint8Array, leaf: Uint8Array): Uint8Array {
  assert(head.length === HASH_BYTES && leaf.length === HASH_BYTES, "a chain extends a hash by a hash");
  const input = new Uint8Array(2 * HASH_BYTES);
  input.set(head, 0);
  input.set(leaf, HASH_BYTES);
  return hash(input);
}

/** The head after many leaves that lie one after the other in `leaves`, 32 bytes each. */
export function extendChainByAll(hash: Hash, head: Uint8Array, leaves: Uint8Array): Uint8Array {
  assert(head.length === HASH_BYTES, "a chain extends a hash");
  assert(leaves.length % HASH_BYTES === 0, "leaf hashes lie one after the other");
  // One input for all: the hash reads it before it returns.
  const input = new Uint8Array(2 * HASH_BYTES);
  input.set(head, 0);
  for (let offset = 0; offset < leaves.length; offset += HASH_BYTES) {
    copyHash(leaves, offset, input, HASH_BYTES);
    copyHash(hash(input), 0, input, 0);
  }
  return input.slice(0, HASH_BYTES);
}

import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { extendChainByAll } from "./chain.ts";
import { copyHash, leafHasher } from "./hash.ts";
import { parentsOf } from "./tree.ts";

/** A chain that is to go on: its head, and the leaves that come next, 32 bytes each. */
export interface ChainPart {
  readonly head: Uint8Array;
  readonly leaves: Uint8Array;
}

/**
 * What whole segments are hashed with: the three jobs that cost the time of a verification, each over many hashes at once,
 * so that an implementation can be fast at them. {@link recordHashing} is the reference that every other one must equal.
 */
export interface RecordHashing {
  /**
   * Writes the leaf hashes of `count` records to `target` from `at` on, 32 bytes each (RFC 9162 §2.1.1); `bounds` holds where
   * each begins and where it ends, pair after pair. An implementation may use the byte before a record while it runs; it is
   * as it was afterwards. Precondition: `0 < start <= end` for each.
   */
  leaves(text: Uint8Array, bounds: Uint32Array, count: number, target: Uint8Array, at: number): void;
  /** The heads of chains after their leaves (merkle/chain.ts), in the same order. */
  chains(parts: readonly ChainPart[]): readonly Uint8Array[];
  /** The parents of neighbouring nodes; an odd last node has none here. */
  parents(nodes: Uint8Array): Uint8Array;
}

/** The jobs by one implementation of SHA-256, as the standards spell them. */
export function recordHashing(hash: Hash): RecordHashing {
  const leafHash = leafHasher(hash);
  return {
    leaves: (text, bounds, count, target, at) => {
      for (let index = 0; index < count; index += 1) {
        const record = text.subarray(bounds[2 * index], bounds[2 * index + 1]);
        copyHash(leafHash(record), 0, target, at + index * HASH_BYTES);
      }
    },
    chains: (parts) => parts.map(({ head, leaves }) => extendChainByAll(hash, head, leaves)),
    parents: (nodes) => parentsOf(hash, nodes),
  };
}

/**
 * The compact range of leaves that lie one after the other, the first of them at index `begin`: level by level, what has no
 * neighbour in the range stays and the rest is paired. Precondition: a multiple of 32 bytes.
 */
export function rangeOfLeaves(
  hashing: RecordHashing,
  begin: number,
  leaves: Uint8Array,
  /** Told of the roots of the 2^level leaves each that lie in the range, left to right; good until it returns. */
  onLevel: (level: number, nodes: Uint8Array) => void = () => undefined,
): readonly Uint8Array[] {
  const left: Uint8Array[] = [];
  const right: Uint8Array[] = [];
  let nodes = leaves;
  let first = begin;
  for (let level = 0; nodes.length > 0; level += 1) {
    onLevel(level, nodes);
    if (first % 2 === 1) {
      left.push(nodes.slice(0, HASH_BYTES));
      nodes = nodes.subarray(HASH_BYTES);
      first += 1;
    }
    if ((nodes.length / HASH_BYTES) % 2 === 1) {
      right.unshift(nodes.slice(-HASH_BYTES));
      nodes = nodes.subarray(0, -HASH_BYTES);
    }
    if (nodes.length > 0) nodes = hashing.parents(nodes);
    first /= 2;
  }
  return [...left, ...right];
}

import { HASH_BYTES } from "../model/digest.ts";
import { type FoundCopies } from "./hash-protocol.ts";
import { openSidecar } from "./sidecar.ts";

/**
 * Finds the records of the last sidecar that have the leaf hash of an earlier record, in it or in a sidecar before it.
 * One open-addressing table over all hashes: 36 bytes a record plus the table, in the worker's memory.
 */
export async function findCopies(sidecars: readonly string[]): Promise<FoundCopies> {
  const parts: Uint8Array[] = [];
  for (const path of sidecars) {
    const sidecar = await openSidecar(path);
    try {
      parts.push(await sidecar.leafHashes());
    } finally {
      await sidecar.close();
    }
  }
  const leaves = Buffer.concat(parts);
  const total = leaves.length / HASH_BYTES;
  const firstOfLast = total - (parts.at(-1)?.length ?? 0) / HASH_BYTES;
  const slots = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * total)));
  const table = new Int32Array(slots).fill(-1);
  const pairs: number[] = [];
  for (let position = 0; position < total; position++) {
    const at = position * HASH_BYTES;
    for (let slot = leaves.readUInt32LE(at) % slots; ; slot = (slot + 1) % slots) {
      const other = table[slot] ?? -1;
      if (other < 0) {
        table[slot] = position;
        break;
      }
      if (leaves.compare(leaves, other * HASH_BYTES, (other + 1) * HASH_BYTES, at, at + HASH_BYTES) === 0) {
        if (position >= firstOfLast) pairs.push(position - firstOfLast, other);
        break;
      }
    }
  }
  return { pairs: Float64Array.from(pairs) };
}

import { present } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { type FoundCopies } from "./hash-protocol.ts";
import { openSidecar, type Sidecar } from "./sidecar.ts";

/** What is kept in memory of a leaf hash: two words. Where they are equal, the hashes are read and compared. */
const PREFIX_WORDS = 2;
/** At most two thirds of the table are taken: a search then looks at five places at most, on the average. */
const PLACES_OF_RECORD = 1.5;

/**
 * Finds the records of the last sidecar that have the leaf hash of an earlier record, in it or in a sidecar before it.
 * 14 to 20 bytes a record in the worker's memory: the prefixes of all hashes, and an open-addressing table over them.
 */
export async function findCopies(paths: readonly string[]): Promise<FoundCopies> {
  const sidecars: Sidecar[] = [];
  try {
    for (const path of paths) sidecars.push(await openSidecar(path));
    return { pairs: await copiesIn(sidecars) };
  } finally {
    for (const sidecar of sidecars) await sidecar.close();
  }
}

async function copiesIn(sidecars: readonly Sidecar[]): Promise<Float64Array> {
  const total = sidecars.reduce((sum, { records }) => sum + records, 0);
  const firstOfLast = total - (sidecars.at(-1)?.records ?? 0);
  const hashes = new SeenHashes(sidecars, total);
  const pairs: number[] = [];
  let position = 0;
  for (const sidecar of sidecars) {
    for await (const leaves of sidecar.leafSteps()) {
      for (let at = 0; at < leaves.length; at += HASH_BYTES, position += 1) {
        const other = hashes.see(position, leaves, at);
        if (other >= 0 && position >= firstOfLast) pairs.push(position - firstOfLast, other);
      }
    }
  }
  return Float64Array.from(pairs);
}

/** The first position of every hash so far, counted over all sidecars. */
class SeenHashes {
  readonly #sidecars: readonly Sidecar[];
  readonly #prefixes: Uint32Array;
  readonly #table: Int32Array;
  readonly #other = Buffer.alloc(HASH_BYTES);

  constructor(sidecars: readonly Sidecar[], total: number) {
    this.#sidecars = sidecars;
    this.#prefixes = new Uint32Array(PREFIX_WORDS * total);
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, PLACES_OF_RECORD * total)))).fill(-1);
  }

  /** The first position of the hash at `at`, or -1 when this is the first. */
  see(position: number, leaves: Buffer, at: number): number {
    const [table, prefixes] = [this.#table, this.#prefixes];
    const [low, high] = [leaves.readUInt32LE(at), leaves.readUInt32LE(at + 4)];
    for (let slot = low % table.length; ; slot = (slot + 1) % table.length) {
      const other = table[slot] ?? -1;
      if (other < 0) {
        table[slot] = position;
        prefixes[PREFIX_WORDS * position] = low;
        prefixes[PREFIX_WORDS * position + 1] = high;
        return -1;
      }
      const isEqual = prefixes[PREFIX_WORDS * other] === low && prefixes[PREFIX_WORDS * other + 1] === high;
      if (isEqual && this.#hashOf(other).compare(leaves, at, at + HASH_BYTES) === 0) return other;
    }
  }

  #hashOf(position: number): Buffer {
    let row = position;
    let index = 0;
    for (; row >= (this.#sidecars[index]?.records ?? Infinity); index += 1) row -= this.#sidecars[index]?.records ?? 0;
    present(this.#sidecars[index], "a position lies in a sidecar").readLeaf(row, this.#other);
    return this.#other;
  }
}

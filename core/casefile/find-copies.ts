import { present } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { type FoundCopies } from "./hash-protocol.ts";
import { PartedPrefixes } from "./parted-prefixes.ts";
import { ENTRY_WORDS, LEAF_WORD, openSidecar, SIDECAR_ENTRY_BYTES, type Sidecar } from "./sidecar.ts";

/** Read at once where one is asked for: a page of memory. */
const ROWS_TOGETHER = 93;

/**
 * Finds the records of the last sidecar that have the leaf hash of an earlier record, in it or in a sidecar before it: first
 * those whose hashes begin alike, of which then all of the hash is compared. 16 bytes a record in the worker's memory.
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
  const prefixes = new PartedPrefixes(total);
  for await (const { words } of stepsOf(sidecars)) prefixes.count(words, LEAF_WORD, ENTRY_WORDS);
  for await (const { words, position } of stepsOf(sidecars)) prefixes.add(words, LEAF_WORD, ENTRY_WORDS, position);
  return withEqualHashes(prefixes.alike(), sidecars, firstOfLast);
}

/** Entries of all sidecars, with the position of the first, which is counted over all of them. */
async function* stepsOf(
  sidecars: readonly Sidecar[],
): AsyncGenerator<{ readonly words: Uint32Array; readonly position: number }, void, undefined> {
  let position = 0;
  for (const sidecar of sidecars) {
    for await (const words of sidecar.entrySteps()) {
      yield { words, position };
      position += words.length / ENTRY_WORDS;
    }
  }
}

/** Of positions and the first ones alike, in ascending order: those of the last sidecar whose hashes are equal. */
function withEqualHashes(
  alike: Iterable<readonly [number, number]>,
  sidecars: readonly Sidecar[],
  firstOfLast: number,
): Float64Array {
  const pairs: number[] = [];
  /** Of a position, others that begin like it and go on in another way. */
  const unequal = new Map<number, number[]>();
  const [positions, firsts] = [new LeafReader(sidecars), new LeafReader(sidecars)];
  for (const [position, first] of alike) {
    const hash = positions.read(position);
    const candidates = [first, ...(unequal.get(first) ?? [])];
    const equal = candidates.find((candidate) => firsts.read(candidate).equals(hash));
    if (equal === undefined) unequal.set(first, [...candidates.slice(1), position]);
    else if (position >= firstOfLast) pairs.push(position - firstOfLast, equal);
  }
  return Float64Array.from(pairs);
}

/** Reads leaf hashes by position over all sidecars, cheaply where they follow each other. */
class LeafReader {
  readonly #sidecars: readonly Sidecar[];
  readonly #entries = Buffer.alloc(ROWS_TOGETHER * SIDECAR_ENTRY_BYTES);
  /** Positions of the first entry that is held, and behind the last. */
  #start = 0;
  #end = 0;

  constructor(sidecars: readonly Sidecar[]) {
    this.#sidecars = sidecars;
  }

  /** The leaf hash at a position; valid until the next is read. */
  read(position: number): Buffer {
    if (position < this.#start || position >= this.#end) this.#load(position);
    const end = (position - this.#start + 1) * SIDECAR_ENTRY_BYTES;
    return this.#entries.subarray(end - HASH_BYTES, end);
  }

  #load(position: number): void {
    let row = position;
    let index = 0;
    for (; row >= (this.#sidecars[index]?.records ?? Infinity); index += 1) row -= this.#sidecars[index]?.records ?? 0;
    const sidecar = present(this.#sidecars[index], "a position lies in a sidecar");
    const count = Math.min(ROWS_TOGETHER, sidecar.records - row);
    sidecar.readEntries(row, count, this.#entries);
    this.#start = position;
    this.#end = position + count;
  }
}

/** About as many in a part as the processor's second cache holds, together with the table over them. */
const PART_RECORDS = 8_192;
/** Of each: where it stands, and the first two words of its hash. */
const WORDS = 3;
/** At most two thirds of a table are taken: a search then looks at five places at most, on the average. */
const PLACES_OF_RECORD = 1.5;

/**
 * The beginnings of hashes, parted by their first bits: those that are alike lie in one part, so that looking for them seldom
 * waits for memory. All are counted first, then all are added, in the same order.
 */
export class PartedPrefixes {
  /** One less than the number of parts, which is a power of two. */
  readonly #mask: number;
  readonly #words: Uint32Array;
  /** How many a part has, and the place of the next that is added. */
  readonly #counts: Uint32Array;
  #places: Uint32Array | undefined;
  /** Used for one part after the other. */
  #table = new Int32Array(0);

  constructor(total: number) {
    const parts = powerOfTwo(total / PART_RECORDS);
    this.#mask = parts - 1;
    this.#counts = new Uint32Array(parts);
    this.#words = new Uint32Array(WORDS * total);
  }

  /** Hashes that begin at a word of `words` and every `stride` words behind it. */
  count(words: Uint32Array, first: number, stride: number): void {
    const [counts, mask] = [this.#counts, this.#mask];
    for (let at = first; at < words.length; at += stride) {
      const part = (words[at] ?? 0) & mask;
      counts[part] = (counts[part] ?? 0) + 1;
    }
  }

  /** The same hashes, of which the first has this position. Precondition: all were counted. */
  add(words: Uint32Array, first: number, stride: number, position: number): void {
    const [places, target, mask] = [(this.#places ??= startsOf(this.#counts)), this.#words, this.#mask];
    let next = position;
    for (let at = first; at < words.length; at += stride, next += 1) {
      const low = words[at] ?? 0;
      const place = places[low & mask] ?? 0;
      places[low & mask] = place + 1;
      target[WORDS * place] = next;
      target[WORDS * place + 1] = low;
      target[WORDS * place + 2] = words[at + 1] ?? 0;
    }
  }

  /** Positions of hashes that begin as an earlier one does, each with the first that does, in ascending order. */
  *alike(): Generator<readonly [position: number, first: number], void, undefined> {
    // Of each position, one more than that of the first alike.
    const firsts = new Uint32Array(this.#words.length / WORDS);
    let start = 0;
    for (const count of this.#counts) {
      this.#search(this.#words.subarray(WORDS * start, WORDS * (start + count)), firsts);
      start += count;
    }
    for (const [position, first] of firsts.entries()) if (first > 0) yield [position, first - 1];
  }

  /** By open addressing over one part. */
  #search(part: Uint32Array, firsts: Uint32Array): void {
    const size = powerOfTwo((PLACES_OF_RECORD * part.length) / WORDS);
    if (this.#table.length < size) this.#table = new Int32Array(size);
    const table = this.#table.fill(-1, 0, size);
    for (let at = 0; at < part.length; at += WORDS) {
      const [low, high] = [part[at + 1] ?? 0, part[at + 2] ?? 0];
      let slot = high & (size - 1);
      let other = table[slot] ?? -1;
      while (other >= 0 && !(part[other + 1] === low && part[other + 2] === high)) {
        slot = (slot + 1) & (size - 1);
        other = table[slot] ?? -1;
      }
      if (other < 0) table[slot] = at;
      else firsts[part[at] ?? 0] = (part[other] ?? 0) + 1;
    }
  }
}

function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, least)));
}

function startsOf(counts: Uint32Array): Uint32Array {
  const starts = new Uint32Array(counts.length);
  for (let part = 1; part < counts.length; part += 1) starts[part] = (starts[part - 1] ?? 0) + (counts[part - 1] ?? 0);
  return starts;
}

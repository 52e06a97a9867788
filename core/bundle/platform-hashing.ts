import { createHash, hash } from "node:crypto";

import { type ChainPart, type RecordHashing } from "../merkle/record-hashing.ts";
import { LineKernel } from "./line-kernel.ts";
import { nativeHashing } from "./native-hashing.ts";
import { type FileHashing, type SegmentHashing } from "./read-segment.ts";
import { Sha256Kernel } from "./sha256-kernel.ts";

/** RFC 9162 §2.1.1. */
const LEAF_PREFIX = 0x00;
/** Node's types know Latin-1 by its other name alone, by which Node itself takes 0.1 µs longer to find it. */
const LATIN_1 = "latin1" as "binary";

/**
 * Whole segments by the platform's SHA-256 where inputs are long and by {@link Sha256Kernel} where they are short. For a
 * leaf, one native call with a text of Latin-1 characters as its result is the fastest way through Node
 * (bench/README.md); such texts become bytes many at a time. A prefix that takes the place of the byte before the record
 * for the time of the call spares the copy.
 */
export class PlatformHashing implements RecordHashing {
  readonly #kernel = new Sha256Kernel();

  leaves(text: Uint8Array, bounds: Uint32Array, count: number, target: Uint8Array, at: number): void {
    // Asked of the view for each record, they cost it 33 ns (measured).
    const { buffer, byteOffset } = text;
    let digests = "";
    for (let index = 0; index < count; index += 1) {
      const prefix = (bounds[2 * index] ?? 0) - 1;
      const end = bounds[2 * index + 1] ?? 0;
      const before = text[prefix] ?? 0;
      text[prefix] = LEAF_PREFIX;
      digests += hash("sha256", new Uint8Array(buffer, byteOffset + prefix, end - prefix), LATIN_1);
      text[prefix] = before;
    }
    Buffer.from(target.buffer, target.byteOffset, target.length).write(digests, at, LATIN_1);
  }

  chains(parts: readonly ChainPart[]): readonly Uint8Array[] {
    return this.#kernel.chains(parts);
  }

  parents(nodes: Uint8Array): Uint8Array {
    return this.#kernel.parents(nodes);
  }
}

/** Gives what `segmentReader(platformHash)` gives, in a fraction of its time; a smaller one where there is native code. */
export function platformHashing(): SegmentHashing {
  const file = (): FileHashing => {
    const digest = createHash("sha256");
    return { read: (part) => void digest.update(part), digest: () => digest.digest() };
  };
  return { file, records: nativeHashing() ?? new PlatformHashing(), lines: new LineKernel() };
}

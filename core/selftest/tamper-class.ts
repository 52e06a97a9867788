import { type BundleVerdict } from "../model/verdict.ts";
import { type SealedLogMeans } from "../verification/means.ts";
import { type BagBytes } from "./bag-bytes.ts";
import { type SeededRandom } from "./seeded-random.ts";

/** A case to change: a bundle of the corpus, a copy of its own, and what an attacker has besides. */
export interface TamperCase {
  readonly bag: BagBytes;
  readonly random: SeededRandom;
  /** A bundle of another log. */
  readonly foreign: BagBytes;
  /** A bundle of a log with the same name and another key. */
  readonly impostor: BagBytes;
  /** Another bundle of the same log. */
  readonly sibling: BagBytes;
}

/** One way to change a sealed log, and what must be found of it. */
export interface TamperClass {
  /** Row of the tamper table. */
  readonly id: string;
  readonly what: string;
  /** The best verdict that the change allows. */
  readonly atBest: BundleVerdict;
  /** Exactly the codes of the findings, each once; null when they depend on the place. */
  readonly codes: readonly string[] | null;
  readonly apply: (tampered: TamperCase) => void;
  /** The change is of a time stamp, or of what is trusted of it. */
  readonly isOfStamps?: boolean;
  /** Bundles that the change is possible on. */
  readonly packing?: "plain" | "gzip";
  readonly minSegments?: number;
  /** Records that some segment must have, apart from the log's own. */
  readonly minRecords?: number;
  /** What the examiner trusts in this class. */
  readonly means?: (means: SealedLogMeans) => SealedLogMeans;
}

/** A place that the seeded source chooses. */
export function pick<T>(random: SeededRandom, items: readonly T[]): T {
  const item = items[random.integer(0, items.length)];
  if (item === undefined) throw new Error("the corpus has no place for this change");
  return item;
}

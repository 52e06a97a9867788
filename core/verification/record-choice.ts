/**
 * Which records of a long log a judgement reads once more, before it is known what the examiner trusts: so that they can be
 * sent to whoever judges, and the others need not be.
 */
import { type BundleContents, type SegmentFile } from "../bundle/bundle-reader.ts";
import { type RecordLine } from "../bundle/record-lines.ts";
import { type Hash } from "../model/digest.ts";
import { claimedTimes } from "./claimed-times.ts";
import { DisclosureChecker } from "./disclosure-check.ts";
import { TimeReader } from "./record-times.ts";

/** Of longer content only the times are looked at; what else its records hold is told when they are imported. */
export const MAX_PARSED_BYTES = 32 * 2 ** 20;

/** Incompressible text grows by less than a thousandth when it is packed, and by the frame around it. */
const MAX_GROWTH = 1.001;
const FRAME_BYTES = 64;

/** Whether the records of a log may be read whole, by the lengths of its segment files as packed. */
export function mayBeParsed(packedLengths: readonly number[]): boolean {
  const total = packedLengths.reduce((sum, byteLength) => sum + byteLength, 0);
  return total <= MAX_GROWTH * MAX_PARSED_BYTES + FRAME_BYTES * packedLengths.length;
}

/** A segment that could be read. */
export type ReadableSegment = SegmentFile & { readonly content: NonNullable<SegmentFile["content"]> };

/** The records of which something is disclosed, and those whose time is later than a stamp or cosignature of the bag claims. */
export class RecordChoice {
  readonly #disclosures: DisclosureChecker;
  readonly #times: TimeReader;

  /** Segments are numbered as in `segments`. */
  constructor(bag: Pick<BundleContents, "files">, segments: readonly ReadableSegment[], hash: Hash) {
    this.#disclosures = new DisclosureChecker(bag, hash);
    this.#times = new TimeReader({ segments }, claimedTimes(bag));
  }

  /** Whether records of the segment at this position may be chosen. */
  needs(segment: number): boolean {
    return this.#disclosures.isNeeded || this.#times.needs(segment);
  }

  takes(line: RecordLine): boolean {
    return this.#disclosures.needs(line.index) || this.#times.isLate(line);
  }
}

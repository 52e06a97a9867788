/**
 * What is looked at in the records of a log that is long, or was read by other machines: their times, which alone can lower
 * its verdict, and the salt of a log with withheld records. Both were taken when the segments were read; where a time is
 * later than its proof, the segment is read again, if its records are at hand.
 */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import { type RecordLine } from "../bundle/record-lines.ts";
import { RecordScan } from "../bundle/record-scan.ts";
import { present } from "../model/assert.ts";
import { check, countOf, type CheckOutcome } from "./findings.ts";
import { guessableContent } from "./record-salt.ts";
import { RecordClock, type ProvenTime } from "./record-clock.ts";

/** Judges the times of proven records, in the order of the log. */
export class TimeReader {
  readonly #clock: RecordClock;
  readonly #scan = new RecordScan();
  /** Positions of segments with times that may be later than their proof. */
  readonly #late = new Set<number>();
  #records = 0;
  #withheld = 0;
  #unsalted = false;
  readonly #isAtHand: boolean;

  /** Precondition: every segment was read from its text, and `isAtHand` tells whether the records can be read again. */
  constructor({ segments }: BundleContents, times: readonly ProvenTime[], isAtHand: boolean) {
    this.#isAtHand = isAtHand;
    this.#clock = new RecordClock(times);
    for (const [segment, { path, firstIndex, content }] of segments.entries()) {
      const { count, withheld, malformedWithheld, times: facts } = present(content, "only readable bundles are proven");
      const first = { segment, path, index: firstIndex, line: 0 };
      const segmentTimes = present(facts, "records were looked at");
      const mayBeLate = this.#clock.readSegment(first, segmentTimes);
      if (mayBeLate && isAtHand) this.#late.add(segment);
      else if (mayBeLate) this.#clock.compareSegmentWithProof(first, count, segmentTimes);
      this.#withheld += withheld.length + malformedWithheld.count;
      this.#records += count - withheld.length - malformedWithheld.count;
      this.#unsalted ||= segmentTimes.unsalted;
    }
  }

  /** Whether the records of the segment at this position are to be read. */
  needs(segment: number): boolean {
    return this.#late.has(segment);
  }

  read(line: RecordLine): void {
    if (line.withheld || !this.needs(line.segment)) return;
    this.#scan.look(line.bytes, 0, line.bytes.length, false);
    const { hasTime, time, isOfLog } = this.#scan;
    if (hasTime && !isOfLog) this.#clock.compareWithProof(line, time.instant);
  }

  outcome(): CheckOutcome {
    const why = this.#isAtHand ? "of so long a log" : "the records are not at hand";
    const note = `the times of ${countOf(this.#records, "proven record")} read; ${why}, what else is in the records is told when they are imported`;
    const guessable = this.#withheld > 0 && this.#unsalted ? [guessableContent()] : [];
    return {
      checks: [check("records", this.#records, this.#clock.count, note)],
      findings: [...this.#clock.findings, ...guessable],
    };
  }
}

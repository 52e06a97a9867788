/**
 * What is looked at in the records of a long log: their times, which alone can lower its verdict, and the salt of a log with
 * withheld records. Both were taken when the segments were read; where a time is later than its proof, the segment is read
 * again.
 */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import { type RecordLine } from "../bundle/record-lines.ts";
import { RecordScan } from "../bundle/record-scan.ts";
import { present } from "../model/assert.ts";
import { type Instant } from "../model/time.ts";
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

  /** Precondition: every segment could be read. */
  constructor({ segments }: Pick<BundleContents, "segments">, times: readonly ProvenTime[]) {
    this.#clock = new RecordClock(times);
    for (const [segment, { path, firstIndex, content }] of segments.entries()) {
      const { count, withheld, malformedWithheld, times: facts } = present(content, "only readable bundles are proven");
      const first = { segment, path, index: firstIndex, line: 0 };
      const segmentTimes = present(facts, "records were looked at");
      if (this.#clock.readSegment(first, segmentTimes)) this.#late.add(segment);
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
    const time = this.#loggedTime(line);
    if (time !== null) this.#clock.compareWithProof(line, time);
  }

  /** Whether a record's time is later than its proof. */
  isLate(line: RecordLine): boolean {
    const time = this.#loggedTime(line);
    return time !== null && this.#clock.isLate(line, time);
  }

  outcome(): CheckOutcome {
    const note = `the times of ${countOf(this.#records, "proven record")} read; of so long a log, what else is in the records is told when they are imported`;
    const guessable = this.#withheld > 0 && this.#unsalted ? [guessableContent()] : [];
    return {
      checks: [check("records", this.#records, this.#clock.count, note)],
      findings: [...this.#clock.findings, ...guessable],
    };
  }

  /** Of a record that the log did not write, where it may be later than its proof. */
  #loggedTime({ segment, bytes, withheld }: RecordLine): Instant | null {
    if (withheld || !this.needs(segment)) return null;
    this.#scan.look(bytes, 0, bytes.length, false);
    const { hasTime, time, isOfLog } = this.#scan;
    return hasTime && !isOfLog ? time.instant : null;
  }
}

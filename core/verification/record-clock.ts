/** What the times of proven records contradict: each other (T28), and times at which they existed already (T29). */
import { type RecordLine } from "../bundle/record-lines.ts";
import { formatInstant, instantFromMillis, NANOSECONDS_PER_SECOND, type Instant } from "../model/time.ts";
import { type EvidenceLocation, type VerificationFinding } from "../model/verdict.ts";
import { countOf, finding } from "./findings.ts";

/** Clocks of log, witness and time authority differ by seconds; this is no sign of a clock that was set. */
const CLOCK_TOLERANCE_MS = 60_000;
/** Several writers share a log: their records may be a moment out of order. */
const JITTER_NANOSECONDS = NANOSECONDS_PER_SECOND;

/** A time at which the first so many records existed already: of a stamp or a witness. */
export interface ProvenTime {
  readonly size: number;
  readonly ms: number;
}

/** The first of the records with a property, and how many have it. */
export class Flag {
  count = 0;
  #first: VerificationFinding | undefined;

  add(make: () => VerificationFinding): void {
    this.count += 1;
    this.#first ??= make();
  }

  get findings(): readonly VerificationFinding[] {
    if (this.#first === undefined) return [];
    const more = this.count > 1 ? ` The same holds for ${countOf(this.count - 1, "further event")}.` : "";
    return [{ ...this.#first, message: this.#first.message + more }];
  }
}

/** The place of a record, as a finding names it. */
export function placeOf({ segment, index, path, line }: RecordLine): EvidenceLocation {
  return { segment, index, file: path, line: line + 1 };
}

/** Follows the times of records in the order of the log. Those of the log itself are compared among themselves. */
export class RecordClock {
  readonly #times: readonly ProvenTime[];
  readonly #backwards = new Flag();
  readonly #late = new Flag();
  #before: Instant | null = null;
  #openedBefore: Instant | null = null;

  constructor(times: readonly ProvenTime[]) {
    this.#times = times;
  }

  read(line: RecordLine, time: Instant, isOfLog: boolean): void {
    if (isOfLog) {
      this.#follow(line, time, this.#openedBefore);
      this.#openedBefore = time;
      return;
    }
    this.#follow(line, time, this.#before);
    this.#before = time;
    this.#compareWithProof(line, time);
  }

  /** Records with such a time. */
  get count(): number {
    return this.#backwards.count + this.#late.count;
  }

  get findings(): readonly VerificationFinding[] {
    return [...this.#backwards.findings, ...this.#late.findings];
  }

  #follow(line: RecordLine, time: Instant, before: Instant | null): void {
    if (before === null || before - time <= JITTER_NANOSECONDS) return;
    const seconds = Number(before - time) / Number(NANOSECONDS_PER_SECOND);
    const message = `Recorded time goes backwards by ${seconds} s at event ${line.index}. Order is proven, clock time is not.`;
    this.#backwards.add(() => finding("time-goes-back", "verified-with-limits", message, placeOf(line)));
  }

  #compareWithProof(line: RecordLine, time: Instant): void {
    const proven = this.#times.filter(({ size }) => line.index < size).map(({ ms }) => ms);
    const existed = Math.min(...proven);
    if (!Number.isFinite(existed) || time <= instantFromMillis(existed + CLOCK_TOLERANCE_MS)) return;
    const sealed = formatInstant(instantFromMillis(existed));
    const message = `Event ${line.index} claims a time after it was already sealed (${sealed}); the clock was wrong or set.`;
    this.#late.add(() =>
      finding("time-after-seal", "verified-with-limits", message, placeOf(line), { found: formatInstant(time) }),
    );
  }
}

/** What the times of proven records contradict: each other (T28), and times at which they existed already (T29). */
import { type RecordLine } from "../bundle/record-lines.ts";
import { stepsBack, type SegmentTimes, type TimeTrack } from "../bundle/segment-times.ts";
import { formatInstant, instantFromMillis, NANOSECONDS_PER_SECOND, type Instant } from "../model/time.ts";
import { type EvidenceLocation, type VerificationFinding } from "../model/verdict.ts";
import { countOf, finding } from "./findings.ts";

/** Clocks of log, witness and time authority differ by seconds; this is no sign of a clock that was set. */
const CLOCK_TOLERANCE_MS = 60_000;

/** A time at which the first so many records existed already: of a stamp or a witness. */
export interface ProvenTime {
  readonly size: number;
  readonly ms: number;
}

/** The first of the records with a property, and how many have it. */
export class Flag {
  count = 0;
  #first: VerificationFinding | undefined;

  add(make: () => VerificationFinding, count = 1): void {
    this.count += count;
    this.#first ??= make();
  }

  get findings(): readonly VerificationFinding[] {
    if (this.#first === undefined) return [];
    const more = this.count > 1 ? ` The same holds for ${countOf(this.count - 1, "further event")}.` : "";
    return [{ ...this.#first, message: this.#first.message + more }];
  }
}

/** A record by its place. */
type RecordPlace = Pick<RecordLine, "segment" | "index" | "path" | "line">;

/** The place of a record, as a finding names it. */
export function placeOf({ segment, index, path, line }: RecordPlace): EvidenceLocation {
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

  read(place: RecordPlace, time: Instant, isOfLog: boolean): void {
    if (isOfLog) {
      this.#follow(place, time, this.#openedBefore);
      this.#openedBefore = time;
      return;
    }
    this.#follow(place, time, this.#before);
    this.#before = time;
    this.compareWithProof(place, time);
  }

  /**
   * Follows the times of a whole segment, of which `first` would be the first record.
   * @returns whether some may be later than a proven time; those are to be compared one by one.
   */
  readSegment(first: RecordPlace, { ofLog, logged }: SegmentTimes): boolean {
    this.#openedBefore = this.#followTrack(first, ofLog, this.#openedBefore);
    this.#before = this.#followTrack(first, logged, this.#before);
    return logged !== null && this.#provenBefore(first, logged.latest) !== null;
  }

  /** Compares the time of a record that the log did not write with the times at which it existed already. */
  compareWithProof(place: RecordPlace, time: Instant): void {
    const existed = this.#provenBefore(place, time);
    if (existed === null) return;
    const sealed = formatInstant(existed);
    const message = `Event ${place.index} claims a time after it was already sealed (${sealed}); the clock was wrong or set.`;
    this.#late.add(() =>
      finding("time-after-seal", "verified-with-limits", message, placeOf(place), { found: formatInstant(time) }),
    );
  }

  /** Whether the time of a record that the log did not write is later than one at which it existed already. */
  isLate(place: Pick<RecordPlace, "index">, time: Instant): boolean {
    return this.#provenBefore(place, time) !== null;
  }

  /** Records with such a time. */
  get count(): number {
    return this.#backwards.count + this.#late.count;
  }

  get findings(): readonly VerificationFinding[] {
    return [...this.#backwards.findings, ...this.#late.findings];
  }

  #followTrack(first: RecordPlace, track: TimeTrack | null, before: Instant | null): Instant | null {
    if (track === null) return before;
    this.#follow(placeAt(first, track.first.position), track.first.time, before);
    const step = track.firstStepBack;
    if (step !== null) this.#follow(placeAt(first, step.position), step.time, step.before, track.stepsBack);
    return track.last;
  }

  /** @param count how many records step back so, this one included. */
  #follow(place: RecordPlace, time: Instant, before: Instant | null, count = 1): void {
    if (before === null || !stepsBack(before, time)) return;
    const seconds = Number(before - time) / Number(NANOSECONDS_PER_SECOND);
    const message = `Recorded time goes backwards by ${seconds} s at event ${place.index}. Order is proven, clock time is not.`;
    this.#backwards.add(() => finding("time-goes-back", "verified-with-limits", message, placeOf(place)), count);
  }

  /** The earliest proof of a record or one behind it, when it lies before the time; later records are proven later. */
  #provenBefore({ index }: Pick<RecordPlace, "index">, time: Instant): Instant | null {
    const existed = Math.min(...this.#times.filter(({ size }) => index < size).map(({ ms }) => ms));
    if (!Number.isFinite(existed) || time <= instantFromMillis(existed + CLOCK_TOLERANCE_MS)) return null;
    return instantFromMillis(existed);
  }
}

function placeAt(first: RecordPlace, position: number): RecordPlace {
  return { ...first, index: first.index + position, line: first.line + position };
}

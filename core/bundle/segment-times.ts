/** What the times in a segment say, in a few facts that those of the next segment can follow. */
import { NANOSECONDS_PER_SECOND, type Instant } from "../model/time.ts";
import { NO_TIME } from "./line-kernel.ts";
import { endsWithSalt, RecordScan } from "./record-scan.ts";
import { epochMillis } from "./record-time.ts";
import { TimeParts } from "./utc-time.ts";

/** Several writers share a log: their records may be a moment out of order. */
const JITTER_NANOSECONDS = NANOSECONDS_PER_SECOND;

/** The time of a record; positions count in the segment, from 0. */
interface PlacedTime {
  readonly position: number;
  readonly time: Instant;
}

/** The times of records that follow each other. */
export interface TimeTrack {
  readonly first: PlacedTime;
  readonly last: Instant;
  readonly latest: Instant;
  /** How many of them step back from the one before. */
  readonly stepsBack: number;
  /** The first that does. */
  readonly firstStepBack: (PlacedTime & { readonly before: Instant }) | null;
}

/** A track is null when no record of its kind has a time. */
export interface SegmentTimes {
  /** Of the records that the log itself wrote. */
  readonly ofLog: TimeTrack | null;
  /** Of all others. */
  readonly logged: TimeTrack | null;
  /** A record that the log did not write has no salt. */
  readonly unsalted: boolean;
}

/** Whether a record's time lies before that of the record before it, by more than records of several writers do. */
export function stepsBack(before: Instant, time: Instant): boolean {
  return before - time > JITTER_NANOSECONDS;
}

/** Takes the records of a segment in order. */
export class SegmentTimesReader {
  readonly #scan = new RecordScan();
  readonly #ofLog = new TrackReader();
  readonly #logged = new TrackReader();
  readonly #time = new TimeParts();
  #unsalted = false;

  /** The record from `start` to before `end`, and the number that it begins with as its time if that is known. */
  read(text: Uint8Array, start: number, end: number, position: number, knownTime = NO_TIME): void {
    const scan = this.#scan;
    const seeksSalt = !this.#unsalted && !endsWithSalt(text, start, end);
    if (!seeksSalt && knownTime !== NO_TIME) {
      this.#time.setMillis(epochMillis(knownTime));
      this.#logged.read(position, this.#time);
      return;
    }
    scan.look(text, start, end, seeksSalt);
    if (seeksSalt && !scan.isOfLog && !scan.isSalted) this.#unsalted = true;
    if (scan.hasTime) (scan.isOfLog ? this.#ofLog : this.#logged).read(position, scan.time);
  }

  finish(): SegmentTimes {
    return { ofLog: this.#ofLog.track, logged: this.#logged.track, unsalted: this.#unsalted };
  }
}

class TrackReader {
  #first: PlacedTime | null = null;
  readonly #last = new TimeParts();
  readonly #latest = new TimeParts();
  #stepsBack = 0;
  #firstStepBack: TimeTrack["firstStepBack"] = null;

  read(position: number, time: TimeParts): void {
    if (this.#first === null) {
      this.#first = { position, time: time.instant };
      this.#latest.copy(time);
    } else {
      if (this.#last.isAfter(time)) this.#followBack(position, time);
      if (time.isAfter(this.#latest)) this.#latest.copy(time);
    }
    this.#last.copy(time);
  }

  #followBack(position: number, { instant: time }: TimeParts): void {
    const before = this.#last.instant;
    if (!stepsBack(before, time)) return;
    this.#stepsBack += 1;
    this.#firstStepBack ??= { position, time, before };
  }

  get track(): TimeTrack | null {
    const first = this.#first;
    if (first === null) return null;
    const [last, latest] = [this.#last.instant, this.#latest.instant];
    return { first, last, latest, stepsBack: this.#stepsBack, firstStepBack: this.#firstStepBack };
  }
}

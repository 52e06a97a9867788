import { type Instant } from "./time.ts";
import { type RowVerdict } from "./verdict.ts";

/** `event` a normalised record · `log` an open or seal record of the log itself · `withheld` only its digest is given · `unreadable` bytes no mapping could read. */
export type EventKind = "event" | "log" | "withheld" | "unreadable";

/**
 * One normalised record: a row. Texts are what the record says, in its own words; null where it says nothing.
 * Nothing here is evidence: the record's bytes are (`exhibit`, `file`, `offset`, `length`).
 */
export interface EventRow {
  /** Position in the case, dense from 0, in evidence order. */
  readonly seq: number;
  readonly kind: EventKind;
  readonly time: Instant | null;
  /** The time exactly as the record has it. */
  readonly timeRecorded: string | null;
  /** Name of the source mapping, such as "cloudtrail" or "ocsf". */
  readonly source: string;
  readonly principal: string | null;
  readonly principalKind: string | null;
  readonly credential: string | null;
  readonly session: string | null;
  readonly action: string | null;
  readonly service: string | null;
  readonly resource: string | null;
  /** "success", "failure" or "denied" where the record says so. */
  readonly outcome: string | null;
  readonly error: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly account: string | null;
  readonly region: string | null;
  readonly requestId: string | null;
  readonly eventId: string | null;
  readonly verdict: RowVerdict;
  /** Exhibit id, such as "X-1". */
  readonly exhibit: string;
  /** Path of the file inside the exhibit, as the exhibit names it. */
  readonly file: string;
  /** Byte range of the record in the decompressed file. */
  readonly offset: number;
  readonly length: number;
}

/** A row of which nothing is known but which record it is. */
export const NO_CONTENT = {
  time: null,
  timeRecorded: null,
  principal: null,
  principalKind: null,
  credential: null,
  session: null,
  action: null,
  service: null,
  resource: null,
  outcome: null,
  error: null,
  address: null,
  userAgent: null,
  account: null,
  region: null,
  requestId: null,
  eventId: null,
} as const satisfies Partial<EventRow>;

/**
 * The few members of a record that a verification looks at, found in its bytes: its time, whether the log itself wrote it,
 * and its salt. Members of other names are walked over and not read; of a member named twice the first counts.
 */
import { walkMembers } from "../encoding/json-members.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { LOG_RECORD_MEMBER } from "./log-record.ts";
import { isSalt, MIN_SALT_CHARACTERS, SALT_MEMBER } from "./record-salt.ts";
import { epochMillis, TIME_MEMBERS, timeOfValue } from "./record-time.ts";
import { isDigit, readUtcTime, TimeParts } from "./utc-time.ts";

const NAMES = [...TIME_MEMBERS, LOG_RECORD_MEMBER, SALT_MEMBER].map((name) => encodeUtf8(name));
const FIRST_TIME = 0;
const LOG_RECORD = NAMES.length - 2;
const SALT = NAMES.length - 1;

/** How a record begins that says first when it happened, as those of OCSF do. */
export const TIME_AT_START = encodeUtf8(`{"${TIME_MEMBERS[FIRST_TIME]}":`);
const SALT_BEFORE = encodeUtf8(`,"${SALT_MEMBER}":"`);
const QUOTE = 0x22;
const COMMA = 0x2c;
const CLOSE_OBJECT = 0x7d;
const ZERO = 0x30;
/** Numbers of so many digits are exact. */
export const EXACT_DIGITS = 15;

/** Looks at one record after the other. */
export class RecordScan {
  /** Whether the record says when it happened. */
  hasTime = false;
  /** When it did, until the next record is looked at. */
  readonly time = new TimeParts();
  #text: Uint8Array = new Uint8Array();
  #seeksSalt = false;
  /** Where the values of members begin and end, in the order of the names; 0 for one that was not found. */
  readonly #starts = new Uint32Array(NAMES.length);
  readonly #ends = new Uint32Array(NAMES.length);
  readonly #visit = (nameStart: number, nameEnd: number, start: number, end: number): boolean =>
    this.#note(nameStart, nameEnd, start, end);

  /**
   * Takes the record from `start` to before `end`, up to the time that is tried first, and to its salt if that is asked for.
   * The text must stay as it is until the record was asked about.
   */
  look(text: Uint8Array, start: number, end: number, seeksSalt: boolean): void {
    this.#text = text;
    this.#seeksSalt = seeksSalt;
    for (let name = 0; name < NAMES.length; name += 1) this.#starts[name] = 0;
    this.hasTime = !seeksSalt && this.#takeTimeAtStart(text, start);
    if (this.hasTime) return;
    walkMembers(text, start, end, this.#visit);
    this.hasTime = this.#takeTime();
  }

  /** Whether the log itself wrote the record; it says so first. */
  get isOfLog(): boolean {
    return this.#has(LOG_RECORD);
  }

  get isSalted(): boolean {
    return this.#has(SALT) && isSalt(this.#value(SALT));
  }

  #has(name: number): boolean {
    return this.#starts[name] !== 0;
  }

  /** Takes a count that the record begins with; such a time is the first that is tried, and nothing precedes it. */
  #takeTimeAtStart(text: Uint8Array, start: number): boolean {
    if (!hasAt(text, start, TIME_AT_START)) return false;
    const from = start + TIME_AT_START.length;
    let to = from;
    while (isDigit(text[to] ?? 0)) to += 1;
    const value = text[to] === COMMA || text[to] === CLOSE_OBJECT ? wholeNumber(text, from, to) : undefined;
    if (value === undefined) return false;
    this.time.setMillis(epochMillis(value));
    return true;
  }

  /** Takes the first member that is a time; one that holds another text ends the search. */
  #takeTime(): boolean {
    for (let name = FIRST_TIME; name < TIME_MEMBERS.length; name += 1) {
      const isTime = this.#has(name) ? this.#takeTimeOf(name) : undefined;
      if (isTime !== undefined) return isTime;
    }
    return false;
  }

  /** Undefined for a value of another kind, which says nothing about the time. */
  #takeTimeOf(name: number): boolean | undefined {
    const start = this.#starts[name] ?? 0;
    const end = this.#ends[name] ?? 0;
    const isText = this.#text[start] === QUOTE && this.#text[end - 1] === QUOTE;
    if (isText && readUtcTime(this.#text, start + 1, end - 1, this.time)) return true;
    const time = timeOfValue(this.#value(name));
    if (time) this.time.instant = time;
    return time === undefined ? undefined : time !== null;
  }

  #value(name: number): JsonValue | undefined {
    const [start = 0, end = 0] = [this.#starts[name], this.#ends[name]];
    return wholeNumber(this.#text, start, end) ?? parseStrictJson(this.#text.subarray(start, end)).value;
  }

  #note(nameStart: number, nameEnd: number, start: number, end: number): boolean {
    const name = nameAt(this.#text, nameStart, nameEnd);
    if (name < 0 || this.#has(name)) return true;
    this.#starts[name] = start;
    this.#ends[name] = end;
    return !(this.#hasFirstTime() && (!this.#seeksSalt || this.#has(SALT)));
  }

  /** Whether no member that is tried later can be the time. */
  #hasFirstTime(): boolean {
    const [start = 0, end = 0] = [this.#starts[FIRST_TIME], this.#ends[FIRST_TIME]];
    return start > 0 && (this.#text[start] === QUOTE || wholeNumber(this.#text, start, end) !== undefined);
  }
}

/** Whether a record ends as those do that were salted when they were sealed: `,"salt":"…"}`. */
export function endsWithSalt(text: Uint8Array, start: number, end: number): boolean {
  if (text[end - 1] !== CLOSE_OBJECT || text[end - 2] !== QUOTE) return false;
  let at = end - 3;
  while (at > start && isBase64Url(text[at] ?? 0)) at -= 1;
  const before = at + 1 - SALT_BEFORE.length;
  return end - 3 - at >= MIN_SALT_CHARACTERS && before > start && hasAt(text, before, SALT_BEFORE);
}

/** Letters, digits, `-` and `_`. */
function isBase64Url(byte: number): boolean {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || isDigit(byte) || byte === 0x2d || byte === 0x5f;
}

function nameAt(text: Uint8Array, start: number, end: number): number {
  for (let name = 0; name < NAMES.length; name += 1) {
    const bytes = NAMES[name];
    if (bytes?.length === end - start && hasAt(text, start, bytes)) return name;
  }
  return -1;
}

function hasAt(text: Uint8Array, start: number, bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] !== text[start + at]) return false;
  return true;
}

/** A count without a sign, as most times are; undefined for any other value. */
function wholeNumber(text: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > EXACT_DIGITS || (text[start] === ZERO && end - start > 1)) return undefined;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const byte = text[at] ?? 0;
    if (!isDigit(byte)) return undefined;
    value = value * 10 + byte - ZERO;
  }
  return start < end ? value : undefined;
}

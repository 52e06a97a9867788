/**
 * The few members of a record that a verification looks at, found in its bytes: its time, whether the log itself wrote it,
 * and its salt. Members of other names are walked over and not read; of a member named twice the first counts.
 */
import { walkMembers } from "../encoding/json-members.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type Instant } from "../model/time.ts";
import { LOG_RECORD_MEMBER } from "./log-record.ts";
import { isSalt, MIN_SALT_CHARACTERS, SALT_MEMBER } from "./record-salt.ts";
import { TIME_MEMBERS, timeOfValue } from "./record-time.ts";
import { isDigit, parseUtcTime } from "./utc-time.ts";

const NAMES = [...TIME_MEMBERS, LOG_RECORD_MEMBER, SALT_MEMBER].map((name) => encodeUtf8(name));
const FIRST_TIME = 0;
const LOG_RECORD = NAMES.length - 2;
const SALT = NAMES.length - 1;

const SALT_BEFORE = encodeUtf8(`,"${SALT_MEMBER}":"`);
const QUOTE = 0x22;
const CLOSE_OBJECT = 0x7d;
const ZERO = 0x30;
/** Numbers of so many digits are exact. */
const EXACT_DIGITS = 15;

/** Looks at one record after the other. */
export class RecordScan {
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
    this.#starts.fill(0);
    walkMembers(text, start, end, this.#visit);
  }

  /** Whether the log itself wrote the record; it says so first. */
  get isOfLog(): boolean {
    return this.#has(LOG_RECORD);
  }

  /** Null when the record has none. */
  get time(): Instant | null {
    for (let name = FIRST_TIME; name < TIME_MEMBERS.length; name += 1) {
      const time = this.#has(name) ? this.#timeAt(name) : undefined;
      if (time !== undefined) return time;
    }
    return null;
  }

  get isSalted(): boolean {
    return this.#has(SALT) && isSalt(this.#value(SALT));
  }

  #has(name: number): boolean {
    return this.#starts[name] !== 0;
  }

  #timeAt(name: number): Instant | null | undefined {
    const start = this.#starts[name] ?? 0;
    const end = this.#ends[name] ?? 0;
    const isText = this.#text[start] === QUOTE && this.#text[end - 1] === QUOTE;
    const time = isText ? parseUtcTime(this.#text, start + 1, end - 1) : undefined;
    return time ?? timeOfValue(this.#value(name));
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

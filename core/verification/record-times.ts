/**
 * What is looked at in the records of a long log: their times, which alone can lower its verdict, and the salt of a log with
 * withheld records. Bytes of other members are walked over and not read; of a member named twice the first counts.
 */
import { LOG_RECORD_MEMBER } from "../bundle/log-record.ts";
import { type RecordLine } from "../bundle/record-lines.ts";
import { TIME_MEMBERS, timeOfRecord } from "../bundle/record-source.ts";
import { walkMembers } from "../encoding/json-members.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { check, countOf, type CheckOutcome } from "./findings.ts";
import { guessableContent, isSalt, SALT_MEMBER } from "./record-salt.ts";
import { RecordClock, type ProvenTime } from "./record-clock.ts";

const [FIRST_TIME_MEMBER] = TIME_MEMBERS;
const NAMES = [...TIME_MEMBERS, LOG_RECORD_MEMBER, SALT_MEMBER].map((name) => ({ name, bytes: encodeUtf8(name) }));
const ZERO = 0x30;
/** Numbers of so many digits are exact. */
const EXACT_DIGITS = 15;

/** Reads the times of records, in the order of the log. */
export class TimeReader {
  readonly #clock: RecordClock;
  readonly #seeksSalt: boolean;
  #records = 0;
  #unsalted = false;

  /** @param hasWithheld whether the log has withheld records, whose siblings are to have salt. */
  constructor(times: readonly ProvenTime[], hasWithheld: boolean) {
    this.#clock = new RecordClock(times);
    this.#seeksSalt = hasWithheld;
  }

  read(line: RecordLine): void {
    if (line.withheld) return;
    this.#records += 1;
    const needsSalt = this.#seeksSalt && !this.#unsalted;
    const members = knownMembers(line.bytes, needsSalt);
    const isOfLog = Object.hasOwn(members, LOG_RECORD_MEMBER);
    if (needsSalt && !isOfLog && !isSalt(members[SALT_MEMBER])) this.#unsalted = true;
    const time = timeOfRecord(members);
    if (time !== null) this.#clock.read(line, time, isOfLog);
  }

  outcome(): CheckOutcome {
    const note = `the times of ${countOf(this.#records, "proven record")} read; of so long a log, what else is in the records is told when they are imported`;
    return {
      checks: [check("records", this.#records, this.#clock.count, note)],
      findings: [...this.#clock.findings, ...(this.#unsalted ? [guessableContent()] : [])],
    };
  }
}

/** The members that are known by name, up to the time that is taken first unless all are asked for. */
function knownMembers(record: Uint8Array, all: boolean): Readonly<Record<string, JsonValue>> {
  const members: Record<string, JsonValue> = {};
  walkMembers(record, ({ nameStart, nameEnd, start, end }) => {
    const name = knownName(record, nameStart, nameEnd);
    if (name === undefined || Object.hasOwn(members, name)) return true;
    const value = wholeNumber(record, start, end) ?? parseStrictJson(record.subarray(start, end)).value ?? null;
    members[name] = value;
    return all || name !== FIRST_TIME_MEMBER || !(typeof value === "string" || Number.isSafeInteger(value));
  });
  return members;
}

function knownName(record: Uint8Array, start: number, end: number): string | undefined {
  return NAMES.find(({ bytes }) => {
    if (bytes.length !== end - start) return false;
    for (let at = 0; at < bytes.length; at += 1) if (bytes[at] !== record[start + at]) return false;
    return true;
  })?.name;
}

/** A count without a sign, as most times are; undefined for any other value. */
function wholeNumber(record: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > EXACT_DIGITS || (record[start] === ZERO && end - start > 1)) return undefined;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (record[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return start < end ? value : undefined;
}

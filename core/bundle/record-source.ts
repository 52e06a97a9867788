/** What is sealed: the records of one NDJSON file, checked against the rules for records (format §2). */
import { formatBase64Url } from "../encoding/base64.ts";
import { linesOf } from "../encoding/ndjson.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { Problem, quote } from "../model/problem.ts";
import { type Instant } from "../model/time.ts";
import { LOG_RECORD_MEMBER } from "./log-record.ts";
import { timeOfRecord } from "./record-time.ts";
import { MAX_RECORD_BYTES } from "./segment-scan.ts";

/** An NDJSON file to seal. */
export interface SealInput {
  /** Named in problems. */
  readonly name: string;
  readonly byteLength?: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface SourceRecord {
  readonly bytes: Uint8Array;
  /** When the record says it happened; null when it has no member that we know as a time. */
  readonly time: Instant | null;
}

/** 128 bits: a withheld record cannot be guessed from its digest. */
export const SALT_BYTES = 16;

/**
 * The records of an input, in order; with `salt`, records that have no `salt` member get one.
 * Throws `bad-record` with file and line for a line that may not be sealed.
 */
export async function* recordsOf(
  input: SealInput,
  salt: (() => Uint8Array) | undefined,
): AsyncGenerator<SourceRecord, void, undefined> {
  let lineNumber = 0;
  for await (const line of linesOf(input.open(), MAX_RECORD_BYTES)) {
    lineNumber += 1;
    const members = parseRecord(line.bytes, input.name, lineNumber, line.offset);
    const bytes = salt && !Object.hasOwn(members, "salt") ? withSalt(line.bytes, members, salt()) : line.bytes.slice();
    yield { bytes, time: timeOfRecord(members) };
  }
}

function parseRecord(
  bytes: Uint8Array,
  file: string,
  line: number,
  offset: number,
): Readonly<Record<string, JsonValue>> {
  const { value, problems } = parseStrictJson(bytes);
  const [fault] = problems;
  if (fault !== undefined) throw badRecord(file, line, offset + fault.offset, "an I-JSON object", fault.message);
  if (bytes[0] !== 0x7b || typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRecord(file, line, offset, "a JSON object that begins the line", "another JSON value or white space");
  }
  if (Object.hasOwn(value, LOG_RECORD_MEMBER)) {
    throw badRecord(file, line, offset, "a record of the logged system", `a member ${quote(LOG_RECORD_MEMBER)}`);
  }
  return value as Readonly<Record<string, JsonValue>>; // arrays and null are excluded above
}

function badRecord(file: string, line: number, offset: number, expected: string, found: string): Problem {
  return new Problem("refused", "bad-record", `line ${line} cannot be sealed: expected ${expected}, found ${found}`, {
    file,
    line,
    offset,
    expected,
    found,
  });
}

/** The member is put last, so that every other byte stays as it was. */
function withSalt(bytes: Uint8Array, members: Readonly<Record<string, JsonValue>>, salt: Uint8Array): Uint8Array {
  const close = bytes.lastIndexOf(0x7d);
  const comma = Object.keys(members).length === 0 ? "" : ",";
  const member = encodeUtf8(`${comma}"salt":"${formatBase64Url(salt)}"`);
  return concatBytes(bytes.subarray(0, close), member, bytes.subarray(close));
}

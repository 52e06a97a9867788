/**
 * The two records that the log itself writes into a segment, as ordinary leaves: the first opens it, the last seals it.
 *
 *     {"_log":"open","segment":1,"firstIndex":40,"chain":"<base64 H_40>","origin":"example.com/audit","time":"…","salt":"…"}
 *     {"_log":"seal","segment":1,"firstIndex":40,"count":3,"chain":"<base64 H_42>","firstTime":"…","lastTime":"…","salt":"…"}
 */
import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { HASH_BYTES } from "../model/digest.ts";

/** The member that marks records of the log itself. Records of the logged system may not have it. */
export const LOG_RECORD_MEMBER = "_log";

export interface OpenRecord {
  readonly segment: number;
  readonly firstIndex: number;
  /** Chain head before this record. */
  readonly chain: Uint8Array;
  readonly origin: string;
  /** RFC 3339. */
  readonly time: string;
  readonly salt: string;
}

export interface SealRecord {
  readonly segment: number;
  readonly firstIndex: number;
  /** Records of the segment, this one and the opening one included. */
  readonly count: number;
  /** Chain head before this record. */
  readonly chain: Uint8Array;
  /** Earliest and latest time of the segment's records, RFC 3339; null when none has a time. */
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  readonly salt: string;
}

export function formatOpenRecord(record: OpenRecord): Uint8Array {
  const { segment, firstIndex, chain, origin, time, salt } = record;
  return encode({ _log: "open", segment, firstIndex, chain: formatBase64(chain), origin, time, salt });
}

export function formatSealRecord(record: SealRecord): Uint8Array {
  const { segment, firstIndex, count, chain, firstTime, lastTime, salt } = record;
  return encode({ _log: "seal", segment, firstIndex, count, chain: formatBase64(chain), firstTime, lastTime, salt });
}

/** Undefined when the bytes are no opening record. Members that we do not know are allowed: the leaf covers them. */
export function parseOpenRecord(bytes: Uint8Array): OpenRecord | undefined {
  const members = parseMembers(bytes, "open");
  if (members === undefined) return undefined;
  const { segment, firstIndex, origin, time, salt } = members;
  const chain = chainOf(members["chain"]);
  if (!isCount(segment) || !isCount(firstIndex) || chain === undefined) return undefined;
  if (typeof origin !== "string" || typeof time !== "string") return undefined;
  return { segment, firstIndex, chain, origin, time, salt: typeof salt === "string" ? salt : "" };
}

/** Undefined when the bytes are no sealing record. */
export function parseSealRecord(bytes: Uint8Array): SealRecord | undefined {
  const members = parseMembers(bytes, "seal");
  if (members === undefined) return undefined;
  const { segment, firstIndex, count, firstTime = null, lastTime = null, salt } = members;
  const chain = chainOf(members["chain"]);
  if (!isCount(segment) || !isCount(firstIndex) || !isCount(count) || chain === undefined) return undefined;
  if (!isTextOrNull(firstTime) || !isTextOrNull(lastTime)) return undefined;
  return { segment, firstIndex, count, chain, firstTime, lastTime, salt: typeof salt === "string" ? salt : "" };
}

function encode(members: Readonly<Record<string, string | number | null>>): Uint8Array {
  return encodeUtf8(JSON.stringify(members));
}

function parseMembers(bytes: Uint8Array, kind: string): Readonly<Record<string, JsonValue>> | undefined {
  const { value, problems } = parseStrictJson(bytes);
  if (problems.length > 0 || !isObject(value) || value[LOG_RECORD_MEMBER] !== kind) return undefined;
  return value;
}

function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function chainOf(value: JsonValue | undefined): Uint8Array | undefined {
  const chain = typeof value === "string" ? parseBase64(value) : undefined;
  return chain?.length === HASH_BYTES ? chain : undefined;
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isTextOrNull(value: JsonValue): value is string | null {
  return value === null || typeof value === "string";
}

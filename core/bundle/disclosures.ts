/**
 * `data/disclosures/<first index>.jsonl`: values of fields that were committed to when they were logged, in the form of
 * SD-JWT (RFC 9901 §4.2). One line for each record that has any disclosed:
 *
 *     {"index":17,"disclosures":["WyI2cU1ROW5NUzFUWjVPcGxGIiwiZW1haWwiLCJhQGV4YW1wbGUuY29tIl0"]}
 *
 * A disclosure is base64url of the JSON array [salt, name, value]. The record's `_sd` array holds base64url of SHA-256 over
 * the ASCII characters of the disclosure.
 */
import { formatBase64Url, parseBase64Url } from "../encoding/base64.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { type Hash } from "../model/digest.ts";

export const SD_ALGORITHM = "sha-256";

export interface RecordDisclosures {
  /** Leaf index of the record. */
  readonly index: number;
  /** Verbatim, as their digests are over them. */
  readonly disclosures: readonly string[];
}

/** What one disclosure says. */
export interface Disclosure {
  readonly name: string;
  readonly value: JsonValue;
}

/** A disclosure of a member. Precondition: a salt of at least 128 random bits, in base64url. */
export function formatDisclosure(salt: string, name: string, value: JsonValue): string {
  return formatBase64Url(encodeUtf8(JSON.stringify([salt, name, value])));
}

/** Undefined when the text is no disclosure of a member. */
export function parseDisclosure(text: string): Disclosure | undefined {
  const bytes = parseBase64Url(text);
  const { value, problems } = bytes ? parseStrictJson(bytes) : { value: undefined, problems: [] };
  if (!Array.isArray(value) || problems.length > 0) return undefined;
  const [salt, name, member, ...more] = value as readonly JsonValue[]; // Array.isArray does not narrow a readonly array type
  if (typeof salt !== "string" || typeof name !== "string" || member === undefined || more.length > 0) return undefined;
  return { name, value: member };
}

/** The entry of `_sd` that commits to a disclosure. */
export function disclosureDigest(hash: Hash, disclosure: string): string {
  return formatBase64Url(hash(encodeUtf8(disclosure)));
}

/** The content of a file of disclosures. */
export function formatDisclosures(records: readonly RecordDisclosures[]): Uint8Array {
  const lines = records.map(({ index, disclosures }) => `${JSON.stringify({ index, disclosures })}\n`);
  return encodeUtf8(lines.join(""));
}

/** The records of a file of disclosures, or the first line (from 1) that is malformed. */
export function parseDisclosures(bytes: Uint8Array): readonly RecordDisclosures[] | { readonly malformedLine: number } {
  const lines = decodeUtf8(bytes)?.split("\n");
  if (lines?.pop() !== "") return { malformedLine: Math.max(1, lines?.length ?? 0) };
  const records: RecordDisclosures[] = [];
  for (const [position, line] of lines.entries()) {
    const record = recordOf(line);
    if (record === undefined) return { malformedLine: position + 1 };
    records.push(record);
  }
  return records;
}

function recordOf(line: string): RecordDisclosures | undefined {
  const { value, problems } = parseStrictJson(encodeUtf8(line));
  if (problems.length > 0 || typeof value !== "object" || value === null || !("index" in value)) return undefined;
  const { index, disclosures } = value;
  if (typeof index !== "number" || !Number.isSafeInteger(index) || index < 0 || !Array.isArray(disclosures)) {
    return undefined;
  }
  const texts = (disclosures as readonly JsonValue[]).filter((text) => typeof text === "string"); // as above
  return texts.length === disclosures.length ? { index, disclosures: texts } : undefined;
}

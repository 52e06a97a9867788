/**
 * Public keys of AWS CloudTrail, as people hold them: the answer of ListPublicKeys
 * `{"PublicKeyList":[{"Value":"<base64 DER>","ValidityStartTime":…,"ValidityEndTime":…,"Fingerprint":"<32 hex>"}]}`, a PEM
 * block, or base64 of the DER alone. The fingerprint is a name: in every published sample it is the MD5 of the DER that
 * stands beside it, which is not promised, so it never decides about trust.
 */
import { md5 } from "@noble/hashes/legacy.js";

import { parseBase64 } from "../encoding/base64.ts";
import { formatHex } from "../encoding/bytes.ts";
import { memberOf } from "../encoding/json-value.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { Problem, quote } from "../model/problem.ts";
import { instantFromMillis, parseInstant, type Instant } from "../model/time.ts";
import { parsePem } from "./pem.ts";
import { parseRsaPublicKey, type RsaPublicKey } from "./rsa-key.ts";

/** One key of a list. */
export interface ListedKey {
  /** Names that a digest may call it by, hex: the stated fingerprint, else those of both its encodings. */
  readonly fingerprints: readonly string[];
  /** Undefined when the value is no key that is accepted; `fault` then says why. */
  readonly key: RsaPublicKey | undefined;
  readonly fault: string | undefined;
  /** The list states none, or one that is not the MD5 of the value. */
  readonly unusualFingerprint: boolean;
  /** When the key was in use, as stated; null when that is not said. */
  readonly validFrom: Instant | null;
  readonly validTo: Instant | null;
}

/** A year of one region has some twenty keys. */
const MAX_LISTED_KEYS = 10_000;
const MAX_LIST_BYTES = 16 * 2 ** 20;
const MILLIS_PER_SECOND = 1_000;

/** Reads any of the forms. Throws `key-list-malformed` (refused) when the content is none of them. */
export function parsePublicKeyList(content: Uint8Array): readonly ListedKey[] {
  if (content.length > MAX_LIST_BYTES) throw malformedList("a list of keys", `${content.length} bytes`);
  const text = decodeUtf8(content)?.trim();
  if (text === undefined) throw malformedList("text", "other bytes");
  if (text.startsWith("{")) return listedKeys(content);
  if (text.includes("-----BEGIN ")) return [unlistedKey(parsePem(text).der)];
  const der = parseBase64(text.replaceAll(/\s/g, ""));
  if (der === undefined || der.length === 0) {
    throw malformedList("an answer of ListPublicKeys, PEM or base64 of DER", quote(text));
  }
  return [unlistedKey(der)];
}

function listedKeys(content: Uint8Array): readonly ListedKey[] {
  const { value, problems } = parseStrictJson(content);
  const [problem] = problems;
  if (problem !== undefined) throw malformedList("one JSON object", problem.message);
  const spelling = memberOf(value, "PublicKeyList") === undefined ? spelledSmall : spelledLarge;
  const list = memberOf(value, spelling("PublicKeyList"));
  if (!Array.isArray(list) || list.length > MAX_LISTED_KEYS) throw malformedList("a PublicKeyList", "none");
  // Array.isArray does not narrow a readonly array.
  return (list as readonly JsonValue[]).map((entry) => listedKey(entry, spelling));
}

function listedKey(entry: JsonValue, spelling: (name: string) => string): ListedKey {
  const value = memberOf(entry, spelling("Value"));
  const stated = memberOf(entry, spelling("Fingerprint"));
  const fingerprint = typeof stated === "string" ? stated : undefined;
  const der = typeof value === "string" ? parseBase64(value) : undefined;
  const read = readKey(der);
  return {
    fingerprints: fingerprint === undefined ? fingerprintsOf(read.key) : [fingerprint],
    unusualFingerprint: der === undefined || formatHex(md5(der)) !== fingerprint,
    validFrom: timeOf(memberOf(entry, spelling("ValidityStartTime"))),
    validTo: timeOf(memberOf(entry, spelling("ValidityEndTime"))),
    ...read,
  };
}

/** Throws `key-malformed` and `key-weak`: whoever gives a single key means it. */
function unlistedKey(der: Uint8Array): ListedKey {
  const key = parseRsaPublicKey(der);
  const fingerprints = fingerprintsOf(key);
  return { fingerprints, key, fault: undefined, unusualFingerprint: false, validFrom: null, validTo: null };
}

function readKey(der: Uint8Array | undefined): Pick<ListedKey, "key" | "fault"> {
  if (der === undefined) return { key: undefined, fault: "expected base64 of DER" };
  try {
    return { key: parseRsaPublicKey(der), fault: undefined };
  } catch (error) {
    if (error instanceof Problem) return { key: undefined, fault: error.message };
    throw error;
  }
}

function fingerprintsOf(key: RsaPublicKey | undefined): readonly string[] {
  return key === undefined ? [] : [formatHex(md5(key.pkcs1)), formatHex(md5(key.spki))];
}

/** SDKs print member names with a capital, the service answers with a small letter; a list does not mix them. */
function spelledLarge(name: string): string {
  return name;
}

function spelledSmall(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Seconds since 1970 as a number or its text, or a date-time. */
function timeOf(value: JsonValue | undefined): Instant | null {
  if (typeof value === "string" && /[Tt:]/.test(value)) return parseInstant(value) ?? null;
  const seconds = typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
  const millis = seconds * MILLIS_PER_SECOND;
  return value !== "" && Number.isSafeInteger(Math.round(millis)) ? instantFromMillis(millis) : null;
}

function malformedList(expected: string, found: string): Problem {
  return new Problem("refused", "key-list-malformed", `public keys: expected ${expected}, got ${found}`, {
    expected,
    found,
  });
}

/**
 * RFC 8785, JSON Canonicalization Scheme: members sorted by UTF-16 code units, no white space, numbers and strings as
 * ECMAScript prints them. `{"b":1.0,"a":"é"}` becomes `{"a":"é","b":1}`.
 */

import { assert } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { encodeUtf8, isWellFormed } from "./utf8.ts";

/** Deeper values are refused: the scheme recurses. Equal to the cap of the strict parser. */
export const MAX_JSON_DEPTH = 200;

/**
 * The canonical text of plain data (null, booleans, finite numbers, strings, arrays, plain objects). Members whose value
 * is undefined are left out, as `JSON.stringify` does; nothing has a `toJSON`.
 * Throws `not-i-json` for a lone surrogate, a number that is not finite, or nesting beyond {@link MAX_JSON_DEPTH}.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

/** {@link canonicalJson} as UTF-8: the bytes to hash or sign. */
export function canonicalJsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return encodeUtf8(canonicalJson(value));
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_JSON_DEPTH) throw notIJson(`nesting of at most ${MAX_JSON_DEPTH}`, "a deeper value");
  switch (typeof value) {
    case "string":
      return writeString(value);
    case "number":
      // §3.2.2.3: ECMAScript's Number::toString, which JSON.stringify uses; NaN and infinities have no JSON form.
      if (!Number.isFinite(value)) throw notIJson("a finite number", String(value));
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map((member) => write(member, depth + 1)).join(",")}]`;
      return writeObject(value, depth);
    default:
      assert(false, `canonical JSON of a ${typeof value}`);
  }
}

function writeObject(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  assert(prototype === Object.prototype || prototype === null, "canonical JSON of an object that is not plain");
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // §3.2.3: by UTF-16 code units, which is how JavaScript compares strings (and not by locale or code point).
  members.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${writeString(name)}:${write(member, depth + 1)}`).join(",")}}`;
}

/** §3.2.2.2: the escapes of JSON.stringify are exactly the prescribed ones, except that lone surrogates are an error. */
function writeString(text: string): string {
  if (!isWellFormed(text)) throw notIJson("well-formed Unicode", quote(text));
  return JSON.stringify(text);
}

function notIJson(expected: string, found: string): Problem {
  return new Problem("refused", "not-i-json", `canonical JSON: expected ${expected}, got ${found}`, {
    expected,
    found,
  });
}

/**
 * A JSON reader for evidence (RFC 8259 syntax, RFC 7493 "I-JSON" rules). Other readers disagree about documents that
 * this one flags: which of two equal names counts, how a large number is rounded, what a lone surrogate is. The value is
 * what `JSON.parse` would give; the problems say where a tool might show something else.
 */

import { quote } from "../model/problem.ts";
import { MAX_JSON_DEPTH } from "./canonical-json.ts";
import { JsonCursor } from "./json-cursor.ts";
import { decodeUtf8, firstInvalidUtf8, isWellFormed } from "./utf8.ts";

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/**
 * `unreadable` codes leave no value: `invalid-utf8`, `byte-order-mark`, `syntax`, `too-deep`, `trailing-data`. The others
 * are flags beside a value: `duplicate-name`, `lone-surrogate`, `inexact-number`, `prototype-name`.
 */
export type JsonProblemCode =
  | "invalid-utf8"
  | "byte-order-mark"
  | "syntax"
  | "too-deep"
  | "trailing-data"
  | "duplicate-name"
  | "lone-surrogate"
  | "inexact-number"
  | "prototype-name";

export interface JsonProblem {
  readonly code: JsonProblemCode;
  /** Byte offset in the document. */
  readonly offset: number;
  readonly message: string;
  /** For `duplicate-name`: the name, the value before and the value that counts. */
  readonly repeated?: { readonly name: string; readonly first: JsonValue; readonly last: JsonValue };
}

export interface StrictJson {
  /** Undefined when the document is unreadable; the last problem then says why. */
  readonly value: JsonValue | undefined;
  readonly problems: readonly JsonProblem[];
}

/** Flags beyond this number are dropped: a hostile document could hold millions, and one is enough to judge it. */
const MAX_FLAGS = 100;

/** Reads one JSON document. Never throws; every deviation is a problem with its byte offset. */
export function parseStrictJson(bytes: Uint8Array): StrictJson {
  const text = decodeUtf8(bytes);
  if (text === undefined) {
    const offset = firstInvalidUtf8(bytes);
    return { value: undefined, problems: [{ code: "invalid-utf8", offset, message: "expected UTF-8" }] };
  }
  if (text.startsWith("\ufeff")) {
    const message = "expected a JSON value, got a byte order mark";
    return { value: undefined, problems: [{ code: "byte-order-mark", offset: 0, message }] };
  }
  const reader = new Reader(text);
  try {
    return { value: reader.document(), problems: reader.problems };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { value: undefined, problems: [...reader.problems, error.problem] };
  }
}

class Unreadable extends Error {
  readonly problem: JsonProblem;
  constructor(problem: JsonProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** RFC 8259 §7: everything but the quote, the backslash and the control characters below U+0020. */
const PLAIN_STRING = /[ !#-[\]-\uffff]*/y;
const HEX_DIGITS = /[0-9a-fA-F]{4}/y;
const ESCAPED = /["\\/bfnrt]/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Recursive descent over the decoded text; problems are told in bytes. */
class Reader {
  readonly problems: JsonProblem[] = [];
  readonly #cursor: JsonCursor;

  constructor(text: string) {
    this.#cursor = new JsonCursor(text);
  }

  document(): JsonValue {
    this.#cursor.skipWhiteSpace();
    const value = this.#value(0);
    this.#cursor.skipWhiteSpace();
    if (!this.#cursor.isAtEnd) throw this.#expected("the end of the document", "trailing-data");
    return value;
  }

  #value(depth: number): JsonValue {
    if (depth > MAX_JSON_DEPTH) throw this.#unreadable("too-deep", `expected nesting of at most ${MAX_JSON_DEPTH}`);
    switch (this.#cursor.next) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonValue {
    const cursor = this.#cursor;
    const members: Record<string, JsonValue> = {};
    cursor.position += 1;
    cursor.skipWhiteSpace();
    if (cursor.skip("}")) return members;
    for (;;) {
      const start = cursor.position;
      if (cursor.next !== '"') throw this.#expected("a member name");
      const name = this.#string();
      const first = Object.hasOwn(members, name) ? members[name] : undefined;
      cursor.skipWhiteSpace();
      this.#skip(":");
      cursor.skipWhiteSpace();
      const value = this.#value(depth + 1);
      if (first !== undefined) {
        this.#flag("duplicate-name", start, `the name ${quote(name)} is given twice`, { name, first, last: value });
      }
      if (name === "__proto__") {
        this.#flag("prototype-name", start, "the name __proto__ is read as a prototype by some tools");
        // An assignment would set the prototype of our own object instead of a member.
        Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
      } else {
        members[name] = value;
      }
      cursor.skipWhiteSpace();
      if (cursor.skip("}")) return members;
      this.#skip(",");
      cursor.skipWhiteSpace();
    }
  }

  #array(depth: number): JsonValue {
    const cursor = this.#cursor;
    const members: JsonValue[] = [];
    cursor.position += 1;
    cursor.skipWhiteSpace();
    if (cursor.skip("]")) return members;
    for (;;) {
      members.push(this.#value(depth + 1));
      cursor.skipWhiteSpace();
      if (cursor.skip("]")) return members;
      this.#skip(",");
      cursor.skipWhiteSpace();
    }
  }

  #string(): string {
    const cursor = this.#cursor;
    const start = cursor.position;
    cursor.position += 1;
    let value = "";
    let escaped = false;
    for (;;) {
      value += cursor.take(PLAIN_STRING) ?? "";
      if (cursor.skip('"')) break;
      if (!cursor.skip("\\")) throw this.#expected("the end of a string");
      value += this.#escape();
      escaped = true;
    }
    // Decoded UTF-8 has no surrogate on its own: only a \u escape can write one.
    if (escaped && !isWellFormed(value)) this.#flag("lone-surrogate", start, "a string holds half a surrogate pair");
    return value;
  }

  /** What stands behind a backslash. */
  #escape(): string {
    const cursor = this.#cursor;
    const backslash = cursor.position - 1;
    if (cursor.skip("u")) {
      const digits = cursor.take(HEX_DIGITS);
      if (digits === undefined) throw this.#unreadable("syntax", "expected four hex digits after \\u", backslash);
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = ESCAPES[cursor.take(ESCAPED) ?? ""];
    if (character !== undefined) return character;
    throw this.#unreadable("syntax", "expected an escape of JSON after a backslash", backslash);
  }

  #number(): number {
    const start = this.#cursor.position;
    const token = this.#cursor.take(NUMBER);
    if (token === undefined) throw this.#expected("a value");
    const value = Number(token);
    if (!isExact(token, value)) {
      this.#flag("inexact-number", start, `the number ${quote(token)} does not fit a double without loss`);
    }
    return value;
  }

  #word(word: string, value: boolean | null): boolean | null {
    if (!this.#cursor.skip(word)) throw this.#expected("a value");
    return value;
  }

  #skip(character: string): void {
    if (!this.#cursor.skip(character)) throw this.#expected(quote(character));
  }

  #flag(code: JsonProblemCode, position: number, message: string, repeated?: JsonProblem["repeated"]): void {
    if (this.problems.length >= MAX_FLAGS) return;
    this.problems.push({ code, offset: this.#cursor.byteOffset(position), message, ...(repeated && { repeated }) });
  }

  #expected(what: string, code: JsonProblemCode = "syntax"): Unreadable {
    return this.#unreadable(code, `expected ${what}, got ${this.#cursor.found()}`);
  }

  #unreadable(code: JsonProblemCode, message: string, position = this.#cursor.position): Unreadable {
    return new Unreadable({ code, offset: this.#cursor.byteOffset(position), message });
  }
}

/** RFC 7493 §2.2: integers within ±(2^53 − 1), and no more digits or range than a double holds. */
function isExact(token: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  const [mantissa = ""] = token.split(/[eE]/);
  const digits = mantissa.replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "");
  if (value === 0) return digits === "";
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
  return digits.length <= 17;
}

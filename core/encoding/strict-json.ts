/**
 * A JSON reader for evidence (RFC 8259 syntax, RFC 7493 "I-JSON" rules). Other readers disagree about documents that
 * this one flags: which of two equal names counts, how a large number is rounded, what a lone surrogate is. The value is
 * what `JSON.parse` would give; the problems say where a tool might show something else.
 */

import { quote } from "../model/problem.ts";
import { MAX_JSON_DEPTH } from "./canonical-json.ts";
import { decodeUtf8, encodeUtf8, firstInvalidUtf8, isWellFormed } from "./utf8.ts";

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

/** Recursive descent over the decoded text; `position` counts UTF-16 units, problems are told in bytes. */
class Reader {
  readonly problems: JsonProblem[] = [];
  private position = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  document(): JsonValue {
    this.skipWhiteSpace();
    const value = this.value(0);
    this.skipWhiteSpace();
    if (this.position < this.text.length) {
      throw this.unreadable("trailing-data", `expected the end of the document, got ${this.found()}`);
    }
    return value;
  }

  private value(depth: number): JsonValue {
    if (depth > MAX_JSON_DEPTH) throw this.unreadable("too-deep", `expected nesting of at most ${MAX_JSON_DEPTH}`);
    switch (this.text[this.position]) {
      case "{":
        return this.object(depth);
      case "[":
        return this.array(depth);
      case '"':
        return this.string();
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        return this.word("null", null);
      default:
        return this.number();
    }
  }

  private object(depth: number): JsonValue {
    const members: Record<string, JsonValue> = {};
    this.position++;
    this.skipWhiteSpace();
    if (this.skip("}")) return members;
    for (;;) {
      const start = this.position;
      if (this.text[start] !== '"') throw this.unreadable("syntax", `expected a member name, got ${this.found()}`);
      const name = this.string();
      const first = Object.hasOwn(members, name) ? members[name] : undefined;
      this.skipWhiteSpace();
      this.expect(":");
      this.skipWhiteSpace();
      const value = this.value(depth + 1);
      if (first !== undefined) {
        this.flag("duplicate-name", start, `the name ${quote(name)} is given twice`, { name, first, last: value });
      }
      if (name === "__proto__") {
        this.flag("prototype-name", start, "the name __proto__ is read as a prototype by some tools");
        // An assignment would set the prototype of our own object instead of a member.
        Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
      } else {
        members[name] = value;
      }
      this.skipWhiteSpace();
      if (this.skip("}")) return members;
      this.expect(",");
      this.skipWhiteSpace();
    }
  }

  private array(depth: number): JsonValue {
    const members: JsonValue[] = [];
    this.position++;
    this.skipWhiteSpace();
    if (this.skip("]")) return members;
    for (;;) {
      members.push(this.value(depth + 1));
      this.skipWhiteSpace();
      if (this.skip("]")) return members;
      this.expect(",");
      this.skipWhiteSpace();
    }
  }

  private string(): string {
    const start = this.position;
    this.position++;
    let value = "";
    let escaped = false;
    for (;;) {
      PLAIN_STRING.lastIndex = this.position;
      const plain = PLAIN_STRING.exec(this.text)?.[0] ?? "";
      value += plain;
      this.position += plain.length;
      if (this.skip('"')) break;
      if (this.text[this.position] !== "\\") {
        throw this.unreadable("syntax", `expected the end of a string, got ${this.found()}`);
      }
      value += this.escape();
      escaped = true;
    }
    // Decoded UTF-8 has no surrogate on its own: only a \u escape can write one.
    if (escaped && !isWellFormed(value)) this.flag("lone-surrogate", start, "a string holds half a surrogate pair");
    return value;
  }

  private escape(): string {
    const letter = this.text[this.position + 1] ?? "";
    if (letter === "u") {
      const digits = this.text.slice(this.position + 2, this.position + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.unreadable("syntax", "expected four hex digits after \\u");
      this.position += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (character === undefined) throw this.unreadable("syntax", "expected an escape of JSON after a backslash");
    this.position += 2;
    return character;
  }

  private number(): number {
    const start = this.position;
    NUMBER.lastIndex = start;
    const token = NUMBER.exec(this.text)?.[0];
    if (token === undefined) throw this.unreadable("syntax", `expected a value, got ${this.found()}`);
    this.position += token.length;
    const value = Number(token);
    if (!isExact(token, value)) {
      this.flag("inexact-number", start, `the number ${quote(token)} does not fit a double without loss`);
    }
    return value;
  }

  private word(word: string, value: boolean | null): boolean | null {
    if (!this.text.startsWith(word, this.position)) {
      throw this.unreadable("syntax", `expected a value, got ${this.found()}`);
    }
    this.position += word.length;
    return value;
  }

  private skipWhiteSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.position);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.position++;
    }
  }

  private skip(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private expect(character: string): void {
    if (!this.skip(character)) throw this.unreadable("syntax", `expected ${quote(character)}, got ${this.found()}`);
  }

  private found(): string {
    return this.position < this.text.length
      ? quote(this.text.slice(this.position, this.position + 20))
      : "the end of the document";
  }

  private flag(code: JsonProblemCode, position: number, message: string, repeated?: JsonProblem["repeated"]): void {
    if (this.problems.length >= MAX_FLAGS) return;
    this.problems.push({ code, offset: this.byteOffset(position), message, ...(repeated && { repeated }) });
  }

  private unreadable(code: JsonProblemCode, message: string): Unreadable {
    return new Unreadable({ code, offset: this.byteOffset(this.position), message });
  }

  /** Positions are always between characters, so the prefix is well formed. */
  private byteOffset(position: number): number {
    return encodeUtf8(this.text.slice(0, position)).length;
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

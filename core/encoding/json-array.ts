/**
 * Finds the members of one large JSON array – `[ {…}, {…} ]` or `{"Records":[ {…}, {…} ]}` – as byte ranges, without
 * building values: each record keeps its exact bytes, offset and length. Strings are followed and brackets counted; what a
 * member holds is not judged, that is the reader's task, so that a broken one leaves the others theirs. Works on hostile
 * bytes: one pass, no recursion, and no memory for nesting.
 */

import { quote } from "../model/problem.ts";
import { equalBytes } from "./bytes.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** Half-open: `start <= offset < end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export type JsonArrayFaultCode =
  "no-array" | "no-such-member" | "second-array" | "truncated" | "malformed" | "trailing-data";

export interface JsonArrayFault {
  readonly code: JsonArrayFaultCode;
  readonly offset: number;
  readonly message: string;
}

export interface JsonArrayFraming {
  /** In file order; one is empty where nothing stands before its comma. Those before a fault are complete. */
  readonly members: readonly ByteRange[];
  /** The first thing wrong, after which nothing was read. */
  readonly fault: JsonArrayFault | undefined;
}

/**
 * Frames the array at a path of member names, `["Records"]` or `["response", "authlogs"]`; at the empty path it is the whole
 * document. Other members are passed over; white space before and after is allowed, anything else is a fault.
 */
export function frameJsonArray(bytes: Uint8Array, path: readonly string[]): JsonArrayFraming {
  const scanner = new Scanner(bytes);
  const members: ByteRange[] = [];
  try {
    scanner.arrayAt(path, members);
    scanner.end();
    return { members, fault: undefined };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { members, fault: error.fault };
  }
}

class Fault extends Error {
  readonly fault: JsonArrayFault;
  constructor(code: JsonArrayFaultCode, offset: number, message: string) {
    super(message);
    this.fault = { code, offset, message };
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

class Scanner {
  private readonly bytes: Uint8Array;
  private offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  arrayAt(path: readonly string[], members: ByteRange[]): void {
    this.skipWhiteSpace();
    const [name, ...rest] = path;
    if (name === undefined) this.array(members);
    else this.objectWithArray(name, rest, members);
  }

  private array(members: ByteRange[]): void {
    if (this.peek() !== OPEN_ARRAY) throw this.unexpected("no-array", "an array");
    this.offset++;
    this.skipWhiteSpace();
    if (this.skip(CLOSE_ARRAY)) return;
    for (;;) {
      members.push(this.member());
      if (this.skip(CLOSE_ARRAY)) return;
      this.expect(COMMA, "a comma or the end of the array");
      this.skipWhiteSpace();
    }
  }

  /** Passes over all that stands before the comma or the bracket that ends a member, JSON or not. */
  private member(): ByteRange {
    const start = this.offset;
    let depth = 0;
    while (this.offset < this.bytes.length) {
      const byte = this.bytes[this.offset] ?? 0;
      switch (byte) {
        case QUOTE:
          this.string();
          continue;
        case OPEN_OBJECT:
        case OPEN_ARRAY:
          depth++;
          break;
        case COMMA:
          if (depth === 0) return { start, end: this.trimmedEnd(start) };
          break;
        case CLOSE_ARRAY:
          if (depth === 0) return { start, end: this.trimmedEnd(start) };
          depth--;
          break;
        case CLOSE_OBJECT:
          // One too many belongs to the member before it.
          if (depth > 0) depth--;
          break;
      }
      this.offset++;
    }
    throw this.truncated();
  }

  private objectWithArray(name: string, rest: readonly string[], members: ByteRange[]): void {
    const nameToken = encodeUtf8(JSON.stringify(name));
    if (this.peek() !== OPEN_OBJECT) throw this.unexpected("no-array", "an object");
    this.offset++;
    this.skipWhiteSpace();
    let found = false;
    if (!this.skip(CLOSE_OBJECT)) {
      for (;;) {
        const start = this.offset;
        if (this.peek() !== QUOTE) throw this.unexpected("malformed", "a member name");
        this.string();
        const isNamed = this.isName(this.bytes.subarray(start, this.offset), nameToken, name);
        if (isNamed && found) throw new Fault("second-array", start, `the name ${quote(name)} is given twice`);
        this.skipWhiteSpace();
        this.expect(COLON, "a colon");
        this.skipWhiteSpace();
        if (isNamed) this.arrayAt(rest, members);
        else this.value();
        found ||= isNamed;
        this.skipWhiteSpace();
        if (this.skip(CLOSE_OBJECT)) break;
        this.expect(COMMA, "a comma or the end of the object");
        this.skipWhiteSpace();
      }
    }
    if (!found) throw new Fault("no-such-member", this.offset, `expected a member ${quote(name)}`);
  }

  end(): void {
    this.skipWhiteSpace();
    if (this.offset < this.bytes.length) throw this.unexpected("trailing-data", "the end of the document");
  }

  /** Passes over one value: a string, a bracketed value with as many brackets closed as opened, or a run of scalar characters. */
  private value(): void {
    const first = this.peek();
    if (first === QUOTE) return this.string();
    if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return this.scalar();
    let depth = 0;
    while (this.offset < this.bytes.length) {
      const byte = this.bytes[this.offset] ?? 0;
      if (byte === QUOTE) {
        this.string();
        continue;
      }
      this.offset++;
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
      if (depth === 0) return;
    }
    throw this.truncated();
  }

  private string(): void {
    this.offset++;
    while (this.offset < this.bytes.length) {
      const byte = this.bytes[this.offset++];
      if (byte === QUOTE) return;
      if (byte === BACKSLASH) this.offset++;
    }
    this.offset = this.bytes.length;
    throw this.truncated();
  }

  private scalar(): void {
    const start = this.offset;
    while (this.offset < this.bytes.length && isScalarByte(this.bytes[this.offset] ?? 0)) this.offset++;
    if (this.offset === start) throw this.unexpected("malformed", "a value");
  }

  /** The name may be written with escapes (`"\u0052ecords"`): then it is compared as text. */
  private isName(token: Uint8Array, nameToken: Uint8Array, name: string): boolean {
    if (!token.includes(BACKSLASH)) return equalBytes(token, nameToken);
    // An escape takes at most six bytes for one of the name's characters, plus the quotes.
    if (token.length > 6 * nameToken.length) return false;
    const text = decodeUtf8(token);
    if (text === undefined) return false;
    try {
      return JSON.parse(text) === name;
    } catch {
      throw new Fault("malformed", this.offset - token.length, "expected a member name");
    }
  }

  private peek(): number | undefined {
    return this.bytes[this.offset];
  }

  private skip(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.offset++;
    return true;
  }

  private expect(byte: number, expected: string): void {
    if (!this.skip(byte)) throw this.unexpected("malformed", expected);
  }

  private skipWhiteSpace(): void {
    while (isWhiteSpace(this.peek())) this.offset++;
  }

  /** Where the text from `start` to here ends, without the white space behind it. */
  private trimmedEnd(start: number): number {
    let at = this.offset;
    while (at > start && isWhiteSpace(this.bytes[at - 1])) at--;
    return at;
  }

  private unexpected(code: JsonArrayFaultCode, expected: string): Fault {
    const byte = this.peek();
    if (byte === undefined) return this.truncated();
    const found = byte >= 0x20 && byte < 0x7f ? quote(String.fromCharCode(byte)) : `byte 0x${byte.toString(16)}`;
    return new Fault(code, this.offset, `expected ${expected}, got ${found}`);
  }

  private truncated(): Fault {
    return new Fault("truncated", this.bytes.length, "the document ends inside a value");
  }
}

/** White space of JSON (RFC 8259 §2). */
function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Letters, digits and signs of numbers and of true, false, null. */
function isScalarByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}

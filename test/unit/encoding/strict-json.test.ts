import { describe, expect, it } from "vitest";
import { MAX_JSON_DEPTH } from "../../../core/encoding/canonical-json.ts";
import { parseStrictJson } from "../../../core/encoding/strict-json.ts";
import { firstInvalidUtf8 } from "../../../core/encoding/utf8.ts";

const read = (text: string) => parseStrictJson(Buffer.from(text));
const codesOf = (text: string) => read(text).problems.map(({ code, offset }) => [code, offset]);

describe("the strict JSON reader", () => {
  it("reads what JSON.parse reads, without a problem", () => {
    for (const text of [
      '{"a":[1,-0.5e-3,"x\\u00e9\\n\\ud83d\\ude00"],"b":{"c":null,"d":true}}',
      " [ ] ",
      '"é"',
      "0",
      "{}",
    ]) {
      expect(read(text)).toEqual({ value: JSON.parse(text) as unknown, problems: [] });
    }
  });

  it.each([
    ["a name given twice", '{"a":1,"é":2,"a":3}', [["duplicate-name", 14]]],
    ["a name given twice in another spelling", '{"a":1,"\\u0061":3}', [["duplicate-name", 7]]],
    ["an integer of 2^53", "[9007199254740992]", [["inexact-number", 1]]],
    ["a number beyond doubles", "1e999", [["inexact-number", 0]]],
    ["a number below doubles", "1e-999", [["inexact-number", 0]]],
    ["more digits than a double has", "0.1234567890123456789", [["inexact-number", 0]]],
    ["half a surrogate pair", '["\\ud800"]', [["lone-surrogate", 1]]],
    ["a pair in the wrong order", '["\\ude00\\ud83d"]', [["lone-surrogate", 1]]],
    ["a prototype name", '{"__proto__":{"x":1}}', [["prototype-name", 1]]],
  ])("flags %s and gives the value of JSON.parse", (_what, text, problems) => {
    expect(codesOf(text)).toEqual(problems);
    expect(JSON.stringify(read(text).value)).toBe(JSON.stringify(JSON.parse(text)));
  });

  it.each([
    ["the largest exact integer", "[9007199254740991]"],
    ["a price", "0.10"],
    ["seventeen digits", "0.30000000000000004"],
    ["a zero with an exponent", "0e5"],
    ["a round number", "1000000000000000"],
  ])("flags nothing about %s", (_what, text) => {
    expect(codesOf(text)).toEqual([]);
  });

  it("keeps a __proto__ member a member", () => {
    const { value } = read('{"__proto__":{"polluted":1},"toString":2}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value as object)).toEqual(["__proto__", "toString"]);
    expect("polluted" in (value as object)).toBe(false);
  });

  it.each([
    ["nothing", "", "syntax", 0],
    ["an open object", '{"a":1', "syntax", 6],
    ["a trailing comma", "[1,]", "syntax", 3],
    ["single quotes", "{'a':1}", "syntax", 1],
    ["a bare word", "[nul]", "syntax", 1],
    ["NaN", "NaN", "syntax", 0],
    ["a leading zero", "[01]", "syntax", 2],
    ["a leading plus", "+1", "syntax", 0],
    ["a raw line feed in a string", '"a\nb"', "syntax", 2],
    ["a strange escape", '"\\x41"', "syntax", 1],
    ["an escape called like a method", '"\\constructor"', "syntax", 1],
    ["a short unicode escape", '"\\u12"', "syntax", 1],
    ["a comment", "/* */1", "syntax", 0],
    ["two values", '{"a":"é"} {}', "trailing-data", 11],
    ["a byte order mark", "\ufeff{}", "byte-order-mark", 0],
  ])("gives no value for %s", (_what, text, code, offset) => {
    const { value, problems } = read(text);
    expect(value).toBeUndefined();
    expect(problems.map((problem) => [problem.code, problem.offset])).toEqual([[code, offset]]);
  });

  it("stops at the nesting limit, and long before the stack ends", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    expect(codesOf(nested(MAX_JSON_DEPTH + 1))).toEqual([]);
    expect(codesOf(nested(MAX_JSON_DEPTH + 2))).toEqual([["too-deep", MAX_JSON_DEPTH + 1]]);
    expect(codesOf("[".repeat(1_000_000))).toEqual([["too-deep", MAX_JSON_DEPTH + 1]]);
  });

  it("tells at most a hundred flags", () => {
    expect(read(`[${'"\\ud800",'.repeat(500)}1]`).problems.length).toBe(100);
  });

  it("finds the byte that is no UTF-8", () => {
    const bytes = Buffer.concat([Buffer.from('{"é":"'), Uint8Array.of(0xff), Buffer.from('"}')]);
    expect(parseStrictJson(bytes).problems).toMatchObject([{ code: "invalid-utf8", offset: 7 }]);
  });
});

describe("the UTF-8 check", () => {
  it.each([
    ["an overlong slash", [0xc0, 0xaf], 0],
    ["an overlong three-byte form", [0x41, 0xe0, 0x80, 0xaf], 1],
    ["a surrogate", [0xed, 0xa0, 0x80], 0],
    ["a character beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80], 0],
    ["a character cut short", [0x41, 0xf0, 0x9f, 0x98], 1],
    ["a tail byte alone", [0x80], 0],
    ["sound text", [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80], -1],
  ])("places %s", (_what, bytes, offset) => {
    expect(firstInvalidUtf8(Uint8Array.from(bytes))).toBe(offset);
  });
});

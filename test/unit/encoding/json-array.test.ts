import { describe, expect, it } from "vitest";
import { frameJsonArray } from "../../../core/encoding/json-array.ts";

function frame(text: string, path: readonly string[] = ["Records"]) {
  const bytes = Buffer.from(text);
  const { members, fault } = frameJsonArray(bytes, path);
  return {
    members: members.map(({ start, end }) => bytes.subarray(start, end).toString()),
    fault: fault && [fault.code, fault.offset],
  };
}

describe("framing of a JSON array", () => {
  it("finds members with their exact bytes, whatever stands in strings", () => {
    const members = ['{"a":"]}\\"","b":[{}]}', '{ "c" : "\\\\" }', '"x,y"', "-1.5e+3", "null", "[[],[1]]"];
    expect(frame(`{"v":{"Records":[0]},"Records":[ ${members.join(" ,\n ")} ] , "z":[1]}\n`)).toEqual({
      members,
      fault: undefined,
    });
    expect(frame(`[${members.join(",")}]`, [])).toEqual({ members, fault: undefined });
  });

  it("follows a path of names, and tells a document in which it ends too soon", () => {
    expect(frame('{"stat":"OK","response":{"meta":[0],"authlogs":[{"a":1}]}}', ["response", "authlogs"])).toEqual({
      members: ['{"a":1}'],
      fault: undefined,
    });
    expect(frame('{"response":[{"authlogs":[1]}]}', ["response", "authlogs"]).fault).toEqual(["no-array", 12]);
    expect(frame('{"response":{}}', ["response", "authlogs"]).fault).toEqual(["no-such-member", 14]);
  });

  it("finds nothing in an empty array, and knows an escaped name", () => {
    expect(frame('{"Records":[]}')).toEqual({ members: [], fault: undefined });
    expect(frame('{"\\u0052ecords":[1]}')).toEqual({ members: ["1"], fault: undefined });
  });

  it.each([
    ["another value than an array", '{"Records":{}}', [], ["no-array", 11]],
    ["a top-level array", "[1]", [], ["no-array", 0]],
    ["no such member", '{"records":[1]}', [], ["no-such-member", 15]],
    ["an empty object", "{}", [], ["no-such-member", 2]],
    ["the array twice", '{"Records":[1],"Records":[2]}', ["1"], ["second-array", 15]],
    ["the array twice in another spelling", '{"Records":[1],"\\u0052ecords":[2]}', ["1"], ["second-array", 15]],
    ["an end inside a member", '{"Records":[{"a":1},{"b":', ['{"a":1}'], ["truncated", 25]],
    ["an end inside a string", '{"Records":[{"a":1},"b', ['{"a":1}'], ["truncated", 22]],
    ["an end after a backslash", '{"Records":["\\', [], ["truncated", 14]],
    ["an end after the array", '{"Records":[1]', ["1"], ["truncated", 14]],
    ["text after the document", '{"Records":[1]}x', ["1"], ["trailing-data", 15]],
    ["a second document", '{"Records":[1]}\n{"Records":[2]}', ["1"], ["trailing-data", 16]],
    ["an array that an object's bracket ends", '{"Records":[1,2}', ["1"], ["truncated", 16]],
    ["a bracket too few", '{"Records":[1,{"a":[1},{"b":2}]}', ["1"], ["truncated", 32]],
    ["a string that does not end", '{"Records":[1,{"a":"x},{"a":"y"}]}', ["1"], ["truncated", 34]],
    ["a missing colon", '{"Records"[1]}', [], ["malformed", 10]],
    ["a byte order mark", '\ufeff{"Records":[1]}', [], ["no-array", 0]],
    ["nothing", "", [], ["truncated", 0]],
  ])("tells the place of %s", (_what, text, members, fault) => {
    expect(frame(text)).toEqual({ members, fault });
  });

  it.each([
    ["no value", '{"a":}'],
    ["a bare word", "oops"],
    ["nothing", ""],
    ["two values", '{"a":1} {"b":2}'],
    ["an end with a bracket of the other kind", '{"a":[1}]'],
    ["a bracket too many", '{"a":1}}'],
    ["a string with a line feed", '{"a":"\n,"}'],
  ])("a member with %s leaves the others theirs", (_what, broken) => {
    expect(frame(`{"Records":[{"x":1}, ${broken} ,{"y":2},${broken}]}`)).toEqual({
      members: ['{"x":1}', broken, '{"y":2}', broken],
      fault: undefined,
    });
  });

  it("finds the members behind one that is nested a million deep", () => {
    const deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
    expect(frame(`[${deep},{"a":1}]`, [])).toEqual({ members: [deep, '{"a":1}'], fault: undefined });
    expect(frame(`{"x":${deep},"Records":[1]}`)).toEqual({ members: ["1"], fault: undefined });
    expect(frame("[".repeat(1_000_000), [])).toEqual({ members: [], fault: ["truncated", 1_000_000] });
  });
});

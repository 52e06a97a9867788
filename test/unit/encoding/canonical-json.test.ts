import { describe, expect, it } from "vitest";
import { canonicalJson, MAX_JSON_DEPTH } from "../../../core/encoding/canonical-json.ts";
import { AssertionError } from "../../../core/model/assert.ts";
import { Problem } from "../../../core/model/problem.ts";

describe("canonical JSON", () => {
  it("sorts by UTF-16 code units, where code points and locales would differ", () => {
    expect(canonicalJson({ "\u{1f600}": 1, "\ufb33": 2, é: 3, z: 4, Z: 5, "": 6 })).toBe(
      '{"":6,"Z":5,"z":4,"é":3,"\u{1f600}":1,"\ufb33":2}',
    );
  });

  it("writes numbers as ECMAScript does", () => {
    expect(canonicalJson([1.0, -0, 1e21, 1e-7, Number("333333333.33333329"), 2 ** 53])).toBe(
      "[1,0,1e+21,1e-7,333333333.3333333,9007199254740992]",
    );
  });

  it("leaves out members without a value", () => {
    expect(canonicalJson({ b: undefined, a: [null, true] })).toBe('{"a":[null,true]}');
  });

  it.each([
    ["a lone surrogate", ["\ud800"]],
    ["a lone surrogate in a name", { "\udc00": 1 }],
    ["a number without a JSON form", [Number.NaN]],
  ])("refuses %s", (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(Problem);
  });

  it("refuses nesting beyond the limit", () => {
    let value: unknown = 1;
    for (let depth = 0; depth < MAX_JSON_DEPTH; depth++) value = [value];
    expect(canonicalJson(value).length).toBe(2 * MAX_JSON_DEPTH + 1);
    expect(() => canonicalJson([value])).toThrow(Problem);
  });

  it("takes plain data only", () => {
    expect(() => canonicalJson({ at: new Date(0) })).toThrow(AssertionError);
    expect(() => canonicalJson([1n])).toThrow(AssertionError);
    expect(() => canonicalJson([undefined])).toThrow(AssertionError);
  });
});

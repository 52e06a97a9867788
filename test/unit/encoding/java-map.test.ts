import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseJavaMap } from "../../../core/encoding/java-map.ts";

describe("a row as Java prints it", () => {
  it("has members, lists and rows in it; of a name given twice the first counts", () => {
    expect(parseJavaMap("{}")).toEqual({});
    expect(parseJavaMap("{a=1, b={c=x y, d=null}, e=[p, {q=r}], a=2}")).toEqual({
      a: "1",
      b: { c: "x y", d: null },
      e: ["p", { q: "r" }],
    });
  });

  it("has texts with separators, brackets and JSON in them", () => {
    expect(parseJavaMap('{agent=curl, or so (x), policy={"Version": 1, "a": {}}, last=a=b, c}')).toEqual({
      agent: "curl, or so (x)",
      policy: '{"Version": 1, "a": {}}',
      last: "a=b, c",
    });
  });

  it("is nothing else, and reading never throws", () => {
    for (const text of ["", "a=1", "{", "{a", "{a=", "{a=1", "{a=1} ", '{"a":1}', "[a]", "{a={b=1}", "{a=[1}"]) {
      expect(parseJavaMap(text)).toBeUndefined();
    }
    expect(parseJavaMap("{a=".repeat(5_000) + "}".repeat(5_000))).toBeUndefined();
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."{}[]=, ab1"), maxLength: 40 }),
        (text) => void parseJavaMap(text),
      ),
    );
  });
});

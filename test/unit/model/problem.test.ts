import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Problem, quote, throwIfCancelled } from "../../../core/model/problem.ts";

describe("problems", () => {
  test("the kind decides the exit code", () => {
    const kinds = ["refused", "usage", "not-ready", "internal", "machine", "cancelled"] as const;
    expect(kinds.map((kind) => new Problem(kind, "x", "x").exitCode)).toEqual([3, 64, 65, 70, 74, 130]);
  });

  test("a fired signal becomes the cancelled problem", () => {
    expect(() => throwIfCancelled(AbortSignal.abort())).toThrow(expect.objectContaining({ code: "cancelled" }));
    expect(() => throwIfCancelled(new AbortController().signal)).not.toThrow();
  });

  test("quoted evidence has no control or direction characters and is bounded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        const quoted = quote(text);
        // eslint-disable-next-line no-control-regex -- the absence of control characters is what is tested
        expect(quoted).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(quoted.length).toBeLessThanOrEqual(2 + 81 * 6);
      }),
    );
  });

  test("a bidirectional override is shown as an escape", () => {
    expect(quote("user\u202egpj.exe")).toBe('"user\\u202egpj.exe"');
  });
});

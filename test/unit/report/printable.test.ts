import { describe, expect, test } from "vitest";

import { escapeInvisible, printRecord } from "../../../core/report/printable.ts";

describe("a text from evidence", () => {
  test("shows what turns, joins or hides characters", () => {
    expect(escapeInvisible("a\u202Eb\u200Dc\u0000d\u00A0e\uFEFF")).toBe(
      "a<U+202E>b<U+200D>c<U+0000>d<U+00A0>e<U+FEFF>",
    );
  });

  test("keeps everything else as it is", () => {
    expect(escapeInvisible("Grüße, Ελλάδα, 日本語 -> !=")).toBe("Grüße, Ελλάδα, 日本語 -> !=");
  });

  test("shows lone surrogates and private use", () => {
    expect(escapeInvisible("\ud800x\ue000")).toBe("<U+D800>x<U+E000>");
  });
});

describe("a record for print", () => {
  test("shows each byte that is not UTF-8", () => {
    expect(printRecord(Uint8Array.of(0x61, 0xff, 0xc3, 0x28, 0xe2, 0x82), 100)).toBe("a<0xFF><0xC3>(<0xE2><0x82>");
  });

  test("is cut at the limit without losing a byte before it", () => {
    expect(printRecord(new TextEncoder().encode("aé"), 2)).toBe("a<0xC3>");
  });
});

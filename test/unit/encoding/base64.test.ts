import { describe, expect, it } from "vitest";
import {
  formatBase64,
  formatBase64Url,
  parseBase64,
  parseBase64Either,
  parseBase64Url,
} from "../../../core/encoding/base64.ts";
import { formatHex, formatUint32, formatUint64, parseHex, readUint64 } from "../../../core/encoding/bytes.ts";

describe("base64", () => {
  it("has the test vectors of RFC 4648 §10", () => {
    const vectors = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
    vectors.forEach((text, length) => {
      const bytes = new TextEncoder().encode("foobar".slice(0, length));
      expect(formatBase64(bytes)).toBe(text);
      expect(parseBase64(text)).toEqual(bytes);
    });
  });

  it.each([
    ["missing padding", "AA"],
    ["padding of one too few", "AA="],
    ["padding of one too many", "AAA=="],
    ["padding alone", "===="],
    ["three padding characters", "A==="],
    ["trailing bits in the last of two digits", "AB=="],
    ["trailing bits in the last of three digits", "AAB="],
    ["a space", "AAAA AAA"],
    ["a line feed at the end", "AAAA\n"],
    ["text after the padding", "AA==AAAA"],
    ["the URL-safe alphabet", "__-_"],
    ["a character beyond ASCII", "AAAé"],
    ["a digit that looks like one", "AAA\uff21"],
  ])("with %s is refused, where platform decoders accept it", (_what, text) => {
    expect(parseBase64(text)).toBeUndefined();
  });

  it("of four characters is read exactly when the platform writes it so", () => {
    const characters = [..."ABCEQgwz09+/-_=é"];
    const pairs = characters.flatMap((first) => characters.map((second) => first + second));
    for (const text of pairs.flatMap((first) => pairs.map((second) => first + second))) {
      const bytes = Buffer.from(text, "base64");
      const expected = bytes.toString("base64") === text ? formatHex(bytes) : undefined;
      const read = parseBase64(text);
      if ((read && formatHex(read)) !== expected) expect.fail(text);
    }
  });

  it("for DSSE is read in either alphabet, but not in both at once", () => {
    expect(parseBase64Either("-_-_")).toEqual(parseBase64("+/+/"));
    expect(parseBase64Either("+/-_")).toBeUndefined();
  });

  it("URL-safe has no padding", () => {
    expect(formatBase64Url(Uint8Array.of(251, 255))).toBe("-_8");
    expect(parseBase64Url("-_8")).toEqual(Uint8Array.of(251, 255));
    for (const text of ["-_8=", "-_9", "A", "+/8"]) expect(parseBase64Url(text)).toBeUndefined();
  });
});

describe("hex and numbers", () => {
  it("have one spelling", () => {
    expect(parseHex("00ff10")).toEqual(Uint8Array.of(0, 255, 16));
    expect(formatHex(Uint8Array.of(0, 255, 16))).toBe("00ff10");
    for (const text of ["0", "0G", "FF", "0x", " 0", "00 "]) expect(parseHex(text)).toBeUndefined();
  });

  it("are written most significant byte first", () => {
    expect(formatHex(formatUint32(0x01020304))).toBe("01020304");
    expect(formatHex(formatUint64(0x0102030405060708n))).toBe("0102030405060708");
    expect(readUint64(Uint8Array.of(9, 255, 255, 255, 255, 255, 255, 255, 255), 1)).toBe(2n ** 64n - 1n);
  });
});

import { describe, expect, it } from "vitest";
import { formatHex } from "../../../core/encoding/bytes.ts";
import { encodeUtf8 } from "../../../core/encoding/utf8.ts";
import { Problem } from "../../../core/model/problem.ts";
import { formatCheckpoint, parseCheckpoint } from "../../../core/signing/checkpoint.ts";
import { cosignatureTime } from "../../../core/signing/cosignature.ts";
import { formatNote, MAX_NOTE_BYTES, MAX_NOTE_SIGNATURES, parseNote, verifyNote } from "../../../core/signing/note.ts";
import { cosign, signingKey, signNote } from "../../../core/signing/signing-key.ts";
import { COSIGNATURE_TYPE, formatVerifierKey, parseVerifierKey } from "../../../core/signing/verifier-key.ts";
import { nativeHash as hash } from "../../support/hashes.ts";
import { nativeEd25519 } from "../../support/verifiers.ts";

const VKEY = "example.com/audit/demo+de20ee95+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";
const NOTE =
  "example.com/audit/demo\n4\nTmj36LU1kgpXiymTVZQD3WKt7prUEn0sZIdwBfLjjAA=\n\n" +
  "— example.com/audit/demo 3iDulTIFrAXe1+s0Dnt9dyB4ZyEMVJmheFbdSM9ysAZUxWWRzdRdP02O9XnqpnmPDpgOXVcKtTd4CTUeLuB3a+zgEAw=\n";
const ROOT = "4e68f7e8b535920a578b2993559403dd62adee9ad4127d2c64877005f2e38c00";

const author = signingKey(hash, "example.com/audit/demo", new Uint8Array(32).fill(7));
const stranger = signingKey(hash, "stranger.example", new Uint8Array(32).fill(8));
const witness = signingKey(hash, "witness.example", new Uint8Array(32).fill(9), COSIGNATURE_TYPE);

const verify = (bytes: Uint8Array) => verifyNote(nativeEd25519, parseNote(bytes), [parseVerifierKey(hash, VKEY)]);

function problemOf(act: () => unknown): { readonly code: string; readonly line: number | undefined } {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, line: error.details.line };
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("the worked example", () => {
  it("is the note that our key signs, byte for byte", () => {
    const text = formatCheckpoint({ origin: "example.com/audit/demo", size: 4, root: hexBytes(ROOT), extensions: [] });
    expect(new TextDecoder().decode(formatNote(signNote(text, [author])))).toBe(NOTE);
    expect(formatVerifierKey(author.verifier)).toBe(VKEY);
  });

  it("verifies under its key and reads as the signed state", () => {
    const note = parseNote(encodeUtf8(NOTE));
    const { verified, failed, unknown } = verify(encodeUtf8(NOTE));
    expect([verified.length, failed.length, unknown.length]).toEqual([1, 0, 0]);
    const checkpoint = parseCheckpoint(note.text);
    expect([checkpoint.origin, checkpoint.size, formatHex(checkpoint.root)]).toEqual([
      "example.com/audit/demo",
      4,
      ROOT,
    ]);
    expect(formatNote(note)).toEqual(encodeUtf8(NOTE));
  });

  it("does not verify with any single bit flipped", () => {
    const bytes = encodeUtf8(NOTE);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      let verified = 0;
      try {
        verified = verify(damaged).verified.length;
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
      }
      expect(verified, `bit ${bit}`).toBe(0);
    }
  });
});

describe("signature lines", () => {
  const text = "example.com/audit/demo\n1\n" + "A".repeat(43) + "=\n";

  it("by unknown keys are ignored and listed", () => {
    const { verified, failed, unknown } = verify(formatNote(signNote(text, [stranger, author])));
    expect([verified.length, failed.length, unknown.map(({ name }) => name)]).toEqual([1, 0, ["stranger.example"]]);
  });

  it("that claim a known key and do not verify reject the note, also beside a good one", () => {
    const note = signNote(text, [author]);
    const forged = { ...note, signatures: [...note.signatures, ...signNote("other\n", [author]).signatures] };
    const { verified, failed } = verify(formatNote(forged));
    expect([verified.length, failed.map(({ result }) => result)]).toEqual([1, ["invalid"]]);
  });

  it("count once for one key, however often they are repeated", () => {
    const note = signNote(text, [author, author]);
    expect(verify(formatNote(note)).verified.length).toBe(1);
  });

  it("with the same name and id are tried under each key that carries them", () => {
    const impostor = { ...stranger.verifier, name: author.verifier.name, id: author.verifier.id };
    const { verified, failed } = verifyNote(nativeEd25519, signNote(text, [author]), [impostor, author.verifier]);
    expect([verified.map(({ key }) => key), failed.length]).toEqual([[author.verifier], 0]);
  });

  it("by witnesses are over the time and the text", () => {
    const note = signNote(text, [author]);
    const line = cosign(text, witness, 1_767_225_600n);
    const seen = verifyNote(nativeEd25519, { ...note, signatures: [...note.signatures, line] }, [witness.verifier]);
    expect(seen.verified.map(({ signature }) => cosignatureTime(signature.signature))).toEqual([1_767_225_600n]);
    const late = { ...line, signature: line.signature.slice() };
    late.signature[7] = (late.signature[7] ?? 0) + 1;
    const forged = verifyNote(nativeEd25519, { ...note, signatures: [late] }, [witness.verifier]);
    expect(forged.failed.length).toBe(1);
  });

  it("are accepted up to the limit and refused beyond it", () => {
    const signature = signNote(text, [author]).signatures;
    const many = Array.from({ length: MAX_NOTE_SIGNATURES }, () => signature).flat();
    expect(parseNote(formatNote({ text, signatures: many })).signatures.length).toBe(MAX_NOTE_SIGNATURES);
    const tooMany = formatNote({ text, signatures: [...many, ...signature] });
    expect(problemOf(() => parseNote(tooMany)).code).toBe("note-malformed");
  });
});

describe("a malformed note is refused with its line", () => {
  const line = "— example.com/a " + "A".repeat(8) + "\n";
  it.each([
    ["no blank line", "text\n", 1],
    ["no signature", "text\n\n", 3],
    ["no line feed at the end", `text\n\n${line.slice(0, -1)}`, 3],
    ["a carriage return", `text\r\n\n${line}`, 1],
    ["a C1 control character", `te\u0085xt\n\n${line}`, 1],
    ["an ASCII dash", `text\n\n${line.replace("—", "-")}`, 3],
    ["base64 without padding", "text\n\n— a AAAAAAA\n", 3],
    ["base64 with trailing bits", "text\n\n— a AAAAAAB=\n", 3],
    ["a signature of no bytes", "text\n\n— a AAAAAA==\n", 3],
    ["a key name with a plus", "text\n\n— a+b AAAAAAAA\n", 3],
    ["two spaces", "text\n\n— a  AAAAAAAA\n", 3],
  ])("%s", (_what, text, lineNumber) => {
    expect(problemOf(() => parseNote(encodeUtf8(text)))).toEqual({ code: "note-malformed", line: lineNumber });
  });

  it("and so are bytes that are no UTF-8, and more bytes than a note has", () => {
    expect(problemOf(() => parseNote(Uint8Array.of(0xff, 0x0a, 0x0a))).code).toBe("note-malformed");
    const large = encodeUtf8(`${"x".repeat(MAX_NOTE_BYTES)}\n\n${line}`);
    expect(problemOf(() => parseNote(large)).code).toBe("note-malformed");
  });
});

describe("a malformed checkpoint is refused with its line", () => {
  const root = `${"A".repeat(43)}=`;
  it.each([
    ["no line feed", `o\n1\n${root}`, 1],
    ["an empty origin", `\n1\n${root}\n`, 1],
    ["a leading zero", `o\n007\n${root}\n`, 2],
    ["a hexadecimal size", `o\n0x10\n${root}\n`, 2],
    ["a sign", `o\n+1\n${root}\n`, 2],
    ["a size of 2^53", `o\n9007199254740992\n${root}\n`, 2],
    ["a size with a space", `o\n1 \n${root}\n`, 2],
    ["a short root", `o\n1\nAAAA\n`, 3],
    ["a root with trailing bits", `o\n1\n${"A".repeat(42)}B=\n`, 3],
    ["a missing root", "o\n1\n", 3],
    ["an empty extension", `o\n1\n${root}\n\n`, 4],
  ])("%s", (_what, text, line) => {
    expect(problemOf(() => parseCheckpoint(text))).toEqual({ code: "checkpoint-malformed", line });
  });

  it("while extension lines and the largest size are read", () => {
    const text = `o\n9007199254740991\n${root}\nextra line\n`;
    expect(formatCheckpoint(parseCheckpoint(text))).toBe(text);
  });
});

describe("a verifier key", () => {
  it.each([
    ["key-malformed", "example.com/audit/demo"],
    ["key-malformed", "example.com/audit/demo+de20ee95+AepK" + "?"],
    ["key-id", VKEY.replace("de20ee95", "de20ee96")],
    ["key-id", VKEY.replace("de20ee95", "DE20EE95")],
    ["key-type", "a+de20ee95+CQAA"],
    ["key-name", VKEY.replace("demo", "de mo")],
    ["key-weak", `a+00000000+${Buffer.from([1, ...new Uint8Array(32)]).toString("base64")}`],
    ["key-weak", `a+00000000+${Buffer.from([1, 1, ...new Uint8Array(31)]).toString("base64")}`],
    ["key-weak", `a+00000000+AQAA`],
  ])("is refused with %s: %s", (code, text) => {
    expect(problemOf(() => parseVerifierKey(hash, text)).code).toBe(code);
  });
});

function hexBytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBase64, formatBase64Url, parseBase64, parseBase64Url } from "../../core/encoding/base64.ts";
import { formatHex, parseHex } from "../../core/encoding/bytes.ts";
import { canonicalJson, canonicalJsonBytes } from "../../core/encoding/canonical-json.ts";
import { frameJsonArray } from "../../core/encoding/json-array.ts";
import { parseStrictJson } from "../../core/encoding/strict-json.ts";
import { decodeUtf8, firstInvalidUtf8 } from "../../core/encoding/utf8.ts";
import { Problem } from "../../core/model/problem.ts";
import { formatCheckpoint, parseCheckpoint } from "../../core/signing/checkpoint.ts";
import { formatNote, parseNote } from "../../core/signing/note.ts";
import { formatTlogProof, parseTlogProof } from "../../core/signing/tlog-proof.ts";
import { formatVerifierKey, parseVerifierKey } from "../../core/signing/verifier-key.ts";
import { signingKey } from "../../core/signing/signing-key.ts";
import { nativeHash as hash } from "../support/hashes.ts";

const hash32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const lineText = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((text) => !/\p{Cc}/u.test(text));
const keyName = fc.stringMatching(/^[a-z0-9./-]{1,30}$/);
const checkpoint = fc.record({
  origin: lineText,
  size: fc.maxSafeNat(),
  root: hash32,
  extensions: fc.array(lineText, { maxLength: 3 }),
});

/** A parser of bytes either refuses with a problem or gives what is written again as the same bytes. */
function isStrict(parseThenFormat: (bytes: Uint8Array) => Uint8Array, bytes: Uint8Array): void {
  let written: Uint8Array;
  try {
    written = parseThenFormat(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    return;
  }
  expect(Buffer.from(written)).toEqual(Buffer.from(bytes));
}

describe("formats", () => {
  it("base64, base64url and hex: bytes and text survive each other", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(parseBase64(formatBase64(bytes))).toEqual(bytes);
        expect(formatBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        expect(parseBase64Url(formatBase64Url(bytes))).toEqual(bytes);
        expect(parseHex(formatHex(bytes))).toEqual(bytes);
      }),
    );
    const nearBase64 = fc.string({ unit: fc.constantFrom("A", "B", "Q", "g", "/", "-", "=", " "), maxLength: 9 });
    fc.assert(
      fc.property(nearBase64, (text) => {
        const bytes = parseBase64(text);
        if (bytes !== undefined) expect(formatBase64(bytes)).toBe(text);
      }),
    );
  });

  it("UTF-8: the check and the decoder agree on every byte string", () => {
    const nearUtf8 = fc.array(
      fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xc0, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          nearUtf8.map((bytes) => Uint8Array.from(bytes)),
        ),
        (bytes) => {
          expect(firstInvalidUtf8(bytes) === -1).toBe(decodeUtf8(bytes) !== undefined);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("JSON: the strict reader reads what JSON.parse reads, and canonical text is stable", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const { value } = parseStrictJson(Buffer.from(text));
        expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
        const canonical = canonicalJson(value);
        expect(canonicalJson(JSON.parse(canonical))).toBe(canonical);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'[]{},:"\\0-1.eEtrue ') }), (text) => {
        const { value } = parseStrictJson(Buffer.from(text));
        let reference: unknown;
        try {
          reference = JSON.parse(text);
        } catch {
          expect(value).toBeUndefined();
          return;
        }
        expect(JSON.stringify(value)).toBe(JSON.stringify(reference));
      }),
      { numRuns: 2000 },
    );
  });

  it("JSON arrays: the members found are the members, with any white space", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom("", " ", "\r\n\t"), (members, space) => {
        const texts = members.map((member) => JSON.stringify(member, null, space));
        const bytes = Buffer.from(
          `${space}{"x":[{}],${space}"Records"${space}:[${space}${texts.join(`${space},${space}`)}]${space}}`,
        );
        const { members: ranges, fault } = frameJsonArray(bytes, ["Records"]);
        expect(fault).toBeUndefined();
        expect(ranges.map(({ start, end }) => bytes.subarray(start, end).toString())).toEqual(texts);
      }),
    );
  });

  it("notes, checkpoints, keys and proof files: what is written is read", () => {
    const signature = fc.record({
      name: keyName,
      keyId: fc.stringMatching(/^[0-9a-f]{8}$/),
      signature: fc.uint8Array({ minLength: 1 }),
    });
    fc.assert(
      fc.property(
        checkpoint,
        fc.array(signature, { minLength: 1, maxLength: 5 }),
        hash32,
        keyName,
        (state, signatures, seed, name) => {
          expect(parseCheckpoint(formatCheckpoint(state))).toEqual(state);
          const note = { text: formatCheckpoint(state), signatures };
          expect(parseNote(formatNote(note))).toEqual(note);
          const proof = { extra: seed, index: state.size, hashes: [seed, state.root], checkpoint: formatNote(note) };
          expect(parseTlogProof(formatTlogProof(proof))).toEqual(proof);
          const { verifier } = signingKey(hash, name, seed);
          expect(parseVerifierKey(hash, formatVerifierKey(verifier))).toEqual(verifier);
        },
      ),
    );
  });

  it("notes and proof files: a damaged file is refused or written again as it is", () => {
    const note = Buffer.from(`o\n1\n${"A".repeat(43)}=\n\n— a AAAAAAAA\n— b AAAAAAAAAA==\n`);
    const proof = Buffer.from(`c2sp.org/tlog-proof@v1\nextra e30=\nindex 2\n${"A".repeat(43)}=\n\n${note.toString()}`);
    fc.assert(
      fc.property(fc.nat(proof.length - 1), fc.nat(255), fc.boolean(), (offset, byte, removed) => {
        for (const [file, parseThenFormat] of [
          [note, (bytes: Uint8Array) => formatNote(parseNote(bytes))],
          [proof, (bytes: Uint8Array) => formatTlogProof(parseTlogProof(bytes))],
        ] as const) {
          const at = offset % file.length;
          isStrict(
            parseThenFormat,
            Buffer.concat([file.subarray(0, at), removed ? Buffer.of() : Buffer.of(byte), file.subarray(at + 1)]),
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("canonical JSON is UTF-8 of the canonical text", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(Buffer.from(canonicalJsonBytes(value)).toString()).toBe(canonicalJson(value));
      }),
    );
  });
});

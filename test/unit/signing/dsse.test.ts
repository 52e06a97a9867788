import { describe, expect, it } from "vitest";
import {
  formatEnvelope,
  parseEnvelope,
  preAuthEncoding,
  signEnvelope,
  verifyEnvelope,
} from "../../../core/signing/dsse.ts";
import { signingKey } from "../../../core/signing/signing-key.ts";
import { formatTlogProof, parseTlogProof } from "../../../core/signing/tlog-proof.ts";
import { nativeHash as hash } from "../../support/hashes.ts";
import { nativeEd25519 } from "../../support/verifiers.ts";

const exporter = signingKey(hash, "exporter.example", new Uint8Array(32).fill(3));
const stranger = signingKey(hash, "stranger.example", new Uint8Array(32).fill(4));
const TYPE = "application/vnd.in-toto+json";
const payload = Buffer.from('{"é":1}');
const envelope = signEnvelope(TYPE, payload, [exporter]);
const verify = (bytes: Uint8Array) => verifyEnvelope(nativeEd25519, parseEnvelope(bytes), [exporter.verifier]);

describe("a DSSE envelope", () => {
  it("signs the encoding of the published example", () => {
    const encoded = preAuthEncoding("http://example.com/HelloWorld", Buffer.from("hello world"));
    expect(Buffer.from(encoded).toString()).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  });

  it("verifies under the key that signed it, whatever the key id hints", () => {
    const bytes = formatEnvelope(envelope);
    expect(verify(bytes).verifiedBy).toEqual([exporter.verifier]);
    expect(Buffer.from(parseEnvelope(bytes).payload)).toEqual(payload);
    const misnamed = { ...envelope, signatures: envelope.signatures.map((entry) => ({ ...entry, keyId: "00000000" })) };
    expect(verify(formatEnvelope(misnamed)).verifiedBy).toEqual([exporter.verifier]);
  });

  it("does not verify with another type, payload or key", () => {
    for (const changed of [
      { ...envelope, payloadType: "application/json" },
      { ...envelope, payload: Buffer.from('{"é":2}') },
      signEnvelope(TYPE, payload, [stranger]),
    ]) {
      const { verifiedBy, unverified } = verify(formatEnvelope(changed));
      expect([verifiedBy.length, unverified.length]).toEqual([0, 1]);
    }
  });

  it("with any bit flipped does not verify, or verifies with the same payload and type", () => {
    const bytes = formatEnvelope(envelope);
    for (let bit = 0; bit < bytes.length * 8; bit += 3) {
      const damaged = bytes.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      let parsed;
      try {
        parsed = parseEnvelope(damaged);
      } catch {
        continue;
      }
      if (verifyEnvelope(nativeEd25519, parsed, [exporter.verifier]).verifiedBy.length === 0) continue;
      expect([parsed.payloadType, Buffer.from(parsed.payload)]).toEqual([TYPE, payload]);
    }
  });

  it.each([
    ["text", "hello"],
    ["an array", "[]"],
    ["no signature", '{"payloadType":"t","payload":"","signatures":[]}'],
    ["a payload given twice", '{"payloadType":"t","payload":"","payload":"","signatures":[{"sig":""}]}'],
    ["loose base64", '{"payloadType":"t","payload":"AB==","signatures":[{"sig":""}]}'],
    ["no type", '{"payload":"","signatures":[{"sig":""}]}'],
    ["a number for a key id", '{"payloadType":"t","payload":"","signatures":[{"keyid":1,"sig":""}]}'],
  ])("is refused when it is %s", (_what, text) => {
    expect(() => parseEnvelope(Buffer.from(text))).toThrow(/^envelope: expected/);
  });
});

describe("a proof file", () => {
  const root = "A".repeat(43) + "=";
  const text = `c2sp.org/tlog-proof@v1\nextra e30=\nindex 2\n${root}\n${root}\n\nexample.com/log\n4\n${root}\n\n— a AAAAAAAA\n`;

  it("gives its parts, and is written again as it was", () => {
    for (const file of [text, text.replace("extra e30=\n", ""), text.replaceAll(`${root}\n${root}\n\n`, "\n")]) {
      expect(Buffer.from(formatTlogProof(parseTlogProof(Buffer.from(file)))).toString()).toBe(file);
    }
    const proof = parseTlogProof(Buffer.from(text));
    expect([proof.index, proof.hashes.length, Buffer.from(proof.extra ?? []).toString()]).toEqual([2, 2, "{}"]);
    expect(Buffer.from(proof.checkpoint).toString()).toBe(text.slice(text.indexOf("example.com/log")));
  });

  it.each([
    ["another header", text.replace("@v1", "@v2"), 1],
    ["loose base64", text.replace("e30=", "e31="), 2],
    ["a leading zero", text.replace("index 2", "index 02"), 3],
    ["no index", text.replace("index 2\n", ""), 3],
    ["a short hash", text.replace(root, "AAAA"), 4],
    ["a carriage return", text.replace("index 2", "index 2\r"), 3],
    ["no checkpoint", text.slice(0, text.indexOf("example.com/log")), 7],
    ["too many hashes", text.replace("index 2\n", `index 2\n${`${root}\n`.repeat(52)}`), 4],
  ])("is refused for %s, with the line", (_what, file, line) => {
    expect(() => parseTlogProof(Buffer.from(file))).toThrow(new RegExp(`^proof file: .* \\(line ${line}\\)$`));
  });
});

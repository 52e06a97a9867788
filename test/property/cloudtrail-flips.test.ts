import { gunzipSync } from "node:zlib";

import fc from "fast-check";
import { expect, it } from "vitest";

import { parseDigest } from "../../core/bundle/cloudtrail-digest.ts";
import { frameEntries } from "../../core/encoding/entry-bundle.ts";
import { parsePublicKeyList } from "../../core/signing/public-key-list.ts";
import { parseRsaPublicKey } from "../../core/signing/rsa-key.ts";
import { seededRsaKey } from "../../core/selftest/seeded-rsa.ts";
import { exported, judgeExport, ONE_CHAIN } from "../support/cloudtrail-export.ts";

const MAX_EXPORT_BYTES = 16 * 1024;
/** Every byte takes a minute or two (ASSAY_EXHAUSTIVE=1), every 11th a few seconds. */
const STRIDE = process.env["ASSAY_EXHAUSTIVE"] === "1" ? 1 : 11;
/** All of it is proven, so that the intact export is verified without a finding. */
const ASKED = { from: "2026-09-14T05:00:00Z", to: "2026-09-14T06:30:00Z" };
/** A gzip header's time, flags for text, hint and system, and bits that no deflate block uses, are no part of the content. */
const isSameContent = (path: string, left: Buffer, right: Buffer): boolean => {
  if (!path.endsWith(".gz")) return false;
  try {
    return gunzipSync(left).equals(gunzipSync(right));
  } catch {
    return false;
  }
};

it("no flipped byte of a CloudTrail export goes without a finding", { timeout: 1_200_000 }, async () => {
  const small = { ...ONE_CHAIN, hours: 2, eventsALog: 1, logsAnHour: 2, seed: 9 };
  let flips = 0;
  const silent: string[] = [];
  for (const packed of [true, false]) {
    const { files, publicKeys } = exported({ ...small, packed });
    const intact = await judgeExport(files, publicKeys, ASKED);
    expect(intact.result).toMatchObject({ verdict: "verified", findings: [] });
    const byteLength = [...files.values()].reduce((total, bytes) => total + bytes.length, 0);
    expect(byteLength).toBeLessThanOrEqual(MAX_EXPORT_BYTES);
    for (const [path, bytes] of files) {
      for (let offset = 0; offset < bytes.length; offset += STRIDE) {
        const flipped = Buffer.from(bytes);
        flipped[offset] = (flipped[offset] ?? 0) ^ (1 << (offset % 8));
        flips += 1;
        const { result } = await judgeExport(new Map(files).set(path, flipped), publicKeys, ASKED);
        const isSilent = result.findings.length === 0 || result.verdict === "verified";
        const isNote = result.findings.some(({ verdict }) => verdict === "verified");
        if (isSilent && !isNote && !isSameContent(path, bytes, flipped)) silent.push(`${path} byte ${offset}`);
      }
    }
  }
  expect(silent).toEqual([]);
  expect(flips).toBeGreaterThan(100);
});

it("reading a digest never throws, and a digest that differs anywhere has another text to sign or is none", () => {
  const { files } = exported({ hours: 1, packed: false });
  const path = [...files.keys()].find((name) => name.includes("_CloudTrail-Digest_")) ?? "";
  const bytes = files.get(path) ?? Buffer.alloc(0);
  expect(parseDigest(bytes).kind).toBe("digest");
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (offset, mask) => {
      const changed = Buffer.from(bytes);
      changed[offset] = (changed[offset] ?? 0) ^ mask;
      expect(["digest", "malformed", "algorithm"]).toContain(parseDigest(changed).kind);
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => parseDigest(any).kind === "malformed"));
});

it("a key has one spelling in each encoding, and no other bytes are one", () => {
  const { pkcs1, spki } = seededRsaKey("sample eu-west-1 1");
  for (const der of [pkcs1, spki]) {
    const key = parseRsaPublicKey(der);
    expect([Buffer.from(key.pkcs1), Buffer.from(key.spki), key.modulusBits]).toEqual([pkcs1, spki, 2_048]);
    expect(parsePublicKeyList(Buffer.from(der.toString("base64")))[0]?.key).toEqual(key);
    for (const wrong of [Buffer.concat([der, Buffer.of(0)]), der.subarray(0, -1)]) {
      expect(() => parseRsaPublicKey(wrong)).toThrow("RSA key");
    }
  }
  fc.assert(
    fc.property(fc.nat(spki.length - 1), fc.integer({ min: 1, max: 255 }), (offset, mask) => {
      const changed = Buffer.from(spki);
      changed[offset] = (changed[offset] ?? 0) ^ mask;
      try {
        expect(Buffer.from(parseRsaPublicKey(changed).spki)).toEqual(changed);
      } catch (error) {
        expect(String(error)).toMatch(/RSA key/);
      }
    }),
  );
});

it("the entries of a bundle cover it: their bytes and lengths are all there is", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      let at = 0;
      for (const { start, end } of frameEntries(bytes)) {
        expect([at, at + 2]).toContain(start);
        at = end;
      }
      expect(at).toBe(bytes.length);
    }),
  );
});

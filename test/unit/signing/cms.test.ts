import { beforeAll, describe, expect, it } from "vitest";
import { equalBytes } from "../../../core/encoding/bytes.ts";
import {
  type Certificate,
  createCertificate,
  formatCertificatePem,
  parseCertificate,
  parseCertificatePem,
} from "../../../core/signing/certificate.ts";
import { chainFault } from "../../../core/signing/certificate-chain.ts";
import { MAX_CMS_BYTES, signCms, verifyCms } from "../../../core/signing/cms.ts";
import { generateEcdsaKey, signEcdsa } from "../../../core/signing/ecdsa.ts";
import { nativeHash as hash } from "../../support/hashes.ts";

const crypto = globalThis.crypto;
const content = Buffer.from("the signed list\n");
const FROM = Date.UTC(2026, 0, 2, 3, 4, 5);

let keys: CryptoKeyPair;
let certificate: Certificate;
let signed: Uint8Array;

const sign = (data: Uint8Array) => signEcdsa(crypto, keys.privateKey, data);

function parsedOrUndefined(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch {
    return undefined;
  }
}

const signsItself = async (made: Certificate) => (await chainFault(crypto, made, [made])) === undefined;

beforeAll(async () => {
  keys = await generateEcdsaKey(crypto, false);
  certificate = await createCertificate(hash, crypto, keys, { commonName: "Sample Examiner" }, FROM);
  signed = await signCms(hash, sign, certificate, content, FROM);
});

describe("an examiner's certificate", () => {
  it("holds what it was made for, and survives PEM", () => {
    expect(certificate.commonName).toBe("Sample Examiner");
    expect(certificate.organization).toBeUndefined();
    expect([certificate.notBeforeMs, certificate.notAfterMs]).toEqual([FROM, Date.UTC(2029, 0, 2, 3, 4, 5)]);
    expect(parseCertificatePem(formatCertificatePem(certificate)).der).toEqual(certificate.der);
  });

  it("carries its own signature, and loses it or its form with any byte changed", async () => {
    expect(await signsItself(certificate)).toBe(true);
    for (let offset = 0; offset < certificate.der.length; offset++) {
      const damaged = certificate.der.slice();
      damaged[offset] = (damaged[offset] ?? 0) ^ 0x01;
      const parsed = parsedOrUndefined(damaged);
      expect(parsed !== undefined && (await signsItself(parsed)), `byte ${offset}`).toBe(false);
    }
  });

  it("has no second spelling of its signature, whatever lengths r and s happen to have", async () => {
    for (let round = 0; round < 24; round++) {
      const made = await createCertificate(hash, crypto, keys, { commonName: "Spelling" }, FROM);
      expect(await signsItself(made)).toBe(true);
      // The signature ends the certificate: SEQUENCE { r, s } of at most 72 bytes, which re-encoding does not look into.
      for (let offset = made.der.length - 72; offset < made.der.length; offset++) {
        const damaged = made.der.slice();
        damaged[offset] = (damaged[offset] ?? 0) ^ 0x01;
        const parsed = parsedOrUndefined(damaged);
        expect(parsed !== undefined && (await signsItself(parsed)), `byte ${offset}`).toBe(false);
      }
    }
  });

  it("is not made for an empty or an endless name", async () => {
    for (const commonName of [" ", "x".repeat(65)]) {
      await expect(createCertificate(hash, crypto, keys, { commonName }, FROM)).rejects.toMatchObject({
        code: "certificate-name",
      });
    }
  });
});

describe("a detached CMS signature", () => {
  it("is valid for its content and certificate, and tells the claimed time", async () => {
    expect(await verifyCms(hash, crypto, signed, certificate, content)).toEqual({ kind: "valid", signingTimeMs: FROM });
  });

  it("tells other content from a forged signature", async () => {
    const other = Buffer.from("another list\n");
    expect(await verifyCms(hash, crypto, signed, certificate, other)).toMatchObject({ kind: "other-content" });
    const stranger = await generateEcdsaKey(crypto, false);
    const forge = (data: Uint8Array) => signEcdsa(crypto, stranger.privateKey, data);
    const forged = await signCms(hash, forge, certificate, content, FROM);
    expect(await verifyCms(hash, crypto, forged, certificate, content)).toEqual({ kind: "invalid-signature" });
  });

  it("is not valid with any byte changed, cut short, or followed by a byte", async () => {
    for (let offset = 0; offset < signed.length; offset++) {
      const damaged = signed.slice();
      damaged[offset] = (damaged[offset] ?? 0) ^ (1 << (offset % 8));
      const { kind } = await verifyCms(hash, crypto, damaged, certificate, content);
      expect(kind, `byte ${offset}`).not.toBe("valid");
    }
    for (const changed of [signed.slice(0, -1), Buffer.concat([signed, Uint8Array.of(0)]), new Uint8Array()]) {
      expect(await verifyCms(hash, crypto, changed, certificate, content)).toMatchObject({ kind: "malformed" });
    }
    expect((await verifyCms(hash, crypto, new Uint8Array(MAX_CMS_BYTES + 1), certificate, content)).kind).toBe(
      "malformed",
    );
  });

  it("by one certificate is not read as one by another with the same key", async () => {
    const twin = await createCertificate(hash, crypto, keys, { commonName: "Sample Examiner" }, FROM);
    expect(equalBytes(twin.der, certificate.der)).toBe(false);
    expect(await verifyCms(hash, crypto, signed, twin, content)).toMatchObject({ kind: "malformed" });
  });

  it("written after 2049 uses the long form of time", async () => {
    const late = Date.UTC(2051, 5, 6);
    const bytes = await signCms(hash, sign, certificate, content, late);
    expect(await verifyCms(hash, crypto, bytes, certificate, content)).toEqual({ kind: "valid", signingTimeMs: late });
  });
});

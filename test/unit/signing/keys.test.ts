import { generateKeyPairSync } from "node:crypto";

import { describe, expect, it } from "vitest";
import { generateEcdsaKey, importEcdsaPublicKey, exportEcdsaPublicKey } from "../../../core/signing/ecdsa.ts";
import { encryptPrivateKey, formatPrivateKey, parsePrivateKey } from "../../../core/signing/private-key.ts";
import { parseRsaPublicKey } from "../../../core/signing/rsa-key.ts";
import {
  decryptSigningKey,
  encryptSigningKey,
  formatSigningKey,
  isEncryptedSigningKey,
  parseSigningKey,
  signingKey,
} from "../../../core/signing/signing-key.ts";
import { COSIGNATURE_TYPE } from "../../../core/signing/verifier-key.ts";
import { nativeHash as hash } from "../../support/hashes.ts";

const crypto = globalThis.crypto;
const key = signingKey(hash, "example.com/audit/demo", new Uint8Array(32).fill(7));

describe("a log's private key", () => {
  it("has the plain form of Go's note package", () => {
    const text = `PRIVATE+KEY+example.com/audit/demo+de20ee95+${Buffer.from([1, ...key.seed]).toString("base64")}`;
    expect(formatSigningKey(key)).toBe(text);
    expect(parseSigningKey(hash, text)).toEqual(key);
    expect(isEncryptedSigningKey(text)).toBe(false);
  });

  it("keeps its kind: a witness's key stays one", () => {
    const witness = signingKey(hash, "witness.example", key.seed, COSIGNATURE_TYPE);
    expect(parseSigningKey(hash, formatSigningKey(witness))).toEqual(witness);
  });

  it("opens under its passphrase in either Unicode form, and under no other", async () => {
    const text = await encryptSigningKey(crypto, key, "pass é word", 10);
    expect(isEncryptedSigningKey(text)).toBe(true);
    expect(text).not.toContain(Buffer.from(key.seed).toString("base64").slice(4, 20));
    expect(await decryptSigningKey(hash, crypto, text, "pass e\u0301 word")).toEqual(key);
    await expect(decryptSigningKey(hash, crypto, text, "pass e word")).rejects.toMatchObject({
      code: "passphrase-wrong",
    });
  });

  it("does not open when its file was changed", async () => {
    const text = await encryptSigningKey(crypto, key, "p", 4);
    for (let offset = 0; offset < text.length; offset++) {
      const changed = text.slice(0, offset) + (text[offset] === "A" ? "B" : "A") + text.slice(offset + 1);
      await expect(decryptSigningKey(hash, crypto, changed, "p"), `character ${offset}`).rejects.toMatchObject({
        name: "Problem",
      });
    }
  });

  it("refuses parameters that would exhaust the machine", async () => {
    const text = (await encryptSigningKey(crypto, key, "p", 4)).replace("+scrypt+4+", "+scrypt+40+");
    await expect(decryptSigningKey(hash, crypto, text, "p")).rejects.toMatchObject({ code: "signing-key-malformed" });
  });

  it.each([
    ["nothing", ""],
    ["a public key", "example.com/audit/demo+de20ee95+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"],
    ["another id", formatSigningKey(key).replace("de20ee95", "de20ee96")],
    ["a short seed", "PRIVATE+KEY+a+00000000+AQAA"],
  ])("is not read from %s, and the message holds no key material", (_what, text) => {
    expect(() => parseSigningKey(hash, text)).toThrow(/^signing key: expected /);
    expect(() => parseSigningKey(hash, text)).not.toThrow(/BwcHBwc/);
  });
});

describe("an examiner's private key", () => {
  it("survives storing, plain and under a passphrase", async () => {
    const { privateKey } = await generateEcdsaKey(crypto, true);
    const plain = await formatPrivateKey(crypto, privateKey);
    const encrypted = await encryptPrivateKey(crypto, privateKey, "p");
    for (const [pem, passphrase] of [
      [plain, undefined],
      [encrypted, "p"],
    ] as const) {
      expect(await formatPrivateKey(crypto, await parsePrivateKey(crypto, pem, passphrase, true))).toBe(plain);
    }
    expect((await parsePrivateKey(crypto, plain, undefined)).extractable).toBe(false);
    await expect(parsePrivateKey(crypto, encrypted, undefined)).rejects.toMatchObject({ code: "passphrase-missing" });
    await expect(parsePrivateKey(crypto, encrypted, "q")).rejects.toMatchObject({ name: "Problem" });
  });

  it("is not read from a certificate, two blocks, or plain text", async () => {
    const { privateKey } = await generateEcdsaKey(crypto, true);
    const plain = await formatPrivateKey(crypto, privateKey);
    for (const [pem, code] of [
      [plain.replaceAll("PRIVATE KEY", "CERTIFICATE"), "private-key-unsupported"],
      [plain + plain, "pem-malformed"],
      ["secret", "pem-malformed"],
      [plain.replace("END PRIVATE", "END PUBLIC"), "pem-malformed"],
    ] as const) {
      await expect(parsePrivateKey(crypto, pem, undefined)).rejects.toMatchObject({ code });
    }
  });
});

describe("an RSA public key", () => {
  function publicKeyOf(modulusLength: number): Uint8Array {
    return generateKeyPairSync("rsa", { modulusLength }).publicKey.export({ type: "spki", format: "der" });
  }

  it("T58 of 1,024 bits is too weak, of 2,048 it is not", () => {
    expect(() => parseRsaPublicKey(publicKeyOf(1_024))).toThrow(expect.objectContaining({ code: "key-weak" }));
    expect(parseRsaPublicKey(publicKeyOf(2_048)).modulusBits).toBe(2_048);
  });
});

describe("an ECDSA public key", () => {
  it("is imported in its one encoding only", async () => {
    const { publicKey } = await generateEcdsaKey(crypto, false);
    const spki = await exportEcdsaPublicKey(crypto, publicKey);
    expect(await importEcdsaPublicKey(crypto, spki)).toBeDefined();
    for (const changed of [spki.slice(1), Buffer.concat([spki, Uint8Array.of(0)]), new Uint8Array(91)]) {
      expect(await importEcdsaPublicKey(crypto, changed)).toBeUndefined();
    }
  });
});

// Files are written by openssl, which is the other side here: what it writes by default is read, what it calls legacy is not.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readPkcs12 } from "../../../core/signing/pkcs12.ts";

let folder: string;
const openssl = (...args: readonly string[]) => {
  const { status, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
};
const request = (name: string, ...key: readonly string[]) =>
  openssl("req", "-x509", ...key, "-nodes", "-keyout", `${name}.pem`, "-out", `${name}.crt`, "-subj", "/CN=R. Adeyemi");
const pack = (out: string, name: string, passphrase: string, ...options: readonly string[]) =>
  openssl(
    "pkcs12",
    "-export",
    "-inkey",
    `${name}.pem`,
    "-in",
    `${name}.crt`,
    "-out",
    out,
    "-passout",
    `pass:${passphrase}`,
    ...options,
  );
const open = (name: string, passphrase: string) => readPkcs12(crypto, readFileSync(join(folder, name)), passphrase);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "assay-pkcs12-"));
  request("p256", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a PKCS#12 file", () => {
  it.each([
    ["as openssl 3 writes it", "secret", []],
    ["under a passphrase beyond ASCII", "pässwörd €", []],
    [
      "with a seal of SHA-512 and a hundred thousand iterations of PBKDF2",
      "secret",
      ["-macalg", "SHA512", "-iter", "100000"],
    ],
    ["that hides neither key nor certificate", "secret", ["-keypbe", "NONE", "-certpbe", "NONE"]],
    ["whose certificate stands among others", "secret", ["-certfile", "p256.crt"]],
  ])("%s gives its key and certificate", async (_, passphrase, options) => {
    pack("key.p12", "p256", passphrase, ...options);
    const { certificate, privateKey } = await open("key.p12", passphrase);
    expect(certificate.commonName).toBe("R. Adeyemi");
    expect(privateKey.extractable).toBe(true);
  });

  it("opens with its passphrase only, and not when it was cut or changed", async () => {
    pack("key.p12", "p256", "secret");
    await expect(open("key.p12", "Secret")).rejects.toMatchObject({ code: "passphrase-wrong" });
    await expect(open("key.p12", "")).rejects.toMatchObject({ code: "passphrase-wrong" });
    truncateSync(join(folder, "key.p12"), 500);
    await expect(open("key.p12", "secret")).rejects.toMatchObject({ code: "pkcs12-malformed" });
    await expect(readPkcs12(crypto, readFileSync(join(folder, "p256.crt")), "")).rejects.toMatchObject({
      code: "pkcs12-malformed",
    });
  });

  it("of old algorithms is refused, with the command that writes it anew", async () => {
    for (const options of [["-legacy"], ["-keypbe", "PBE-SHA1-3DES"], ["-macalg", "SHA1"]]) {
      pack("old.p12", "p256", "secret", ...options);
      await expect(open("old.p12", "secret")).rejects.toMatchObject({
        code: "pkcs12-legacy",
        message: expect.stringMatching(/openssl pkcs12 -legacy -in old\.p12.*AES256-SHA256/) as string,
      });
    }
  });

  it.each([
    ["RSA", "-newkey", "rsa:2048"],
    ["ECDSA", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
  ])("of a key for %s gives it", async (algorithm, ...key) => {
    request("other", ...key);
    pack("other.p12", "other", "secret");
    const { privateKey } = await open("other.p12", "secret");
    expect(privateKey.algorithm.name).toContain(algorithm);
  });

  it.each([
    ["a short RSA key", "-newkey", "rsa:1024"],
    ["a key on P-521", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"],
    ["an Ed25519 key", "-newkey", "ed25519"],
  ])("of %s is refused, and says what is expected", async (_, ...key) => {
    request("other", ...key);
    pack("other.p12", "other", "secret");
    await expect(open("other.p12", "secret")).rejects.toMatchObject({
      code: "private-key-unsupported",
      message: expect.stringContaining("RSA key of at least 2048 bits, or an ECDSA key on P-256 or P-384") as string,
    });
  });

  it("without its certificate, or without a key, is refused", async () => {
    pack("alone.p12", "p256", "secret", "-nocerts");
    await expect(open("alone.p12", "secret")).rejects.toMatchObject({ code: "pkcs12-unsupported" });
    openssl("pkcs12", "-export", "-nokeys", "-in", "p256.crt", "-out", "none.p12", "-passout", "pass:secret");
    await expect(open("none.p12", "secret")).rejects.toMatchObject({ code: "pkcs12-unsupported" });
  });
});

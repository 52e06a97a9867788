import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { webcrypto } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Certificate,
  createCertificate,
  fingerprintOf,
  formatCertificatePem,
  parseCertificatePem,
} from "../../../core/signing/certificate.ts";
import { signCms, verifyCms } from "../../../core/signing/cms.ts";
import { generateEcdsaKey, importEcdsaPublicKey, signEcdsa, verifyEcdsa } from "../../../core/signing/ecdsa.ts";
import { formatPem } from "../../../core/signing/pem.ts";
import { encryptPrivateKey, formatPrivateKey, parsePrivateKey } from "../../../core/signing/private-key.ts";
import { nativeHash as hash } from "../../support/hashes.ts";

const crypto = globalThis.crypto ?? (webcrypto as Crypto);
const content = Buffer.from("0123abcd  findings.json\n");
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

let folder: string;
let keys: CryptoKeyPair;
let certificate: Certificate;

function openssl(...args: readonly string[]): { readonly ok: boolean; readonly output: string } {
  const { status, stdout, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
  return { ok: status === 0, output: stdout + stderr };
}

const write = (name: string, data: string | Uint8Array): void => writeFileSync(join(folder, name), data);
const read = (name: string): Buffer => readFileSync(join(folder, name));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "assay-openssl-"));
  keys = await generateEcdsaKey(crypto, true);
  const subject = { commonName: "Sample Exáminer", organization: "Sample Lab" };
  certificate = await createCertificate(hash, crypto, keys, subject, Date.now() - 60_000);
  write("examiner.crt", formatCertificatePem(certificate));
  write("public.pem", formatPem("PUBLIC KEY", certificate.publicKey));
  write("content", content);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasOpenssl)("openssl (skipped: not installed)", () => {
  it("reads the certificate as it was made", () => {
    const { ok, output } = openssl("x509", "-in", "examiner.crt", "-noout", "-text", "-fingerprint", "-sha256");
    expect(ok).toBe(true);
    expect(output).toMatch(/Key Usage: critical\s+Digital Signature, Non Repudiation\s/);
    expect(output).toMatch(/Extended Key Usage:\s+E-mail Protection, 1\.3\.6\.1\.5\.5\.7\.3\.36\s/);
    expect(output).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(output).toContain("Subject: O = Sample Lab, CN = Sample Ex\\C3\\A1miner");
    const printed = /sha256 Fingerprint=([0-9A-F:]+)/i.exec(output)?.[1] ?? "";
    expect(printed.replaceAll(":", "").toLowerCase()).toBe(fingerprintOf(hash, certificate));
    expect(openssl("verify", "-CAfile", "examiner.crt", "examiner.crt").ok).toBe(true);
  });

  it("accepts our detached CMS signature, and refuses it for other content", async () => {
    const sign = (data: Uint8Array) => signEcdsa(crypto, keys.privateKey, data);
    write("content.p7s", await signCms(hash, sign, certificate, content, Date.now()));
    const verify = (name: string) =>
      openssl(
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "content.p7s",
        "-content",
        name,
        "-CAfile",
        "examiner.crt",
        "-out",
        "verified",
      );
    expect(verify("content")).toMatchObject({ ok: true });
    expect(read("verified")).toEqual(content);
    for (const offset of [0, content.length >> 1, content.length - 1]) {
      const changed = Buffer.from(content);
      changed[offset] = (changed[offset] ?? 0) ^ 1;
      write("changed", changed);
      expect(verify("changed").ok).toBe(false);
    }
  });

  it("accepts our CMS signature under the CAdES rules", async () => {
    const sign = (data: Uint8Array) => signEcdsa(crypto, keys.privateKey, data);
    write("cades.p7s", await signCms(hash, sign, certificate, content, Date.now()));
    const args = [
      "-inform",
      "DER",
      "-in",
      "cades.p7s",
      "-content",
      "content",
      "-CAfile",
      "examiner.crt",
      "-out",
      "verified",
    ];
    expect(openssl("cms", "-verify", "-cades", "-binary", ...args)).toMatchObject({ ok: true });
  });

  it("and we accept each other's plain signatures, and neither accepts a changed byte", async () => {
    write("content.sig", await signEcdsa(crypto, keys.privateKey, content));
    const verify = (name: string) =>
      openssl("dgst", "-sha256", "-verify", "public.pem", "-signature", "content.sig", name);
    expect(verify("content")).toMatchObject({ ok: true });
    write("changed", Buffer.concat([content, Buffer.from(" ")]));
    expect(verify("changed").ok).toBe(false);

    write("key.pem", await formatPrivateKey(crypto, keys.privateKey));
    expect(openssl("dgst", "-sha256", "-sign", "key.pem", "-out", "theirs.sig", "content").ok).toBe(true);
    const publicKey = await importEcdsaPublicKey(crypto, certificate.publicKey);
    if (publicKey === undefined) throw new Error("our own key does not import");
    expect(await verifyEcdsa(crypto, publicKey, content, read("theirs.sig"))).toBe(true);
    expect(await verifyEcdsa(crypto, publicKey, read("changed"), read("theirs.sig"))).toBe(false);
  });

  it("opens our encrypted private key with its passphrase only, and we open its", async () => {
    write("key.p8", await encryptPrivateKey(crypto, keys.privateKey, "correct horse"));
    expect(openssl("pkey", "-in", "key.p8", "-passin", "pass:wrong", "-noout").ok).toBe(false);
    expect(openssl("pkey", "-in", "key.p8", "-passin", "pass:correct horse", "-pubout", "-out", "out.pem").ok).toBe(
      true,
    );
    expect(read("out.pem")).toEqual(read("public.pem"));
    expect(openssl("asn1parse", "-in", "key.p8").output).toMatch(/:1\.3\.6\.1\.4\.1\.11591\.4\.11|:scrypt|:id-scrypt/);

    write("key.pem", await formatPrivateKey(crypto, keys.privateKey));
    const args = ["-topk8", "-in", "key.pem", "-v2", "aes-256-cbc", "-passout", "pass:theirs", "-out", "theirs.p8"];
    for (const derivation of [["-v2prf", "hmacWithSHA256"], ["-scrypt"]]) {
      expect(openssl("pkcs8", ...args, ...derivation).ok).toBe(true);
      const opened = await parsePrivateKey(crypto, read("theirs.p8").toString(), "theirs", true);
      expect(await formatPrivateKey(crypto, opened)).toBe(read("key.pem").toString());
    }
  });

  it("makes certificates under which our verifier reads its own CMS form only", async () => {
    write("key.pem", await formatPrivateKey(crypto, keys.privateKey));
    const subject = "/CN=Another Examiner/O=Lab";
    expect(
      openssl("req", "-x509", "-new", "-key", "key.pem", "-days", "30", "-subj", subject, "-out", "other.crt").ok,
    ).toBe(true);
    const other = parseCertificatePem(read("other.crt").toString());
    expect([other.commonName, other.organization]).toEqual(["Another Examiner", "Lab"]);
    const sign = (data: Uint8Array) => signEcdsa(crypto, keys.privateKey, data);
    const ours = await signCms(hash, sign, other, content, Date.now());
    expect(await verifyCms(hash, crypto, ours, other, content)).toMatchObject({ kind: "valid" });
    const args = ["-sign", "-binary", "-in", "content", "-signer", "other.crt", "-inkey", "key.pem", "-outform", "DER"];
    expect(openssl("cms", ...args, "-out", "theirs.p7s").ok).toBe(true);
    expect(await verifyCms(hash, crypto, read("theirs.p7s"), other, content)).toMatchObject({ kind: "malformed" });
  });
});

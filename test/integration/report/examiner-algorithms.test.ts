// Packages by the keys that organisations hand out: RSA and P-384, issued by an authority, from PKCS#12 files of openssl.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { verifyCustody } from "../../../core/casefile/custody-verify.ts";
import { loadExaminerKey, writeExaminerKey, type ExaminerKey } from "../../../core/casefile/examiner-key.ts";
import { PackageReader } from "../../../core/report/package-reader.ts";
import { checkPackage } from "../../../core/report/verifier/checks.ts";
import { verifyPackage, verifyPackageFiles } from "../../../core/report/verify-package.ts";
import { parseCertificate } from "../../../core/signing/certificate.ts";
import { verifyCms } from "../../../core/signing/cms.ts";
import { verifyExaminerSignature } from "../../../core/signing/examiner-signature.ts";
import { readPkcs12 } from "../../../core/signing/pkcs12.ts";
import {
  ISSUED_AT,
  readFolder,
  rotationTo,
  writePackage,
  type WrittenPackage,
} from "../../support/findings-package.ts";

const TOOLS = ["bash", "sha256sum", "openssl", "pdfsig", "pdfdetach", "cmp"];
const absent = TOOLS.filter((tool) => spawnSync("which", [tool]).status !== 0);
const KEYS: readonly (readonly [label: string, algorithm: string, size: string])[] = [
  ["RSA-2048", "RSA", "rsa_keygen_bits:2048"],
  ["RSA-3072", "RSA", "rsa_keygen_bits:3072"],
  ["P-384", "EC", "ec_paramgen_curve:P-384"],
];

let folder: string;
const openssl = (...args: readonly string[]): void => {
  const { status, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
};

/** An examiner's key file with a certificate that the organisation's authority issued. */
async function examinerOf(label: string, algorithm: string, size: string): Promise<ExaminerKey> {
  openssl("genpkey", "-algorithm", algorithm, "-pkeyopt", size, "-out", `${label}.pem`);
  openssl("req", "-new", "-key", `${label}.pem`, "-subj", "/O=Northgate/CN=R. Adeyemi", "-out", `${label}.csr`);
  const issue = ["-CA", "ca.crt", "-CAkey", "ca.pem", "-CAcreateserial", "-days", "90", "-extfile", "extensions.cnf"];
  openssl("x509", "-req", "-in", `${label}.csr`, ...issue, "-out", `${label}.crt`);
  const files = ["-inkey", `${label}.pem`, "-in", `${label}.crt`, "-certfile", "ca.crt", "-out", `${label}.p12`];
  openssl("pkcs12", "-export", ...files, "-passout", "pass:secret");
  const key = await readPkcs12(crypto, readFileSync(join(folder, `${label}.p12`)), "secret");
  await writeExaminerKey(key, join(folder, `${label}.key`), "another secret");
  return loadExaminerKey(join(folder, `${label}.key`), "another secret");
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = new Uint8Array(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "assay-algorithms-"));
  const authority = ["-nodes", "-keyout", "ca.pem", "-out", "ca.crt", "-subj", "/CN=Northgate Issuing CA"];
  openssl("req", "-x509", "-newkey", "rsa:2048", ...authority);
  writeFileSync(
    join(folder, "extensions.cnf"),
    "keyUsage=digitalSignature\nextendedKeyUsage=clientAuth,emailProtection\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(absent.length > 0).each(KEYS)(
  `a package by a key of %s (needs ${TOOLS.join(", ")})`,
  (label, algorithm, size) => {
    let written: WrittenPackage;
    let files: Map<string, Uint8Array>;

    beforeAll(async () => {
      const signer = await examinerOf(label, algorithm, size);
      const earlier = await rotationTo(signer, signer, ISSUED_AT);
      const rotation = () => Promise.resolve([earlier]);
      written = await writePackage(undefined, undefined, undefined, rotation, Promise.resolve(signer), ["in-toto"]);
      files = await readFolder(written.out);
    });
    afterAll(() => written.remove());

    test("is verified: list, statement, PDF, journal, earlier keys and the authority behind it", async () => {
      const { verdict, findings, checks } = await verifyPackage(written.out, {
        trusted: [written.examiner.fingerprint],
      });
      expect([verdict, findings]).toEqual(["verified", []]);
      expect(checks.filter((check) => check.verdict !== "verified").map(({ name }) => name)).toEqual([
        "package-time-stamps",
      ]);
      expect(await verifyCustody(readFileSync(written.journal))).toMatchObject({ verdict: "verified", findings: [] });
    });

    test("is accepted by every command of its README", () => {
      const readme = readFileSync(join(written.out, "README-VERIFY.txt"), "utf8");
      const commands = readme.split("\n").flatMap((line) => (line.startsWith("    $ ") ? [line.slice(6)] : []));
      const outputs = commands.map((command) => {
        const { status, stdout } = spawnSync("bash", ["-c", command], { cwd: written.out, encoding: "utf8" });
        return { command, status, stdout };
      });
      expect(outputs.filter(({ status }) => status !== 0)).toEqual([]);
      const report = outputs.find(({ command }) => command.startsWith("pdfsig"))?.stdout ?? "";
      expect(report).toContain("Signature is Valid.");
      expect(report).toContain("Total document signed");
    });

    test("passes every check of verify.html", async () => {
      const { lines, fingerprint } = await checkPackage(files);
      expect(lines.filter(({ outcome }) => outcome === "fail")).toEqual([]);
      expect(lines.filter(({ outcome, name }) => outcome === "pass" && /Signature|Earlier/.test(name))).toHaveLength(2);
      expect(fingerprint).toBe(written.examiner.fingerprint);
    });

    test("loses each of its signatures with any byte changed", async () => {
      const certificate = parseCertificate(written.examiner.certificate);
      const fileOf = (path: string): Uint8Array => files.get(path) ?? new Uint8Array();
      const sums = fileOf("SHA256SUMS");
      const cms = fileOf("signatures/SHA256SUMS.p7s");
      const plain = fileOf("signatures/SHA256SUMS.sig");
      const accepted: string[] = [];
      // Every byte of one of them, for the time that it takes; their form does not depend on the key.
      for (let at = 0; at < cms.length; at += algorithm[0] === "RSA-2048" ? 1 : 41) {
        const { kind } = await verifyCms(platformHash, crypto, flipped(cms, at), certificate, sums);
        if (kind === "valid") accepted.push(`cms ${at}`);
      }
      for (let at = 0; at < plain.length; at += 1) {
        if (await verifyExaminerSignature(crypto, certificate.publicKey, sums, flipped(plain, at)))
          accepted.push(`plain ${at}`);
      }
      expect(accepted).toEqual([]);
      expect([cms.length > 1_000, plain.length > 90]).toEqual([true, true]);
    });

    test("is altered by a byte of any file, to verify-package and to verify.html", async () => {
      for (const [path, bytes] of files) {
        const changed = new Map([...files, [path, flipped(bytes, bytes.length >> 1)]]);
        const { verdict } = await verifyPackageFiles(PackageReader.of(changed), {
          trusted: [written.examiner.fingerprint],
        });
        const { lines } = await checkPackage(changed);
        const isRead = path !== "signatures/SHA256SUMS.p7s";
        expect([path, verdict, lines.some(({ outcome }) => outcome === "fail")]).toEqual([path, "altered", isRead]);
      }
    });
  },
);

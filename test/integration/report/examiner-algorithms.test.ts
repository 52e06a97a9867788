// Packages by the keys that organisations hand out: RSA and P-384, issued by an authority, from PKCS#12 files of openssl.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { verifyCustody } from "../../../core/casefile/custody-verify.ts";
import { PackageReader } from "../../../core/report/package-reader.ts";
import { checkPackage } from "../../../core/report/verifier/checks.ts";
import { verifyPackage, verifyPackageFiles } from "../../../core/report/verify-package.ts";
import { parseCertificate } from "../../../core/signing/certificate.ts";
import { verifyCms } from "../../../core/signing/cms.ts";
import { verifyExaminerSignature } from "../../../core/signing/examiner-signature.ts";
import {
  ISSUED_AT,
  readFolder,
  rotationTo,
  writePackage,
  type WrittenPackage,
} from "../../support/findings-package.ts";
import { ISSUED_KEYS, issuedExaminer } from "../../support/issued-examiner.ts";

const TOOLS = ["bash", "sha256sum", "openssl", "pdfsig", "pdfdetach", "cmp"];
const absent = TOOLS.filter((tool) => spawnSync("which", [tool]).status !== 0);

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = new Uint8Array(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

describe.skipIf(absent.length > 0).each(ISSUED_KEYS)(
  `a package by a key of %s (needs ${TOOLS.join(", ")})`,
  (_, ...algorithm) => {
    let written: WrittenPackage;
    let files: Map<string, Uint8Array>;

    beforeAll(async () => {
      const signer = await issuedExaminer(...algorithm);
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
      for (let at = 0; at < cms.length; at += 1) {
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

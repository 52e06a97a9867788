import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Problem } from "../../../core/model/problem.ts";
import { checkSignatures } from "../../../core/report/check-signatures.ts";
import { hexDigest } from "../../../core/report/hex-digest.ts";
import { exportPackage } from "../../../core/report/package.ts";
import { packageTarget } from "../../../core/report/package-target.ts";
import { PackageReader } from "../../../core/report/package-reader.ts";
import { PackageChecks } from "../../../core/report/package-checks.ts";
import { formatSums, parseSums } from "../../../core/report/sums.ts";
import { type PackageVerification } from "../../../core/report/package-verdict.ts";
import { verifyPackage, verifyPackageFiles } from "../../../core/report/verify-package.ts";
import { makeReportInput, readFolder, writePackage, type WrittenPackage } from "../../support/findings-package.ts";

let written: WrittenPackage;
let files: Map<string, Uint8Array>;

beforeAll(async () => {
  written = await writePackage();
  files = await readFolder(written.out);
});
afterAll(() => written.remove());

function verifyFiles(changed: ReadonlyMap<string, Uint8Array>): Promise<PackageVerification> {
  return verifyPackageFiles(PackageReader.of(changed), { trusted: [written.examiner.fingerprint] });
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = new Uint8Array(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

describe("a findings package as it was written", () => {
  test("is verified when the signer's fingerprint is known, with every check passed", async () => {
    const result = await verifyPackage(written.out, { trusted: [written.examiner.fingerprint] });
    expect(result.findings).toEqual([]);
    expect(result.verdict).toBe("verified");
    expect(result.checks.filter(({ note }) => note === "")).toEqual([]);
    expect(result.checks.map((check) => [check.name, check.verdict])).toEqual([
      ["package-list", "verified"],
      ["package-files", "verified"],
      ["certificate", "verified"],
      ["package-cms", "verified"],
      ["package-signature", "verified"],
      ["report-signature", "verified"],
      ["report-attachment", "verified"],
      ["exhibit-records", "verified"],
      ["exhibit-inclusion", "verified"],
      ["exhibit-checkpoints", "verified"],
      ["custody", "verified"],
      ["custody-binding", "verified"],
      ["package-time-stamps", "not-attempted"],
      ["key-rotations", "not-attempted"],
      ["certificate-chain", "not-attempted"],
    ]);
  });

  test("is not verifiable while the certificate has not been compared", async () => {
    const result = await verifyPackage(written.out, { trusted: [] });
    expect(result.verdict).toBe("not-verifiable");
    expect(result.summary).toBe(
      `consistent; the signer's certificate ${written.examiner.fingerprint} has not been compared with one you hold`,
    );
  });

  test("as a zip is verified too", async () => {
    const zip = await writePackage("package.zip");
    const result = await verifyPackage(zip.out, { trusted: [zip.examiner.fingerprint] });
    expect([result.verdict, result.findings]).toEqual(["verified", []]);
    await zip.remove();
  });

  test("stays what it was under a file that is no time stamp, and says so", async () => {
    const result = await verifyFiles(new Map([...files, ["timestamps/1.tsr", Uint8Array.of(1)]]));
    expect(result.verdict).toBe("verified-with-limits");
    expect(result.findings.map((finding) => finding.code)).toEqual(["package-stamp-malformed"]);
  });
});

describe("a changed package", () => {
  test("is altered by its first, middle or last byte of any file, naming the file", async () => {
    for (const [path, bytes] of files) {
      for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
        const result = await verifyFiles(new Map([...files, [path, flipped(bytes, at)]]));
        expect([path, at, result.verdict]).toEqual([path, at, "altered"]);
        expect(result.findings.map((finding) => finding.where.file)).toContain(path);
      }
    }
  });

  test("is altered by every byte of the list, its signatures and the certificate, to the checks of signatures alone", async () => {
    const missed: string[] = [];
    for (const path of ["SHA256SUMS", "signatures/SHA256SUMS.p7s", "signatures/SHA256SUMS.sig", "keys/examiner.crt"]) {
      const bytes = files.get(path) ?? new Uint8Array();
      for (let at = 0; at < bytes.length; at += 1) {
        const checks = new PackageChecks();
        await checkSignatures(checks, PackageReader.of(new Map([...files, [path, flipped(bytes, at)]])));
        if (checks.findings.length === 0) missed.push(`${path} ${at}`);
      }
    }
    expect(missed).toEqual([]);
  }, 240_000);

  test("has another digest than the listed one after a change of any byte of a file below 16 KiB", () => {
    const lines = parseSums(files.get("SHA256SUMS") ?? new Uint8Array());
    if (typeof lines === "string") throw new Error(lines);
    for (const { path, sha256 } of lines) {
      const bytes = files.get(path) ?? new Uint8Array();
      if (bytes.length > 16_384) continue;
      for (let at = 0; at < bytes.length; at += 1) {
        if (hexDigest(flipped(bytes, at)) === sha256) expect.fail(`${path} ${at}`);
      }
    }
    expect(lines.length).toBe(files.size - 3);
  });

  test("is altered by a removed, an added and a renamed file", async () => {
    for (const [path, bytes] of files) {
      const removed = new Map(files);
      removed.delete(path);
      const renamed = new Map([...removed, [`${path}.bak`, bytes]]);
      for (const changed of [removed, renamed]) {
        const result = await verifyFiles(changed);
        expect([path, result.verdict]).toEqual([path, "altered"]);
      }
    }
    const added = await verifyFiles(new Map([...files, ["exhibits/EX-00009.line", Uint8Array.of(1)]]));
    expect(added.findings.map((finding) => finding.code)).toEqual(["file-unlisted"]);
  });

  test("that was signed anew with another key is told by its fingerprint only", async () => {
    const other = await writePackage();
    const resigned = await readFolder(other.out);
    await other.remove();
    const result = await verifyFiles(resigned);
    expect(result.findings.map(({ code }) => code)).toEqual(["signer-not-compared"]);
    expect(result.verdict).toBe("not-verifiable");
    expect(result.signer?.fingerprint).not.toBe(written.examiner.fingerprint);
  });

  test("whose list alone was made to fit again lacks its signatures", async () => {
    const changed = new Map(files);
    changed.set("findings.json", new TextEncoder().encode("{}\n"));
    const listed = [...changed].filter(([path]) => path !== "SHA256SUMS" && !path.startsWith("signatures/"));
    changed.set("SHA256SUMS", formatSums(new Map(listed.map(([path, bytes]) => [path, hexDigest(bytes)]))));
    const result = await verifyFiles(changed);
    expect(result.findings.map((finding) => finding.code)).toEqual([
      "cms-invalid",
      "signature-invalid",
      "report-attachment-differs",
      "custody-binding",
      "custody-binding",
    ]);
  });
});

describe("what is no package", () => {
  test("is refused", async () => {
    const folder = await mkdtemp(join(tmpdir(), "assay-nothing-"));
    await writeFile(join(folder, "notes.txt"), "hello");
    await expect(verifyPackage(folder, { trusted: [] })).rejects.toMatchObject({
      code: "not-a-package",
      kind: "refused",
    });
    await rm(folder, { recursive: true });
  });
});

describe("exporting", () => {
  test("refuses a target that exists and leaves it as it is", async () => {
    const before = await readFolder(written.out);
    const options = {
      signer: written.examiner,
      journal: {
        append: () => Promise.reject(new Error("nothing is journaled")),
        bytes: () => Promise.resolve(new Uint8Array()),
      },
      target: packageTarget(written.out),
      final: false,
    };
    await expect(exportPackage(makeReportInput(written.examiner), options)).rejects.toMatchObject({
      code: "target-exists",
    });
    expect(await readFolder(written.out)).toEqual(before);
  });

  test("refuses a final report that lacks something, naming it", async () => {
    const input = makeReportInput(written.examiner);
    const incomplete = { ...input, details: { ...input.details, authority: "" } };
    const options = {
      signer: written.examiner,
      journal: {
        append: () => Promise.reject(new Error("nothing is journaled")),
        bytes: () => Promise.resolve(new Uint8Array()),
      },
      target: packageTarget(`${written.out}-final`),
      final: true,
    };
    const refusal = await exportPackage(incomplete, options).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Problem);
    expect(refusal).toMatchObject({ kind: "not-ready", code: "report-incomplete", exitCode: 65 });
    expect(String(refusal)).toContain("legal authority or consent");
  });

  test("records in the case's journal what a package holds", async () => {
    const journal = await readFile(written.journal, "utf8");
    for (const action of ["report.assembled", "report.rendered", "report.signed", "package.exported"]) {
      expect(journal).toContain(`\\"action\\":\\"${action}\\"`);
    }
    expect(journal).toContain(written.exported.sha256sums);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { verifyPackage, verifyPackageFiles } from "../../../core/report/verify-package.ts";
import { readFolder, writePackage, type WrittenPackage } from "../../support/findings-package.ts";

let written: WrittenPackage;
let files: Map<string, Uint8Array>;

beforeAll(async () => {
  written = await writePackage();
  files = await readFolder(written.out);
});
afterAll(() => written.remove());

describe("a findings package as it was written", () => {
  test("is verified when the signer's fingerprint is known, and every check but the one without proof passes", async () => {
    const result = await verifyPackage(written.out, { trusted: [written.examiner.fingerprint] });
    expect(result.findings).toEqual([]);
    expect(result.verdict).toBe("verified");
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
    ]);
  });

  test("is not verifiable while the certificate has not been compared", async () => {
    const result = await verifyPackage(written.out, { trusted: [] });
    expect(result.verdict).toBe("not-verifiable");
    expect(result.summary).toBe(
      `consistent; the signer's certificate ${written.examiner.fingerprint} has not been compared with one you hold`,
    );
  });
});

describe("a changed package", () => {
  test("is altered, naming the file", async () => {
    for (const [path, bytes] of files) {
      const changed = new Uint8Array(bytes);
      changed[0] = (changed[0] ?? 0) ^ 1;
      const result = await verifyPackageFiles(new Map([...files, [path, changed]]), [written.examiner.fingerprint]);
      expect([path, result.verdict]).toEqual([path, "altered"]);
      expect(result.findings.some((finding) => finding.where.file === path)).toBe(true);
    }
  });
});

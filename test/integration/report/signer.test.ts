import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type RetiredKey } from "../../../core/report/check-signer.ts";
import { PackageReader } from "../../../core/report/package-reader.ts";
import { verifyPackage, verifyPackageFiles } from "../../../core/report/verify-package.ts";
import {
  ISSUED_AT,
  makeExaminer,
  readFolder,
  rotationTo,
  writePackage,
  type WrittenPackage,
} from "../../support/findings-package.ts";

const HOUR_MS = 3_600_000;
const after = new Date(Date.parse(ISSUED_AT) + HOUR_MS).toISOString();
const before = new Date(Date.parse(ISSUED_AT) - HOUR_MS).toISOString();

let written: WrittenPackage;
beforeAll(async () => {
  written = await writePackage();
});
afterAll(() => written.remove());

describe("a package of a key that its holder retired", () => {
  const judged = async (kind: RetiredKey["kind"], from: string) => {
    const { fingerprint } = written.examiner;
    const result = await verifyPackage(written.out, { trusted: [fingerprint], retired: [{ fingerprint, kind, from }] });
    return [result.verdict, result.findings.map(({ code }) => code)];
  };

  test("is flagged when it says that it was signed later", async () => {
    expect(await judged("rotated", before)).toEqual(["verified-with-limits", ["signer-retired"]]);
    expect(await judged("lost", before)).toEqual(["not-verifiable", ["signer-retired"]]);
    expect(await judged("compromised", before)).toEqual(["not-verifiable", ["signer-retired"]]);
  });

  test("stands when it was signed before, but a key in other hands can claim any time", async () => {
    expect(await judged("rotated", after)).toEqual(["verified", []]);
    expect(await judged("lost", after)).toEqual(["verified", []]);
    expect(await judged("compromised", after)).toEqual(["verified-with-limits", ["signer-retired"]]);
  });
});

test("a package never verifies better for a file that was added to it while its signer is unknown", async () => {
  const files = new Map([...(await readFolder(written.out)), ["timestamps/1.tsr", Uint8Array.of(1)] as const]);
  expect((await verifyPackageFiles(PackageReader.of(files), { trusted: [] })).verdict).toBe("not-verifiable");
  expect((await verifyPackageFiles(PackageReader.of(files), { trusted: [written.examiner.fingerprint] })).verdict).toBe(
    "verified-with-limits",
  );
});

test("a package of a key that took another's place says so, and only with that key's word", async () => {
  const old = await makeExaminer("The same person");
  const changed = await writePackage("package", undefined, undefined, async (signer) => [
    await rotationTo(signer, old, before),
  ]);
  try {
    const trusted = [changed.examiner.fingerprint];
    const sound = await verifyPackage(changed.out, { trusted });
    expect(sound.verdict).toBe("verified");
    expect(sound.checks.find(({ name }) => name === "key-rotations")).toMatchObject({
      verdict: "verified",
      note: expect.stringContaining(old.fingerprint) as string,
    });
    const files = await readFolder(changed.out);
    const statement = Buffer.from(files.get("keys/rotations.json") ?? []).toString("utf8");
    const forged = statement.replace(`"at": "${before}"`, `"at": "${after}"`);
    expect(forged).not.toBe(statement);
    const result = await verifyPackageFiles(
      PackageReader.of(new Map([...files, ["keys/rotations.json", Buffer.from(forged)]])),
      { trusted },
    );
    expect(result.findings.map(({ code }) => code)).toContain("key-rotations-invalid");
  } finally {
    await changed.remove();
  }
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { addPackageTimeStamp, packageTimeStampQuery } from "../../../core/report/package-time-stamp.ts";
import { verifyPackage } from "../../../core/report/verify-package.ts";
import { parseTimeAuthorities } from "../../../core/signing/time-authority.ts";
import { writePackage, type WrittenPackage } from "../../support/findings-package.ts";
import { hasOpenssl, TimeAuthorityForTests } from "../../support/time-authority.ts";

describe.skipIf(!hasOpenssl)("a time stamp over a finished package (skipped without openssl)", () => {
  let written: WrittenPackage;
  let authority: TimeAuthorityForTests;
  let folder: string;
  beforeAll(async () => {
    written = await writePackage();
    authority = new TimeAuthorityForTests();
    folder = await mkdtemp(join(tmpdir(), "assay-stamp-"));
  });
  afterAll(async () => {
    authority.remove();
    await written.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const trusted = () => ({
    authorities: parseTimeAuthorities(platformHash, authority.root),
    chain: authority.root,
  });
  const verified = (authorities = trusted().authorities) =>
    verifyPackage(written.out, { trusted: [written.examiner.fingerprint], authorities });
  const stampCheck = async (authorities = trusted().authorities) =>
    (await verified(authorities)).checks.find((check) => check.name === "package-time-stamps");

  test("goes out as a request that openssl reads, comes in as its answer, and changes no signed byte", async () => {
    const query = await packageTimeStampQuery(written.out);
    await writeFile(join(folder, "q.tsq"), query);
    const read = spawnSync("openssl", ["ts", "-query", "-in", join(folder, "q.tsq"), "-text"], { encoding: "utf8" });
    expect(read.stdout).toMatch(/Hash Algorithm: sha256[\s\S]*Certificate required: yes/);
    const response = authority.answer(query);
    const { file, stamp } = await addPackageTimeStamp(written.out, { response, query, ...trusted() });
    expect(file).toBe("timestamps/1.tsr");
    expect(stamp.authority).toBe("Test Time Authority");
    const result = await verified();
    expect(result.verdict).toBe("verified");
    expect(await stampCheck()).toMatchObject({ verdict: "verified", checked: 1 });
    const openssl = spawnSync(
      "openssl",
      "ts -verify -data signatures/SHA256SUMS.p7s -in timestamps/1.tsr -CAfile timestamps/1.pem".split(" "),
      { cwd: written.out, encoding: "utf8" },
    );
    expect(`${openssl.stdout}${openssl.stderr}`).toContain("Verification: OK");
  });

  test("proves no time to somebody who does not trust its authority, and spoils nothing", async () => {
    expect(await stampCheck([])).toMatchObject({ verdict: "not-verifiable" });
    expect((await verified([])).verdict).toBe("verified");
  });

  test("is not added when it answers another request, stamps other data, or comes from an authority nobody named", async () => {
    const query = await packageTimeStampQuery(written.out);
    const response = authority.answer(query);
    const other = await packageTimeStampQuery(written.out);
    const refused = { code: "time-stamp-refused" };
    await expect(addPackageTimeStamp(written.out, { response, query: other, ...trusted() })).rejects.toMatchObject(
      refused,
    );
    const elsewhere = authority.stamp(Buffer.from("other data"));
    const add = addPackageTimeStamp(written.out, { response: elsewhere, query: null, ...trusted() });
    await expect(add).rejects.toMatchObject(refused);
    const untrusted = addPackageTimeStamp(written.out, { response, query, authorities: [], chain: "" });
    await expect(untrusted).rejects.toMatchObject(refused);
  });

  test("of other data makes the package altered when somebody puts it there by hand", async () => {
    const file = join(written.out, "timestamps/1.tsr");
    const before = await readFile(file);
    await writeFile(file, authority.stamp(Buffer.from("other data")));
    const result = await verified();
    await writeFile(file, before);
    expect(result.verdict).toBe("altered");
    expect(result.findings.map((finding) => finding.code)).toEqual(["package-stamp-of-other-data"]);
  });
});

import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { PackageReader } from "../../../core/report/package-reader.ts";
import { redactRecords } from "../../../core/report/redact.ts";
import { checkPackage } from "../../../core/report/verifier/checks.ts";
import { verifyPackage, verifyPackageFiles } from "../../../core/report/verify-package.ts";
import { makeReportInput, readFolder, writePackage, type WrittenPackage } from "../../support/findings-package.ts";

const REASON = "names a customer";
const openssl = spawnSync("openssl", ["version"]).status === 0;

describe("a package without the content of a cited record", () => {
  let written: WrittenPackage;
  let files: Map<string, Uint8Array>;
  beforeAll(async () => {
    written = await writePackage("package", undefined, (input) =>
      redactRecords(input, [{ item: "EX-00001", reason: REASON }]),
    );
    files = await readFolder(written.out);
  });
  afterAll(() => written.remove());

  test("holds the record's bytes in no file, and its reason in the index, the findings and the journal", async () => {
    expect([...files.keys()].filter((path) => path.endsWith(".line"))).not.toContain("exhibits/EX-00001.line");
    const record = makeReportInput(null).items.find(({ item }) => item === "EX-00001")?.record ?? new Uint8Array();
    const base64 = Buffer.from(record).toString("base64");
    for (const [path, bytes] of files) {
      expect(Buffer.from(bytes).includes(Buffer.from(record)), path).toBe(false);
      expect(Buffer.from(bytes).includes(base64), path).toBe(false);
    }
    for (const path of ["exhibits/index.json", "findings.json"]) {
      expect(Buffer.from(files.get(path) ?? []).toString("utf8")).toContain(REASON);
    }
    const journal = await readFile(written.journal, "utf8");
    expect(journal).toContain("package.redacted");
    expect(journal).toContain(REASON);
  });

  test("still proves that the record is in the log, to verify-package and to the page", async () => {
    const result = await verifyPackage(written.out, { trusted: [written.examiner.fingerprint] });
    expect(result.verdict).toBe("verified-with-limits");
    expect(result.findings.map(({ code }) => code)).toEqual(["content-withheld"]);
    const records = result.checks.find((check) => check.name === "exhibit-records");
    expect(records?.note).toContain("the content of 1 is withheld");
    expect(result.checks.find((check) => check.name === "exhibit-inclusion")?.checked).toBe(2);
    const page = await checkPackage(files);
    expect(page.lines.filter((line) => line.outcome === "fail")).toEqual([]);
  });

  test("is altered by another leaf hash for the withheld record", async () => {
    const index = Buffer.from(files.get("exhibits/index.json") ?? []).toString("utf8");
    const changed = index.replace(
      /"leafHash": "(.)/,
      (_all, digit: string) => `"leafHash": "${digit === "0" ? "1" : "0"}`,
    );
    const result = await verifyPackageFiles(
      PackageReader.of(new Map([...files, ["exhibits/index.json", Buffer.from(changed)]])),
      { trusted: [] },
    );
    expect(result.findings.map((finding) => finding.code)).toContain("inclusion-broken");
  });

  test.skipIf(!openssl)("is accepted by every command of its README (skipped without openssl)", async () => {
    const readme = await readFile(join(written.out, "README-VERIFY.txt"), "utf8");
    const commands = readme.split("\n").filter((line) => line.startsWith("    $ ") && !line.includes("pdf"));
    expect(commands.filter((line) => line.includes("--leaf="))).toHaveLength(1);
    for (const line of commands) {
      const { status } = spawnSync("bash", ["-c", line.slice("    $ ".length)], { cwd: written.out });
      expect([line, status]).toEqual([line, 0]);
    }
  });

  test("tells of results over the whole case that and how often, but neither values nor times", () => {
    const rule = { title: "Bulk reads", rule: "r-1", level: "high", count: 7, muted: "" };
    const input = makeReportInput(null);
    const detections = {
      hits: [{ ...rule, firstSeen: "2026-11-11T03:14:07Z", lastSeen: "2026-11-11T03:14:07Z" }],
      correlations: [
        { ...rule, group: { user: "svc-export" }, firstSeen: "2026-11-11T03:14:07Z", lastSeen: "2026-11-11T03:15:00Z" },
      ],
    };
    // Only what is told of detections matters here.
    const redacted = redactRecords({ ...input, detections: detections as unknown as typeof input.detections }, [
      { item: "EX-00001", reason: REASON },
    ]);
    const told = JSON.stringify(redacted.detections);
    expect(told).toContain("Bulk reads");
    expect(told).not.toMatch(/svc-export|2026-11-11/);
  });

  test("says whether the record could be guessed, and refuses to withhold what nobody cites", () => {
    const input = makeReportInput(null);
    const [item] = redactRecords(input, [{ item: "EX-00001", reason: REASON }]).items;
    expect(item?.withheld).toEqual({ reason: REASON, guessable: true });
    expect(() => redactRecords(input, [{ item: "EX-09999", reason: REASON }])).toThrow("no standing finding cites");
  });
});

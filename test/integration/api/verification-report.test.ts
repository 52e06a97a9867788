import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { Problem } from "../../../core/model/problem.ts";
import {
  formatVerificationReport,
  renderVerificationReport,
  type VerificationReport,
} from "../../../core/report/verification-report.ts";
import { refusedResult } from "../../../core/verification/verify-bundle.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-verification-report-"));
});
afterAll(() => rm(folder, { recursive: true }));

const REFUSED: VerificationReport = {
  label: "evil\u202egnp.zip",
  verification: refusedResult(
    new Problem("refused", "unsafe-name", "the archive tries to write outside its folder", { file: "../e" }),
  ),
  writtenAt: "2026-06-01T00:00:00Z",
  version: "0.0.0",
};

test("T59 a refusal is printed with its cause and what no verification shows, and carries its JSON", async () => {
  const path = join(folder, "refused.pdf");
  await writeFile(path, await renderVerificationReport(REFUSED));
  const text = execFileSync("pdftotext", ["-layout", path, "-"], { encoding: "utf8" }).replaceAll(/\s+/g, " ");
  expect(text).toContain("Refused");
  expect(text).toContain("the archive tries to write outside its folder");
  expect(text).toContain("It does not show that the system recorded everything");
  expect(text).not.toContain("\u202e");
  execFileSync("pdfdetach", ["-saveall", "-o", folder, path]);
  expect(await readFile(join(folder, "verification.json"), "utf8")).toBe(formatVerificationReport(REFUSED));
});

test("a proven period names the gaps inside it", async () => {
  const gap = { from: "2026-06-01T04:00:00Z", to: "2026-06-01T07:00:00Z", reason: "a new chain begins" };
  const verification = {
    ...REFUSED.verification,
    window: { asked: null, proven: { from: "2026-06-01T00:00:00Z", to: "2026-06-01T12:00:00Z" } },
    chains: [
      { id: "1/eu", from: "2026-06-01T00:00:00Z", to: "2026-06-01T12:00:00Z", digests: 9, logs: 9, gaps: [gap] },
    ],
  };
  const path = join(folder, "gaps.pdf");
  await writeFile(path, await renderVerificationReport({ ...REFUSED, verification }));
  const text = execFileSync("pdftotext", ["-layout", path, "-"], { encoding: "utf8" }).replaceAll(/\s+/g, " ");
  expect(text).toContain("2026-06-01T00:00:00Z to 2026-06-01T12:00:00Z, but not the gaps inside it: 1/eu,");
  expect(text).toContain("04:00:00Z to 2026-06-01T07:00:00Z (a new chain begins)");
});

test("the same verification makes the same bytes", async () => {
  expect(await renderVerificationReport(REFUSED)).toEqual(await renderVerificationReport(REFUSED));
});

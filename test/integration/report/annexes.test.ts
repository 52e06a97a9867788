import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { present } from "../../../core/model/assert.ts";
import { type ReportBlock } from "../../../core/model/report.ts";
import { assembleReport } from "../../../core/report/assemble.ts";
import { PackageReader } from "../../../core/report/package-reader.ts";
import { renderAnnex } from "../../../core/report/pdf.ts";
import { type ReportInput } from "../../../core/report/report-input.ts";
import { verifyPackageFiles } from "../../../core/report/verify-package.ts";
import { makeReportInput, readFolder, writePackage, type WrittenPackage } from "../../support/findings-package.ts";

const TOOLS = ["bash", "sha256sum", "openssl", "pdfsig", "pdfinfo", "pdftotext"];
const absent = TOOLS.filter((tool) => spawnSync("which", [tool]).status !== 0);
const ITEMS = 60;

/** The report on the same records, one of them cited so often that its tables do not fit. */
function citedOften(input: ReportInput): ReportInput {
  const [finding] = input.findings;
  const [first] = input.items;
  const more = Array.from({ length: ITEMS - input.items.length }, (_, index) => {
    const item = `EX-${String(index + 10).padStart(5, "0")}`;
    const like = present(first, "the sample cites records");
    return { ...like, item, row: { ...like.row, seq: index + 10 }, proof: { kind: "none" as const, reason: "a copy" } };
  });
  const items = [...input.items, ...more];
  const citations = items.map(({ item, row, sha256, leafHash }) => ({
    seq: row.seq,
    exhibitItem: item,
    sha256,
    leafHash,
    verdict: row.verdict,
  }));
  return { ...input, items, findings: [{ ...present(finding, "the sample has a finding"), citations }] };
}

let written: WrittenPackage;
let files: Map<string, Uint8Array>;
let annexes: readonly string[];
const verifyFiles = (changed: ReadonlyMap<string, Uint8Array>) =>
  verifyPackageFiles(PackageReader.of(changed), { trusted: [written.examiner.fingerprint] });

beforeAll(async () => {
  written = await writePackage("package", undefined, citedOften);
  files = await readFolder(written.out);
  annexes = [...files.keys()].filter((path) => /^annex-\d+\.pdf$/.test(path)).sort();
});
afterAll(() => written.remove());

describe("a package whose tables do not fit into the report", () => {
  test("has signed annexes, and verifies with them", async () => {
    const { verdict, findings, checks } = await verifyFiles(files);
    expect([verdict, findings]).toEqual(["verified", []]);
    expect(annexes).toContain("annex-01.pdf");
    expect(checks.find(({ name }) => name === "report-signature")?.checked).toBe(annexes.length + 1);
  });

  test("is altered without the annex, with another one, and with bytes after it", async () => {
    const annex = files.get("annex-01.pdf") ?? new Uint8Array();
    const codesOf = async (changed: ReadonlyMap<string, Uint8Array>): Promise<string[]> => {
      const { findings } = await verifyFiles(changed);
      return findings.map(({ code }) => code);
    };
    const without = new Map(files);
    without.delete("annex-01.pdf");
    expect(await codesOf(without)).toEqual(["file-missing", "custody-binding", "custody-binding"]);
    expect(await codesOf(new Map([...files, ["annex-99.pdf", annex]]))).toEqual(["file-unlisted", "custody-binding"]);
    const longer = Uint8Array.of(...annex, 10);
    expect(await codesOf(new Map([...files, ["annex-01.pdf", longer]]))).toEqual([
      "file-changed",
      "report-signature-invalid",
      "custody-binding",
    ]);
  });
});

describe.skipIf(absent.length > 0)(`the annex for other tools (needs ${TOOLS.join(", ")})`, () => {
  const run = (command: string) => spawnSync("bash", ["-c", command], { cwd: written.out, encoding: "utf8" });

  test("is tagged, has numbered pages, and says every row that the report leaves out", () => {
    expect(run("pdfinfo annex-01.pdf").stdout).toMatch(/Tagged: +yes[\s\S]*Pages: +\d/);
    const textOf = (file: string): string => run(`pdftotext -layout ${file} -`).stdout;
    const annex = annexes.map(textOf).join("\n");
    expect(annex).toContain("Annex 1 to report R1");
    expect(annex).toMatch(/Page 1 of \d/);
    expect(annex).toContain(`rows 21 to ${ITEMS} of ${ITEMS}`);
    const named = (text: string): Set<string> => new Set(text.match(/EX-\d{5}/g));
    expect(named(textOf("report.pdf") + annex).size).toBe(ITEMS);
    expect(textOf("report.pdf")).toContain(`This table has ${ITEMS} rows; those from row 21 on are in annex-`);
  });

  test("is checked by the commands of the README", async () => {
    const readme = await readFile(join(written.out, "README-VERIFY.txt"), "utf8");
    const commands = readme.split("\n").flatMap((line) => (line.startsWith("    $ ") ? [line.slice(6)] : []));
    expect(commands.filter((command) => run(command).status !== 0)).toEqual([]);
    const check = present(
      commands.find((command) => command.includes("annex-*")),
      "the README checks annexes",
    );
    expect(run(`printf x >> annex-01.pdf; ${check}`).status).not.toBe(0);
  });

  test("begins no record at the foot of a page: its name, its place and its first lines are on one", async () => {
    const { model, findingsJson } = assembleReport(makeReportInput(null));
    const records = Array.from({ length: 80 }, (_, index): ReportBlock[] => [
      { kind: "heading", text: `EX-${String(index).padStart(5, "0")}` },
      { kind: "fields", rows: [{ label: "Place", value: "X-1, a.jsonl" }] },
      { kind: "raw", label: `Record, ${index} bytes`, text: "a line of a record\n".repeat(1 + (index % 13)) },
    ]);
    const custody = { seq: 0, head: "" };
    const annex = { number: 1, title: "Records", parts: [{ heading: "13 Exhibits", blocks: records.flat() }] };
    const input = { model, findingsJson, findingsSha256: "", custody, examiner: "", version: "0" };
    await writeFile(join(written.out, "..", "records.pdf"), await renderAnnex(input, annex));
    const pages = run("pdftotext -layout ../records.pdf -").stdout.split("\f");
    const begun = pages.map((page) => [page.match(/^ *EX-\d{5}/gm)?.length, page.match(/Record, \d+ bytes/g)?.length]);
    expect(begun.length).toBeGreaterThan(5);
    for (const [names, contents] of begun) expect(contents).toBe(names);
  });
});

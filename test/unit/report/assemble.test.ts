import { describe, expect, test } from "vitest";

import { instantFromMillis } from "../../../core/model/time.ts";
import { decodeUtf8 } from "../../../core/encoding/utf8.ts";
import { EMPTY_CASE_DETAILS, FRAMEWORKS, JURISDICTIONS } from "../../../core/model/case-details.ts";
import { type ReportBlock } from "../../../core/model/report.ts";
import { assembleReport } from "../../../core/report/assemble.ts";
import { certificateDrafts } from "../../../core/report/certificates/drafts.ts";
import { type ReportInput } from "../../../core/report/report-input.ts";
import { makeReportInput } from "../../support/findings-package.ts";

const EMPTY: ReportInput = {
  ...makeReportInput(null),
  details: EMPTY_CASE_DETAILS,
  exhibits: [],
  findings: [],
  items: [],
};

describe("a report", () => {
  test("has sixteen numbered sections, none of them empty, also for an empty case", () => {
    for (const input of [makeReportInput(null), EMPTY]) {
      const { model } = assembleReport(input);
      expect(model.sections.map((section) => section.number)).toEqual(
        Array.from({ length: 16 }, (_, index) => index + 1),
      );
      expect(model.sections.filter((section) => section.blocks.length === 0)).toEqual([]);
    }
  });

  test("stays short: the beginning of long tables, and records, rows and chapters in annexes", () => {
    const input = makeReportInput(null);
    const [item] = input.items;
    const [finding] = input.findings;
    if (item === undefined || finding === undefined) throw new Error("the fixture has both");
    const seqs = Array.from({ length: 1_200 }, (_, index) => index);
    const items = seqs.map((seq) => ({
      ...item,
      item: `EX-${String(seq + 1).padStart(5, "0")}`,
      row: { ...item.row, seq },
    }));
    const citations = items.map(({ item: exhibitItem, sha256, leafHash, row }) => {
      return { seq: row.seq, exhibitItem, sha256, leafHash, verdict: row.verdict };
    });
    const { model, annexes } = assembleReport({ ...input, items, findings: [{ ...finding, citations }] });
    const blocks = model.sections.flatMap((section) => section.blocks);
    const rows = blocks.map((block) => (block.kind === "table" ? block.rows.length : 0));
    expect(Math.max(...rows)).toBe(20);
    const isRecord = (block: ReportBlock): boolean => block.kind === "raw" && block.label.startsWith("Record");
    expect(blocks.filter(isRecord)).toEqual([]);
    const moved = annexes.flatMap(({ parts }) => parts.flatMap((part) => part.blocks));
    expect(moved.filter(isRecord)).toHaveLength(300);
    const further = moved.flatMap((block) => (block.kind === "table" ? [block.rows.length] : []));
    // Of the finding, of the timeline and of the exhibit index, in annexes of 2,000 rows.
    expect(further).toEqual([1_180, 820, 360, 1_180]);
  });

  test("prints what speaks against a finding, with its records", () => {
    const input = makeReportInput(null);
    const [finding] = input.findings;
    if (finding === undefined) throw new Error("the fixture has one");
    const [first, ...rest] = finding.citations;
    const contradicting = { text: "the same key was made by another account", citations: rest };
    const { model } = assembleReport({
      ...input,
      findings: [{ ...finding, citations: first === undefined ? [] : [first], contradicting }],
    });
    const printed = JSON.stringify(model.sections[7]?.blocks);
    expect(printed).toContain("the same key was made by another account");
    expect(printed).toContain("Records that speak against F-0001");
  });

  test("lists what a person must still give, and nothing when all is given", () => {
    expect(assembleReport(makeReportInput(null)).model.missing).toEqual([]);
    const missing = assembleReport(EMPTY).model.missing.map((item) => item.what);
    expect(missing).toContain("who asked");
    expect(missing).toContain("at least one finding");
    expect(missing).toHaveLength(16);
  });

  test("asks from whom and how each exhibit was received, and compares the digest taken at its source", () => {
    const input = makeReportInput(null);
    const [first] = input.exhibits;
    const stated = { exhibit: "X-1", receivedFrom: "", receivedHow: "", digestAtSource: "f".repeat(64) };
    const { model } = assembleReport({ ...input, details: { ...input.details, provenance: [stated] } });
    expect(model.missing.map((item) => item.what)).toEqual(
      ["X-1", "X-2"].flatMap((id) => [`from whom ${id} was received`, `how ${id} was received`]),
    );
    expect(JSON.stringify(model.sections[3])).toContain("DIFFERS from the digest taken on receipt");
    const equal = { ...stated, digestAtSource: first?.sha256 ?? "" };
    const again = assembleReport({ ...input, details: { ...input.details, provenance: [equal] } });
    expect(JSON.stringify(again.model.sections[3])).toContain("equal to the digest taken on receipt");
  });

  test("has headings in the language that was chosen, and names them so in what is missing", () => {
    const report = { ...EMPTY_CASE_DETAILS.report, headings: "de" as const };
    const { model } = assembleReport({ ...EMPTY, details: { ...EMPTY_CASE_DETAILS, report } });
    expect(model.sections[7]?.heading).toBe("Feststellungen");
    expect(model.missing.at(-1)).toEqual({ section: "8 Feststellungen", what: "at least one finding" });
  });

  test("takes headings in the examiner's own words, and names whose report it is and where the fingerprint is", () => {
    const input = makeReportInput(null);
    const signer = { name: "R. Adeyemi", fingerprint: "ab".repeat(32) };
    const report = {
      ...input.details.report,
      organisation: "Northgate",
      ownHeadings: { findings: "Nishkarsh" },
      fingerprintPublished: "northgate.example/keys",
    };
    const { model } = assembleReport({ ...input, signer, details: { ...input.details, report } });
    expect(model.sections.slice(7, 9).map(({ heading }) => heading)).toEqual(["Nishkarsh", "Identity links"]);
    expect(model.organisation).toBe("Northgate");
    expect(JSON.stringify(model.sections[14])).toContain("northgate.example/keys");
  });

  test("tells a bare number as what it counts, beside the time in UTC", () => {
    const input = makeReportInput(null);
    const items = input.items.map((item, index) => {
      const time = instantFromMillis(1_789_368_501_001 + index);
      return { ...item, row: { ...item.row, time, timeRecorded: String(1_789_368_501_001 + index) } };
    });
    const { model } = assembleReport({ ...input, items });
    for (const section of [model.sections[7], model.sections[9]]) {
      const text = JSON.stringify(section);
      expect(text).toContain("2026-09-14T06:48:21.001Z");
      expect(text).toContain("1789368501001 ms since 1970");
    }
  });

  test("says what each check is and what a pass of it does not show", () => {
    const section = JSON.stringify(assembleReport(makeReportInput(null)).model.sections[4]);
    expect(section).toContain("A pass does not show");
  });

  test("maps to the frameworks that were chosen, and never says compliant", () => {
    const input = makeReportInput(null);
    const report = { ...input.details.report, frameworks: FRAMEWORKS };
    const { model, findingsJson } = assembleReport({ ...input, details: { ...input.details, report } });
    const section = JSON.stringify(model.sections[15]);
    for (const word of ["SOC 2", "ISO/IEC 27001", "800-53", "PCI DSS", "CSF", "out of reach"])
      expect(section).toContain(word);
    expect(section).not.toMatch(/complian(?!ce mapping)/i);
    const words = decodeUtf8(findingsJson)?.match(/"word": "[^"]+"/g) ?? [];
    expect(new Set(words).size).toBeGreaterThan(2);
    // X-1 of the fixture is verified with limits, X-2 carries no proof.
    expect(section).toContain("every attempted proof of the content passed: X-1 ");
    const altered = input.exhibits.map((exhibit) => ({ ...exhibit, verdict: "altered" as const }));
    const changed = assembleReport({ ...input, exhibits: altered, details: { ...input.details, report } });
    expect(JSON.stringify(changed.model.sections[15])).toContain("a proof of the content failed: X-1 ");
  });

  test("names the drafts that a person signs, and says that they are drafts", () => {
    const input = makeReportInput(null);
    const details = { ...input.details, report: { ...input.details.report, jurisdictions: JURISDICTIONS } };
    const drafts = certificateDrafts({ ...input, details });
    expect(drafts.map((draft) => draft.file)).toEqual([
      "902-13.draft.txt",
      "902-14.draft.txt",
      "crimpr-19-4.draft.txt",
      "fsr-code.draft.txt",
      "bsa-63-part-a.draft.txt",
      "bsa-63-part-b.draft.txt",
    ]);
    for (const { file, text } of drafts) {
      expect(text).toMatch(/^DRAFT: not signed/);
      // Part A is for the person in charge of the source.
      if (file !== "bsa-63-part-a.draft.txt") expect(text).toContain("R. Adeyemi");
      for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(110);
    }
    expect(drafts[1]?.text.replace(/\s+/g, " ")).toContain("No digest taken at the source was supplied to me");
    expect(JSON.stringify(assembleReport({ ...input, details }).model.sections[11])).toContain("902-14.draft.txt");
  });

  test("asks for other words where a finding says more than evidence can", () => {
    const input = makeReportInput(null);
    const findings = input.findings.map((finding) => ({ ...finding, title: "A tamper-proof record" }));
    const [item] = assembleReport({ ...input, findings }).model.missing;
    expect(item?.what).toContain("tamper-proof");
    const kept = assembleReport({ ...input, findings, wordingKept: "quoted from the contract" }).model;
    expect(kept.missing).toEqual([]);
    expect(JSON.stringify(kept.sections[11])).toContain("Reason: quoted from the contract");
  });

  test("asks for other words in the title of the case, too", () => {
    const input = makeReportInput(null);
    const { missing } = assembleReport({ ...input, details: { ...input.details, title: "The stolen key" } }).model;
    expect(missing.map(({ what }) => what)).toEqual([expect.stringContaining('"stolen" in the title of the case')]);
  });

  test("shows direction marks of evidence in the model, so that every drawing of it does", () => {
    const text = JSON.stringify(assembleReport(makeReportInput(null)).model);
    expect(text).toContain("svc-export<U+202E>gpj");
    expect(text).not.toContain("\u202E");
  });

  test("says that an account is not a person, and always lists what was not verified", () => {
    const text = JSON.stringify(assembleReport(EMPTY).model);
    expect(text).toContain("An account is not a person");
    expect(text).toContain("which person used an account, a key or a token");
  });

  test("is the same data for the same input", () => {
    expect(assembleReport(makeReportInput(null))).toEqual(assembleReport(makeReportInput(null)));
  });
});

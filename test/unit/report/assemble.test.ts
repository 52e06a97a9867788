import { describe, expect, test } from "vitest";

import { EMPTY_CASE_DETAILS } from "../../../core/model/case-details.ts";
import { assembleReport } from "../../../core/report/assemble.ts";
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

  test("lists what a person must still give, and nothing when all is given", () => {
    expect(assembleReport(makeReportInput(null)).model.missing).toEqual([]);
    const missing = assembleReport(EMPTY).model.missing.map((item) => item.what);
    expect(missing).toContain("who asked");
    expect(missing).toContain("at least one finding");
    expect(missing).toHaveLength(16);
  });

  test("asks for other words where a finding says more than evidence can", () => {
    const input = makeReportInput(null);
    const findings = input.findings.map((finding) => ({ ...finding, title: "A tamper-proof record" }));
    const [item] = assembleReport({ ...input, findings }).model.missing;
    expect(item?.what).toContain("tamper-proof");
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

import { expect, test } from "vitest";

import { FRAMEWORKS } from "../../../core/model/case-details.ts";
import { type CorrelationAlert } from "../../../core/model/detection.ts";
import { present } from "../../../core/model/assert.ts";
import { instant } from "../../../core/model/time.ts";
import { assembleReport } from "../../../core/report/assemble.ts";
import { mappedControls } from "../../../core/report/compliance/compliance-section.ts";
import { type ReportInput } from "../../../core/report/report-input.ts";
import { makeReportInput } from "../../support/findings-package.ts";

const base = makeReportInput(null);
const input: ReportInput = {
  ...base,
  details: { ...base.details, report: { ...base.details.report, frameworks: FRAMEWORKS } },
};
const DAY = 86_400_000_000_000n;

const textOf = (of: ReportInput, number: number): string =>
  JSON.stringify(assembleReport(of).model.sections[number - 1]);
const controlOf = (of: ReportInput, name: string) =>
  present(
    mappedControls(of).find(({ control }) => control === name),
    name,
  );
const spanning = (days: bigint): ReportInput => {
  const first = instant(1_700_000_000_000_000_000n);
  return { ...input, measures: { ...input.measures, first, last: instant(first + days * DAY) } };
};

test("three days of records do not support that logs are kept for twelve months; a year of them does", () => {
  expect(controlOf(spanning(3n), "10.5.1").word).toBe("no evidence in this bundle");
  expect(controlOf(spanning(3n), "10.5.1").measured).toContain("less than twelve months");
  expect(controlOf(spanning(365n), "10.5.1").word).toBe("supports");
  expect(controlOf(spanning(3n), "AU-11").word).toBe("supports");
});

test("each kind of event that PCI DSS names has a line of its own, with what was counted for it", () => {
  const lines = mappedControls(input).filter(({ control }) => control.startsWith("10.2.1."));
  expect(lines.map(({ control }) => control)).toEqual([1, 2, 3, 4, 5, 6, 7].map((kind) => `10.2.1.${kind}`));
  expect(lines[0]?.word).toBe("out of reach");
  expect(lines[2]?.measured).toBe("none of 5 events are acts whose names tell of reading logs");
  expect(lines[4]?.measured).toContain("after 1 of 2 grants no removal for the same object is recorded");
});

test("the signature of a log is never said to bind those who acted", () => {
  expect(controlOf(input, "AU-10")).toMatchObject({ word: "no evidence in this bundle" });
  expect(controlOf(input, "AU-10").measured).toContain("no signature by those who acted");
});

test("content of records is told by kind of act, with the kind that lacks most", () => {
  const least = { action: "vault.read", events: 9, lacking: 4 };
  const measures = { ...input.measures, kinds: { of: 3, complete: 2, least } };
  const { measured } = controlOf({ ...input, measures }, "A.8.15");
  expect(measured).toContain("in every event of 2 of 3 kinds of act; most often lacking in vault.read, 4 of 9 events");
});

test("without a proof the report claims no number of withheld or absent records", () => {
  const exhibits = input.exhibits.map((exhibit) => ({
    ...exhibit,
    verification: { ...exhibit.verification, proof: "none" as const },
  }));
  expect(textOf({ ...input, exhibits }, 6)).not.toContain("0 records");
  expect(textOf({ ...input, exhibits }, 6)).toContain("not known: the exhibit carries no proof");
});

test("what a check did not look at is counted as skipped, never as checked", () => {
  const check = { name: "tiles", verdict: "not-attempted" as const, checked: 193, failed: 0, note: "not needed" };
  const exhibits = input.exhibits.map((exhibit) => ({
    ...exhibit,
    verification: { ...exhibit.verification, checks: [check] },
  }));
  expect(textOf({ ...input, exhibits }, 5)).toContain("0 / 0 / 193");
});

test("a muted rule's sequences are reported with the reason, like its records", () => {
  const alert = { rule: "r", title: "Many tries", level: "high", group: {}, muted: "a drill", count: 3 };
  const texts = { version: "", hash: "", author: "", license: "", firstSeen: null, lastSeen: null };
  // The members that the report reads.
  const correlations = [{ ...alert, ...texts } as unknown as CorrelationAlert];
  const rules = { loaded: 1, compiled: 1, unrouted: 0, rejected: [], unmappedFields: [] };
  const ran = {
    rules,
    ranAt: "2026-11-22T10:00:00Z",
    milliseconds: 1,
    current: true,
    hits: [],
    unlisted: [],
    matrix: [],
  };
  expect(textOf({ ...input, detections: { ...ran, correlations } }, 8)).toContain("yes: a drill");
});

test("propositions are parted by numbers and lines, and one finding is one finding", () => {
  const findings = input.findings.slice(0, 1).map((finding) => ({
    ...finding,
    class: "opinion" as const,
    propositions: ["the holder acted", "somebody else acted"],
  }));
  expect(textOf({ ...input, findings }, 8)).toContain("(1) the holder acted\\n(2) somebody else acted");
  expect(textOf({ ...input, findings }, 12)).toContain("The report makes 1 finding:");
});

test("the clock of each source is compared with the time stamps over it", () => {
  expect(textOf(input, 10)).toContain("Clocks of the sources");
  expect(textOf(input, 10)).toContain("no time stamp was verified to compare it with");
});

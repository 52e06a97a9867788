import { describe, expect, test } from "vitest";

import { type ReportBlock, type ReportModel } from "../../../core/model/report.ts";
import { bindAnnexes } from "../../../core/report/annexes.ts";

function table(caption: string, rows: number): ReportBlock {
  const columns = [{ label: "Row", weight: 1 }];
  return { kind: "table", caption, columns, rows: Array.from({ length: rows }, (_, row) => [`${caption} ${row}`]) };
}

function report(...blocks: readonly ReportBlock[]): ReportModel {
  return {
    title: "Findings report",
    caseId: "C-1",
    reportId: "R1",
    revision: 1,
    issuedAt: "2026-11-22T10:00:00.000Z",
    classification: "",
    missing: [],
    sections: [
      { number: 1, heading: "Identification", blocks: [] },
      { number: 8, heading: "Findings", blocks },
    ],
  };
}

function rowsOf(blocks: readonly ReportBlock[]): string[] {
  return blocks.flatMap((block) => (block.kind === "table" ? block.rows.map(([cell]) => cell ?? "") : []));
}

function textsOf({ sections }: ReportModel): string[] {
  return sections.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === "paragraph" ? [block.text] : [])));
}

describe("annexes of a report", () => {
  test("are not made while every table has at most 300 rows", () => {
    const short = report(table("A", 300), table("B", 10));
    expect(bindAnnexes(short)).toEqual({ model: short, annexes: [] });
  });

  test("hold every row that the report leaves out, once and in order, in files of at most 2,000 rows", () => {
    const { model, annexes } = bindAnnexes(report(table("A", 301), table("B", 5_000)));
    const shown = rowsOf(model.sections.flatMap(({ blocks }) => blocks));
    const parts = annexes.flatMap(({ parts }) => rowsOf(parts.map((part) => part.table)));
    const all = [...rowsOf([table("A", 301)]), ...rowsOf([table("B", 5_000)])];
    expect(shown.filter((row) => row.startsWith("A")).concat(parts.filter((row) => row.startsWith("A")))).toEqual(
      all.slice(0, 301),
    );
    expect(shown.filter((row) => row.startsWith("B")).concat(parts.filter((row) => row.startsWith("B")))).toEqual(
      all.slice(301),
    );
    expect(annexes.map(({ number, parts }) => [number, rowsOf(parts.map((part) => part.table)).length])).toEqual([
      [1, 2_000],
      [2, 2_000],
      [3, 701],
    ]);
  });

  test("are named where their rows are missing, and on the first page", () => {
    const { model, annexes } = bindAnnexes(report(table("A", 301), table("B", 5_000)));
    expect(textsOf(model)).toEqual([
      "Tables show their first 300 rows; the others are in annex-01.pdf to annex-03.pdf of the package. The annexes are part of this report and signed like it.",
      "This table has 301 rows; those from row 301 on are in annex-01.pdf of the package.",
      "This table has 5,000 rows; those from row 301 on are in annex-01.pdf to annex-03.pdf of the package.",
    ]);
    expect(annexes[0]?.parts.map(({ heading, table: part }) => [heading, part.caption])).toEqual([
      ["8 Findings", "A: rows 301 to 301 of 301"],
      ["8 Findings", "B: rows 301 to 2,299 of 5,000"],
    ]);
  });
});

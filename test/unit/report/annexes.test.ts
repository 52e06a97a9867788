import { describe, expect, test } from "vitest";

import { type ReportBlock, type ReportModel } from "../../../core/model/report.ts";
import { bindAnnexes, type Bulk, type WholeReport } from "../../../core/report/annexes.ts";

function table(caption: string, rows: number): ReportBlock {
  const columns = [{ label: "Row", weight: 1 }];
  return { kind: "table", caption, columns, rows: Array.from({ length: rows }, (_, row) => [`${caption} ${row}`]) };
}

function report(...blocks: readonly (ReportBlock | Bulk)[]): WholeReport {
  return {
    title: "Findings report",
    caseId: "C-1",
    reportId: "R1",
    revision: 1,
    issuedAt: "2026-11-22T10:00:00.000Z",
    classification: "",
    organisation: "",
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
  test("are not made while every table has at most 40 rows", () => {
    const short = report(table("A", 40), table("B", 10));
    expect(bindAnnexes(short)).toEqual({ model: short, annexes: [] });
  });

  test("hold every row that the report leaves out, once and in order, in files of at most 2,000 rows", () => {
    const whole = [table("A", 41), table("B", 5_000)];
    const { model, annexes } = bindAnnexes(report(...whole));
    const shown = rowsOf(model.sections.flatMap(({ blocks }) => blocks));
    const further = annexes.map(({ parts }) => rowsOf(parts.flatMap(({ blocks }) => blocks)));
    for (const name of ["A", "B"]) {
      const named = [...shown, ...further.flat()].filter((row) => row.startsWith(name));
      expect(named).toEqual(rowsOf(whole).filter((row) => row.startsWith(name)));
    }
    expect(shown).toHaveLength(40);
    expect(further.map((rows) => rows.length)).toEqual([2_000, 2_000, 1_001]);
  });

  test("are named where their rows are missing, and listed on the first page", () => {
    const { model, annexes } = bindAnnexes(report(table("A", 41), table("B", 5_000)));
    expect(textsOf(model).slice(1)).toEqual([
      "This table has 41 rows; those from row 21 on are in annex-01.pdf of the package.",
      "This table has 5,000 rows; those from row 21 on are in annex-01.pdf to annex-03.pdf of the package.",
    ]);
    expect(model.sections[0]?.blocks.at(-1)).toEqual({
      kind: "list",
      items: [1, 2, 3].map((number) => `annex-0${number}.pdf: Further rows of tables`),
    });
    const [first] = annexes;
    expect(first?.parts.map(({ heading, blocks }) => [heading, ...blocks.map(captionOf)])).toEqual([
      ["8 Findings", "A: rows 21 to 41 of 41"],
      ["8 Findings", "B: rows 21 to 1,999 of 5,000"],
    ]);
  });

  test("take a bulky part as a whole, without parting its units, and stand apart from rows of tables", () => {
    const units = ["one", "two", "three"].map((text): ReportBlock[] => [
      { kind: "heading", text },
      { kind: "paragraph", text: `of ${text}` },
    ]);
    const bulk: Bulk = { kind: "bulk", title: "Storyboard", units, unitsInAnnex: 2 };
    const { model, annexes } = bindAnnexes(report(table("A", 41), bulk, table("B", 41)));
    expect(textsOf(model)).toContain("Storyboard: in annex-02.pdf to annex-03.pdf of the package.");
    expect(annexes.map(({ title, parts }) => [title, parts.flatMap(({ blocks }) => blocks)])).toEqual([
      ["Further rows of tables", expect.arrayContaining([]) as unknown],
      ["Storyboard", units.slice(0, 2).flat()],
      ["Storyboard", units.slice(2).flat()],
    ]);
    expect(annexes[0]?.parts).toHaveLength(2);
  });
});

function captionOf(block: ReportBlock): string {
  return block.kind === "table" ? block.caption : "";
}

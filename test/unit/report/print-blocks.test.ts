import { expect, test } from "vitest";

import { type ReportBlock } from "../../../core/model/report.ts";
import { printBlock, printSectionHeading } from "../../../core/report/print-blocks.ts";
import { Sheet } from "../../../core/report/sheet.ts";

const FIELDS: ReportBlock = {
  kind: "fields",
  rows: ["Sequence", "Signed state", "Withheld", "Absent", "Gaps"].map((label) => ({ label, value: "none" })),
};
const SECTION: readonly ReportBlock[] = [{ kind: "heading", text: "Exhibit X-1" }, FIELDS];

test("a section's heading is on the page of the heading that it begins with, wherever on the page it comes", () => {
  const moved = [];
  for (let y = 60; y < 780; y += 10) {
    const sheet = new Sheet({ title: "", author: "", keywords: "", date: new Date(0), producer: "" });
    sheet.ensure(1);
    sheet.y = y;
    printSectionHeading(sheet, "6 Completeness", SECTION);
    const { page } = sheet;
    if (page === 2) moved.push(y);
    SECTION.forEach((block, index) => printBlock(sheet, block, SECTION[index + 1]));
    expect([y, sheet.page]).toEqual([y, page]);
  }
  expect(moved).not.toEqual([]);
});

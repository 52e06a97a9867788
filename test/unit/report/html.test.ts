import { expect, test } from "vitest";

import { assembleReport } from "../../../core/report/assemble.ts";
import { renderAnnexHtml, renderHtml } from "../../../core/report/html.ts";
import { makeReportInput } from "../../support/findings-package.ts";

const input = makeReportInput(null);
const { model } = assembleReport(input);

test("the page has every section, table row and record of the model", () => {
  const html = renderHtml(model, []);
  for (const { number, heading } of model.sections)
    expect(html).toContain(`<h2>${number} ${heading.replace("'", "&#39;")}</h2>`);
  const rows = model.sections
    .flatMap(({ blocks }) => blocks)
    .flatMap((block) => (block.kind === "table" ? block.rows : []));
  expect(html.match(/<tr><td/g)).toHaveLength(rows.length);
  const raw = model.sections.flatMap(({ blocks }) => blocks).filter((block) => block.kind === "raw");
  expect(html.match(/<pre>/g)).toHaveLength(raw.length);
});

test("text of evidence and of people cannot become markup, and nothing is fetched or run", () => {
  const [first] = input.findings;
  if (!first) throw new Error("the fixture has a finding");
  const hostile = { ...first, title: `<script>alert("1")</script>`, statement: "<img src=x onerror='y'>" };
  const html = renderHtml(assembleReport({ ...input, findings: [hostile] }).model, []);
  expect(html).not.toMatch(/<script|<img|<link|<iframe|<[^>]*\ssrc=/);
  expect(html).toContain("&lt;img src=x onerror=&#39;y&#39;&gt;");
  expect(html).toContain("default-src 'none'");
});

test("what is in annexes is in pages of their own, which the report leads to", () => {
  const [finding] = input.findings;
  const [citation] = finding?.citations ?? [];
  if (finding === undefined || citation === undefined) throw new Error("the fixture has both");
  const citations = Array.from({ length: 50 }, (_, index) => ({ ...citation, exhibitItem: `EX-${10_000 + index}` }));
  const long = assembleReport({ ...input, findings: [{ ...finding, citations }] });
  const [annex] = long.annexes;
  if (annex === undefined) throw new Error("50 rows make an annex");
  const report = renderHtml(long.model, long.annexes);
  expect(report).toContain('<a href="annex-01.html">');
  const pages = report + renderAnnexHtml(long.model, annex);
  for (const { exhibitItem } of citations) expect(pages.split(`${exhibitItem}\n`)).toHaveLength(2);
  expect(renderAnnexHtml(long.model, annex)).toContain("This page says what annex-01.pdf says");
});

test("a draft says so, and the same model gives the same bytes", () => {
  const draft = assembleReport({ ...input, findings: [] }).model;
  expect(renderHtml(draft, [])).toContain("DRAFT. This report is not complete");
  expect(renderHtml(model, [])).not.toContain("DRAFT.");
  expect(renderHtml(assembleReport(input).model, [])).toBe(renderHtml(model, []));
});

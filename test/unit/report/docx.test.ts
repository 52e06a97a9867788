import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { openContainer } from "../../../core/bundle/open-container.ts";
import { decodeUtf8 } from "../../../core/encoding/utf8.ts";
import { type Drawing } from "../../../core/model/drawing.ts";
import { type ReportBlock, type ReportModel } from "../../../core/model/report.ts";
import { assembleReport } from "../../../core/report/assemble.ts";
import { renderDocx } from "../../../core/report/docx.ts";
import { PackageReader } from "../../../core/report/package-reader.ts";
import { escapeInvisible, isInvisible } from "../../../core/report/printable.ts";
import { makeReportInput } from "../../support/findings-package.ts";

const input = makeReportInput(null);
const { model } = assembleReport(input);
const PDF = "cd".repeat(32);

function render(report: ReportModel): Promise<Uint8Array> {
  return renderDocx({
    model: report,
    findingsSha256: "ef".repeat(32),
    custody: { seq: 412, head: "ab".repeat(32) },
    examiner: "R. Adeyemi",
    version: "0.1.0",
    pdfSha256: PDF,
  });
}

/** The files of a document, as texts. */
async function partsOf(document: Uint8Array): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "assay-docx-"));
  try {
    await writeFile(join(folder, "report.zip"), document);
    const container = await openContainer(join(folder, "report.zip"));
    const reader = new PackageReader(container);
    const parts = new Map<string, string>();
    for (const path of reader.paths) parts.set(path, decodeUtf8((await reader.read(path)) ?? new Uint8Array()) ?? "");
    await container.close();
    return parts;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The words of a part, without markup and line breaks. */
function wordsOf(xml = ""): string {
  const words = [...xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)].map(([, text = ""]) => text).join("");
  return words
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}

function textsOf(block: ReportBlock): readonly string[] {
  switch (block.kind) {
    case "paragraph":
      return [block.text];
    case "heading":
      return [block.text, block.tag ?? ""];
    case "fields":
      return block.rows.flatMap(({ label, value }) => [label, value]);
    case "table":
      return [block.caption, ...block.columns.map(({ label }) => label), ...block.rows.flat()];
    case "list":
      return block.items;
    case "drawing":
      return [block.caption, ...block.drawing.shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []))];
    case "raw":
      return [block.label, block.text];
  }
}

const DRAWING: Drawing = {
  width: 400,
  height: 200,
  alt: "svc-export reaches vault/export",
  shapes: [
    { kind: "box", x: 10, y: 10, width: 100, height: 40, radius: 4, tone: "now", fill: "strong" },
    { kind: "line", path: "M110 30 C150 30 150 90 200 90", tone: "quiet", dashed: true },
    { kind: "source", x: 10, y: 10, height: 40, exhibit: "X-1" },
    {
      ...{ kind: "text", x: 60, y: 30, size: 12, text: "svc-export <1>", width: 90 },
      ...{ anchor: "middle", tone: "plain", strong: true, inverse: true },
    },
  ],
};
const drawn: ReportModel = {
  ...model,
  missing: [{ section: "3 Examiner", what: "name" }],
  sections: model.sections.map((section, index) =>
    index === 0
      ? {
          ...section,
          blocks: [
            { kind: "heading", text: "Chapter one", tag: "T1078" },
            { kind: "drawing", caption: "Stage after step 1", drawing: DRAWING },
          ],
        }
      : section,
  ),
};

test("the same report is the same bytes, drawings and the mark of a draft among them", async () => {
  const first = await render(drawn);
  expect(Buffer.from(first).equals(await render(drawn))).toBe(true);
});

test("the document has every heading, text, row, record and drawing of the model, in order", async () => {
  for (const report of [model, drawn]) {
    const words = wordsOf((await partsOf(await render(report))).get("word/document.xml"));
    let from = words.indexOf(PDF);
    for (const { number, heading, blocks } of report.sections) {
      for (const text of [`${number} ${heading}`, ...blocks.flatMap(textsOf)]) {
        const shown = text
          .split("\n")
          .map((line) => escapeInvisible(line))
          .join("");
        const at = words.indexOf(shown, from);
        expect(at, shown).toBeGreaterThanOrEqual(from);
        from = number === 1 && blocks.some(({ kind }) => kind === "drawing") ? from : at;
      }
    }
  }
});

test("headings have the styles of Word, tables repeat their head, and the contents lead to every section", async () => {
  const document = (await partsOf(await render(model))).get("word/document.xml") ?? "";
  const blocks = model.sections.flatMap((section) => section.blocks);
  expect(document.match(/<w:pStyle w:val="Heading1"\/>/g)).toHaveLength(model.sections.length);
  expect(document.match(/<w:pStyle w:val="Heading2"\/>/g)).toHaveLength(
    blocks.filter(({ kind }) => kind === "heading").length,
  );
  expect(document.match(/<w:tblHeader\/>/g)).toHaveLength(blocks.filter(({ kind }) => kind === "table").length);
  expect(document.split("TOC \\h \\o &quot;1-1&quot;")).toHaveLength(2);
  for (const { number } of model.sections) {
    expect(document.split(`w:anchor="section_${number}"`)).toHaveLength(2);
    expect(document.split(`<w:bookmarkStart w:name="section_${number}" w:id="${number}"/>`)).toHaveLength(2);
  }
});

test("page 1 says that it is an unsigned working copy of the signed PDF, every page what the PDF's say", async () => {
  const parts = await partsOf(await render(model));
  expect(wordsOf(parts.get("word/document.xml"))).toContain(
    `UNSIGNED WORKING COPY of report R1. Anybody can change this document without leaving a trace. What was signed is report.pdf of the same package, SHA-256 ${PDF}`,
  );
  expect(wordsOf(parts.get("word/header1.xml"))).toBe("NG-2026-117, report R1TLP:AMBERNorthgate Incident Response");
  expect(wordsOf(parts.get("word/footer1.xml"))).toBe(
    "findings efefefef  custody 412 ababababAssay 0.1.0, unsigned working copyPage  of ",
  );
  expect(parts.get("word/header1.xml")).not.toContain("DRAFT");
});

test("a draft says so on its first page, in the head and across every page", async () => {
  const parts = await partsOf(await render(drawn));
  expect(wordsOf(parts.get("word/document.xml"))).toContain("DRAFT. This report is not complete");
  expect(wordsOf(parts.get("word/header1.xml"))).toContain("DRAFT");
  expect(parts.get("word/header1.xml")).toContain('<v:shape id="PowerPlusWaterMarkObject1"');
});

test("it says when the report was issued and by whom, and no other time, machine or account", async () => {
  const parts = await partsOf(await render(drawn));
  const said = (parts.get("docProps/core.xml") ?? "").matchAll(/<([a-z]+:[A-Za-z]+)(?: [^>]*)?>([^<]+)</g);
  expect(Object.fromEntries([...said].map(([, name = "", text = ""]) => [name, text]))).toEqual({
    "dc:title": "Findings report: gateway audit log (R1)",
    "dc:creator": "R. Adeyemi",
    "dc:description": "Unsigned working copy, made by Assay 0.1.0",
    "cp:keywords": `findings-sha256:${"ef".repeat(32)} custody:412:${"ab".repeat(32)}`,
    "dc:language": "en",
    "dcterms:created": model.issuedAt,
    "dcterms:modified": model.issuedAt,
  });
  for (const part of parts.values()) expect(/rsid|<Company|<Manager|w:author/.test(part)).toBe(false);
});

test("text of evidence and of people cannot become markup, and what cannot stand in XML is written out", async () => {
  const [first] = input.findings;
  if (!first) throw new Error("the fixture has a finding");
  const hostile = { ...first, title: `</w:t><w:pict/>&amp;`, statement: "bell\u0007 null\u0000 lone\uD800 turn\u202E" };
  const parts = await partsOf(await render(assembleReport({ ...input, findings: [hostile] }).model));
  const document = parts.get("word/document.xml") ?? "";
  expect(document.includes("<w:pict/>")).toBe(false);
  expect(wordsOf(document)).toContain("</w:t><w:pict/>&amp;");
  expect(wordsOf(document)).toContain("bell<U+0007> null<U+0000> lone<U+D800> turn<U+202E>");
  for (const part of parts.values()) {
    expect(
      [...part].some((character) => isInvisible(character.codePointAt(0) ?? 0) && !/[\t\r\n]/.test(character)),
    ).toBe(false);
  }
});

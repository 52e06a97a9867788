import { DRAWING_STYLE, drawingSvg } from "../replay/drawing-svg.ts";
import { type ReportBlock, type ReportModel } from "../model/report.ts";
import { verdictWord } from "../model/verdict.ts";
import { annexTitle, type ReportAnnex } from "./annexes.ts";
import style from "./assets/report.css?raw";
import { annexPagePathOf, annexPathOf, REPORT_HTML } from "./package-layout.ts";
import { VERDICT_SIGNS } from "./verdict-signs.ts";

/**
 * The report as an HTML page: the model that the PDF is drawn from, without scripts and without anything fetched. What the PDF
 * has in annexes is in pages of its own, which this one leads to. The same model gives the same bytes. Every text is escaped;
 * texts from evidence have had their invisible characters written out when the model was assembled.
 */
export function renderHtml(model: ReportModel, annexes: readonly ReportAnnex[]): string {
  return page(`${model.title} (${model.reportId})`, kindOf(model), [
    "<header>",
    ...headOf(model, `report ${model.reportId}`),
    `<h1>${escaped(model.title)}</h1>`,
    ...draftNotice(model),
    "<p>This page says what report.pdf says. The PDF is signed by itself; this page is signed as a file of its package. A letter that this system has no font for shows as an empty box here; report.pdf has its code point.</p>",
    "</header>",
    '<nav aria-label="Sections"><ol>',
    ...model.sections.map(({ number, heading }) => `<li><a href="#section-${number}">${escaped(heading)}</a></li>`),
    "</ol></nav>",
    ...annexLinks(model, annexes),
    "<main>",
    ...model.sections.flatMap(({ number, heading, blocks }) =>
      section(`section-${number}`, `${number} ${heading}`, blocks),
    ),
    "</main>",
  ]);
}

/** An annex as an HTML page: what its PDF says. */
export function renderAnnexHtml(model: ReportModel, annex: ReportAnnex): string {
  const title = annexTitle(model, annex);
  return page(`${title}: ${model.title}`, kindOf(model), [
    "<header>",
    ...headOf(model, `report ${model.reportId}, annex ${annex.number}`),
    `<h1>${escaped(title)}</h1>`,
    `<p>${escaped(annex.title)}. This page says what ${annexPathOf(annex.number)} says. <a href="${REPORT_HTML}">To the report</a></p>`,
    "</header>",
    "<main>",
    ...annex.parts.flatMap(({ heading, blocks }, index) => section(`part-${index + 1}`, heading, blocks)),
    "</main>",
  ]);
}

function kindOf({ missing }: ReportModel): "draft" | "" {
  return missing.length > 0 ? "draft" : "";
}

function headOf({ caseId, classification, organisation }: ReportModel, part: string): readonly string[] {
  const texts = [`${caseId === "" ? "no case id" : caseId}, ${part}`, classification, organisation];
  return [`<p>${escaped(texts.filter((text) => text !== "").join(" · "))}</p>`];
}

function annexLinks(model: ReportModel, annexes: readonly ReportAnnex[]): readonly string[] {
  if (annexes.length === 0) return [];
  return [
    '<nav aria-label="Annexes"><ul>',
    ...annexes.map(
      (annex) =>
        `<li><a href="${annexPagePathOf(annex.number)}">${escaped(`${annexTitle(model, annex)}: ${annex.title}`)}</a></li>`,
    ),
    "</ul></nav>",
  ];
}

/** Blocks as a page of their own, drawn like those of a report. */
export function renderBlocks(title: string, blocks: readonly ReportBlock[]): string {
  return page(title, "", [
    "<header>",
    `<h1>${escaped(title)}</h1>`,
    "</header>",
    "<main>",
    ...blocks.flatMap(block),
    "</main>",
  ]);
}

function page(title: string, kind: "draft" | "", body: readonly string[]): string {
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title>`,
    `<style>\n${style.trim()}\n${DRAWING_STYLE.trim()}\n</style>`,
    "</head>",
    kind === "" ? "<body>" : `<body class="${kind}">`,
    ...body,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function draftNotice({ missing }: ReportModel): readonly string[] {
  if (missing.length === 0) return [];
  const items = missing.map((item) => `<li>${escaped(`${item.section}: ${item.what}`)}</li>`);
  return [
    '<div class="warning"><p>DRAFT. This report is not complete and must not be issued. A person must still give:</p><ul>',
    ...items,
    "</ul></div>",
  ];
}

function section(id: string, heading: string, blocks: readonly ReportBlock[]): readonly string[] {
  return [`<section id="${id}">`, `<h2>${escaped(heading)}</h2>`, ...blocks.flatMap(block), "</section>"];
}

function block(part: ReportBlock): readonly string[] {
  switch (part.kind) {
    case "paragraph": {
      const verdict = part.verdict === undefined ? "" : `${verdictCell(verdictWord(part.verdict))} `;
      const emphasis = part.emphasis === undefined ? "" : ` class="${part.emphasis}"`;
      return [`<p${emphasis}>${verdict}${escaped(part.text)}</p>`];
    }
    case "heading": {
      const tag = part.tag === undefined ? "" : ` <span class="tag">${escaped(part.tag)}</span>`;
      return [`<h3>${escaped(part.text)}${tag}</h3>`];
    }
    case "fields":
      return [
        "<dl>",
        ...part.rows.map(
          ({ label, value, mono }) => `<dt>${escaped(label)}</dt><dd${classOf(mono)}>${escaped(value)}</dd>`,
        ),
        "</dl>",
      ];
    case "table":
      return [
        `<table><caption>${escaped(part.caption)}</caption>${widths(part.columns)}`,
        `<thead><tr>${part.columns.map(({ label, align }) => `<th scope="col"${classOf(false, align)}>${escaped(label)}</th>`).join("")}</tr></thead>`,
        "<tbody>",
        ...part.rows.map(
          (row) =>
            `<tr>${row
              .map((cell, index) => {
                const column = part.columns[index];
                const shown = column?.verdict === true ? verdictCell(cell) : escaped(cell);
                return `<td${classOf(column?.mono, column?.align)}>${shown}</td>`;
              })
              .join("")}</tr>`,
        ),
        "</tbody></table>",
      ];
    case "list":
      return ["<ul>", ...part.items.map((item) => `<li>${escaped(item)}</li>`), "</ul>"];
    case "drawing":
      return [`<figure>${drawingSvg(part.drawing)}<figcaption>${escaped(part.caption)}</figcaption></figure>`];
    case "raw":
      return [`<figure><figcaption>${escaped(part.label)}</figcaption><pre>${escaped(part.text)}</pre></figure>`];
  }
}

/** The columns as wide as the PDF has them. */
function widths(columns: readonly { readonly weight: number }[]): string {
  const total = columns.reduce((sum, { weight }) => sum + weight, 0);
  const each = columns.map(({ weight }) => `<col style="width:${((100 * weight) / total).toFixed(1)}%">`);
  return `<colgroup>${each.join("")}</colgroup>`;
}

function verdictCell(word: string): string {
  const mark = VERDICT_SIGNS.get(word);
  const kind = word.toLowerCase().replaceAll(" ", "-");
  const shown = mark === undefined ? "" : `<span aria-hidden="true">${mark}</span> `;
  return `<span class="verdict ${escaped(kind)}">${shown}${escaped(word)}</span>`;
}

function classOf(mono: boolean | undefined, align?: "right"): string {
  const names = [...(mono === true ? ["mono"] : []), ...(align === undefined ? [] : [align])];
  return names.length === 0 ? "" : ` class="${names.join(" ")}"`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

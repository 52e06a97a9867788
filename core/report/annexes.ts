/**
 * What would make a report too long to be read. The report itself shows the beginning of each long table and says where
 * everything else is: in annexes, files of bounded size that belong to the report. Nothing is left out of both.
 */
import { type ReportBlock, type ReportModel, type ReportSection } from "../model/report.ts";
import { annexPathOf } from "./package-layout.ts";
import { counted, paragraph } from "./report-values.ts";

type Table = Extract<ReportBlock, { kind: "table" }>;

/** A part of a section that goes into annexes as a whole. */
export interface Bulk {
  readonly kind: "bulk";
  /** What it is, as the title of its annexes. */
  readonly title: string;
  /** What is not parted between two annexes, such as a chapter. */
  readonly units: readonly (readonly ReportBlock[])[];
  readonly unitsInAnnex: number;
}

/** A report before anything was moved into annexes. */
export type WholeReport = Omit<ReportModel, "sections"> & {
  readonly sections: readonly (Omit<ReportSection, "blocks"> & { readonly blocks: readonly (ReportBlock | Bulk)[] })[];
};

/** What an annex holds of one section. */
interface AnnexPart {
  /** "8 Findings" */
  readonly heading: string;
  readonly blocks: readonly ReportBlock[];
}

/** One annex: a PDF and a page for a browser. */
export interface ReportAnnex {
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly parts: readonly AnnexPart[];
}

/** "Annex 1 to report R1" */
export function annexTitle({ reportId }: ReportModel, { number }: ReportAnnex): string {
  return `Annex ${number} to report ${reportId}`;
}

/** A table of no more rows is shown whole: a page or two. */
const WHOLE_TABLE = 40;
/** Rows that the report shows of a longer one. */
const ROWS_IN_REPORT = 20;
/** Rows of an annex: some hundred pages, and tens of MB while it is drawn. */
const ROWS_IN_ANNEX = 2_000;

/** Moves what is too long for the report into annexes; a report without such parts is returned as it is. */
export function bindAnnexes(report: WholeReport): {
  readonly model: ReportModel;
  readonly annexes: readonly ReportAnnex[];
} {
  const binder = new Binder();
  const sections = report.sections.map((section) => ({
    ...section,
    blocks: section.blocks.flatMap((block) => binder.bind(block, `${section.number} ${section.heading}`)),
  }));
  const { annexes } = binder;
  const model = { ...report, sections: annexes.length === 0 ? sections : announced(sections, annexes) };
  return { model, annexes };
}

/** Says on the first page which annexes there are. */
function announced(sections: readonly ReportSection[], annexes: readonly ReportAnnex[]): readonly ReportSection[] {
  const blocks: readonly ReportBlock[] = [
    paragraph(
      "What is too long for this document is in annexes of the package, which are part of this report and signed like it; each is there as a page for a browser, too:",
    ),
    { kind: "list", items: annexes.map(({ number, title }) => `${annexPathOf(number)}: ${title}`) },
  ];
  return sections.map((section, index) =>
    index === 0 ? { ...section, blocks: [...section.blocks, ...blocks] } : section,
  );
}

class Binder {
  readonly annexes: { readonly number: number; readonly title: string; readonly parts: AnnexPart[] }[] = [];
  /** The annex that takes rows of tables, and how many more it takes. */
  #tables: { readonly number: number; readonly parts: AnnexPart[] } | undefined;
  #room = 0;

  /** What the report shows of a block, and where the rest of it is. */
  bind(block: ReportBlock | Bulk, heading: string): readonly ReportBlock[] {
    if (block.kind === "bulk") return this.#bindBulk(block, heading);
    return block.kind === "table" && block.rows.length > WHOLE_TABLE ? this.#bindTable(block, heading) : [block];
  }

  #bindBulk({ title, units, unitsInAnnex }: Bulk, heading: string): readonly ReportBlock[] {
    const first = this.annexes.length + 1;
    for (let start = 0; start < units.length; start += unitsInAnnex) {
      this.#begin(title).parts.push({ heading, blocks: units.slice(start, start + unitsInAnnex).flat() });
    }
    return [paragraph(`${title}: in ${spanOf(first, this.annexes.length)} of the package.`)];
  }

  #bindTable(table: Table, heading: string): readonly ReportBlock[] {
    const of = table.rows.length;
    let first = 0;
    let last = 0;
    for (let next = ROWS_IN_REPORT; next < of;) {
      const { number, parts } = this.#annexOfTables();
      const end = Math.min(of, next + this.#room);
      const caption = `${table.caption}: rows ${counted(next + 1)} to ${counted(end)} of ${counted(of)}`;
      parts.push({ heading, blocks: [{ ...table, caption, rows: table.rows.slice(next, end) }] });
      this.#room -= end - next;
      if (first === 0) first = number;
      last = number;
      next = end;
    }
    return [
      { ...table, rows: table.rows.slice(0, ROWS_IN_REPORT) },
      paragraph(
        `This table has ${counted(of)} rows; those from row ${ROWS_IN_REPORT + 1} on are in ${spanOf(first, last)} of the package.`,
      ),
    ];
  }

  #annexOfTables(): { readonly number: number; readonly parts: AnnexPart[] } {
    if (this.#tables === undefined || this.#room === 0) {
      this.#tables = this.#begin("Further rows of tables");
      this.#room = ROWS_IN_ANNEX;
    }
    return this.#tables;
  }

  #begin(title: string): { readonly number: number; readonly parts: AnnexPart[] } {
    const annex = { number: this.annexes.length + 1, title, parts: [] };
    this.annexes.push(annex);
    return annex;
  }
}

function spanOf(first: number, last: number): string {
  return first === last ? annexPathOf(first) : `${annexPathOf(first)} to ${annexPathOf(last)}`;
}

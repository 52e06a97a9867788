/**
 * Long tables. The report itself shows the first rows of each, so that it stays a document that a person opens and reads; the
 * other rows go into annexes, PDFs of bounded size that belong to the report. No row is left out of both.
 */
import { type ReportBlock, type ReportModel, type ReportSection } from "../model/report.ts";
import { annexPathOf } from "./package-layout.ts";
import { counted, paragraph } from "./report-values.ts";

type Table = Extract<ReportBlock, { kind: "table" }>;

/** Further rows of one table of the report. */
interface AnnexPart {
  /** "8 Findings: Records cited by F-0001" */
  readonly heading: string;
  readonly table: Table;
}

/** One PDF of further rows. */
export interface ReportAnnex {
  /** From 1. */
  readonly number: number;
  readonly parts: readonly AnnexPart[];
}

/** Rows of a table that the report itself shows: some ten pages. */
const ROWS_IN_REPORT = 300;
/** Rows of an annex: some hundred pages, and tens of MB while it is drawn. */
const ROWS_IN_ANNEX = 2_000;

/** Moves the rows that are too many for the report into annexes; a report without such tables is returned as it is. */
export function bindAnnexes(report: ReportModel): {
  readonly model: ReportModel;
  readonly annexes: readonly ReportAnnex[];
} {
  const binder = new Binder();
  const sections = report.sections.map((section) => ({
    ...section,
    blocks: section.blocks.flatMap((block) => (block.kind === "table" ? binder.bind(block, section) : [block])),
  }));
  const { annexes } = binder;
  return annexes.length === 0
    ? { model: report, annexes }
    : { model: { ...report, sections: announced(sections, annexes) }, annexes };
}

/** Says on the first page that there are annexes. */
function announced(sections: readonly ReportSection[], annexes: readonly ReportAnnex[]): readonly ReportSection[] {
  const files = spanOf(1, annexes.length);
  const text = `Tables show their first ${ROWS_IN_REPORT} rows; the others are in ${files} of the package. The annexes are part of this report and signed like it.`;
  return sections.map((section, index) =>
    index === 0 ? { ...section, blocks: [...section.blocks, paragraph(text)] } : section,
  );
}

class Binder {
  readonly annexes: { readonly number: number; readonly parts: AnnexPart[] }[] = [];
  /** Rows that the last annex still takes. */
  #room = 0;

  /** The table as the report shows it, and where its other rows are. */
  bind(table: Table, section: ReportSection): readonly ReportBlock[] {
    const of = table.rows.length;
    if (of <= ROWS_IN_REPORT) return [table];
    let first = 0;
    for (let next = ROWS_IN_REPORT; next < of;) {
      const end = Math.min(of, next + this.#make());
      const caption = `${table.caption}: rows ${counted(next + 1)} to ${counted(end)} of ${counted(of)}`;
      const rows = table.rows.slice(next, end);
      this.annexes
        .at(-1)
        ?.parts.push({ heading: `${section.number} ${section.heading}`, table: { ...table, caption, rows } });
      this.#room -= rows.length;
      if (first === 0) first = this.annexes.length;
      next = end;
    }
    const where = spanOf(first, this.annexes.length);
    return [
      { ...table, rows: table.rows.slice(0, ROWS_IN_REPORT) },
      paragraph(
        `This table has ${counted(of)} rows; those from row ${ROWS_IN_REPORT + 1} on are in ${where} of the package.`,
      ),
    ];
  }

  /** Begins an annex when the last one is full. Returns how many rows it takes. */
  #make(): number {
    if (this.#room === 0) {
      this.annexes.push({ number: this.annexes.length + 1, parts: [] });
      this.#room = ROWS_IN_ANNEX;
    }
    return this.#room;
  }
}

function spanOf(first: number, last: number): string {
  return first === last ? annexPathOf(first) : `${annexPathOf(first)} to ${annexPathOf(last)}`;
}

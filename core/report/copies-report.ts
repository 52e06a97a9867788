import { describeRelation } from "../model/copies-relation.ts";
import { type ReportBlock } from "../model/report.ts";
import { type CopiesResult, verdictWord } from "../model/verdict.ts";
import { escapeInvisible } from "./printable.ts";
import { counted, nothing } from "./report-values.ts";
import { checkTable, findingBlocks, limitBlocks, printVerdict } from "./verification-report.ts";

/** A comparison of several copies of one log. */
export interface CopiesReport {
  /** Names of the copies, in their order. */
  readonly labels: readonly string[];
  readonly comparison: CopiesResult;
  /** When it was written, RFC 3339. */
  readonly writtenAt: string;
  /** Of the program. */
  readonly version: string;
}

/** The report as JSON, two spaces of indentation, ended by a line feed. */
export function formatCopiesReport(report: CopiesReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The report as a PDF, as `printVerdict` makes it. */
export function renderCopiesReport(report: CopiesReport): Promise<Uint8Array> {
  const { labels, comparison, writtenAt, version } = report;
  return printVerdict({
    title: `Comparison of ${labels.length} copies`,
    verdict: comparison.verdict,
    sections: [
      ["Result", resultBlocks(report)],
      ["Which copy is good", goodBlocks(report)],
      ...comparison.copies.map(
        ({ checks, findings }, position) =>
          [
            `Copy ${position + 1}: ${labelOf(labels, position)}`,
            [checkTable(checks), ...findingBlocks(findings)],
          ] as const,
      ),
      ["What a verification does not show", limitBlocks()],
    ],
    json: formatCopiesReport(report),
    writtenAt,
    version,
  });
}

function resultBlocks({ labels, comparison }: CopiesReport): readonly ReportBlock[] {
  const { verdict, relation, copies } = comparison;
  return [
    { kind: "paragraph", verdict, text: `${relation}: ${describeRelation(relation)}.` },
    {
      kind: "table",
      caption: "The copies, in the order in which they were given",
      columns: [
        { label: "Copy", weight: 8, align: "right" },
        { label: "Name", weight: 32 },
        { label: "Signed records", weight: 18, align: "right" },
        { label: "Verdict", weight: 22, verdict: true },
        { label: "Root", weight: 40, mono: true },
      ],
      rows: copies.map(({ log, verdict: own }, position) => [
        String(position + 1),
        labelOf(labels, position),
        log === null ? "none" : counted(log.treeSize),
        verdictWord(own),
        log === null ? "" : log.rootHash,
      ]),
    },
  ];
}

function goodBlocks({ labels, comparison: { good } }: CopiesReport): readonly ReportBlock[] {
  if (good.length === 0) return nothing("No copy is proven to hold records as they were logged.");
  return [
    {
      kind: "table",
      caption: "For every record the first copy that is proven to hold it as it was logged",
      columns: [
        { label: "First record", weight: 20, align: "right" },
        { label: "Last record", weight: 20, align: "right" },
        { label: "Copy", weight: 60 },
      ],
      rows: good.map(({ from, to, copy }) => [counted(from), counted(to - 1), `${copy + 1}: ${labelOf(labels, copy)}`]),
    },
  ];
}

function labelOf(labels: readonly string[], position: number): string {
  return escapeInvisible(labels[position] ?? "");
}

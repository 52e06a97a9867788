import { type Citation, type Finding } from "../model/finding.ts";
import { type ReportBlock } from "../model/report.ts";
import { attribution } from "./attribution.ts";
import { detectionResults } from "./detection-section.ts";
import { timesOf } from "./recorded-time.ts";
import { type CitedItem, type ReportInput } from "./report-input.ts";
import { classWord, counted, given, nothing, paragraph, recorded, rowWord } from "./report-values.ts";

/** 8 Findings. */
export function findings(input: ReportInput): readonly ReportBlock[] {
  const items = new Map(input.items.map((item) => [item.row.seq, item]));
  const stated = input.findings.flatMap((finding) =>
    finding.withdrawn === null ? standingFinding(finding, items) : withdrawnFinding(finding, finding.withdrawn),
  );
  return [
    ...(stated.length === 0 ? nothing("No finding was recorded in the case.") : stated),
    ...detectionResults(input.detections),
  ];
}

function standingFinding(finding: Finding, items: ReadonlyMap<number, CitedItem>): readonly ReportBlock[] {
  const tag = classWord(finding.class);
  const rows = [
    { label: "Class", value: tag },
    { label: "Basis", value: given(finding.basis) },
    { label: "Uncertainty", value: given(finding.uncertainty) },
  ];
  if (finding.class === "opinion") {
    rows.push(
      { label: "Propositions", value: given(enumerated(finding.propositions)) },
      { label: "Alternatives", value: given(enumerated(finding.alternatives)) },
      { label: "Strength", value: given(finding.strength) },
    );
  }
  return [
    { kind: "heading", text: `${finding.id} ${finding.title}`, tag },
    paragraph(finding.statement),
    { kind: "fields", rows },
    ...citationTable(`Records cited by ${finding.id}`, finding.citations, items),
    ...contradiction(finding, items),
  ];
}

/** Texts on a line each, with numbers where there are several. */
function enumerated(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : texts.map((text, index) => `(${index + 1}) ${text}`).join("\n");
}

/** What speaks against a finding; for a fact that states nothing of it, nothing is printed. */
function contradiction(
  { id, class: kind, contradicting }: Finding,
  items: ReadonlyMap<number, CitedItem>,
): readonly ReportBlock[] {
  if (kind !== "opinion" && contradicting.text === "") return [];
  const rows = [{ label: "Contradicting evidence", value: given(contradicting.text) }];
  if (contradicting.citations.length === 0) return [{ kind: "fields", rows }];
  return [
    { kind: "fields", rows },
    ...citationTable(`Records that speak against ${id}`, contradicting.citations, items),
  ];
}

function citationTable(
  caption: string,
  citations: readonly Citation[],
  items: ReadonlyMap<number, CitedItem>,
): readonly ReportBlock[] {
  return [
    {
      kind: "table",
      caption,
      columns: [
        { label: "Item", weight: 15 },
        { label: "Time in UTC, and as recorded", weight: 38 },
        { label: "The record attributes", weight: 53 },
        { label: "Verdict", weight: 20, verdict: true },
      ],
      rows: citations.map((citation) => {
        const item = items.get(citation.seq);
        return [
          `${citation.exhibitItem}\nevent ${counted(citation.seq)}`,
          item === undefined ? recorded(null) : timesOf(item.row),
          item === undefined ? "" : attribution(item),
          rowWord(item?.row.verdict ?? citation.verdict),
        ];
      }),
    },
  ];
}

function withdrawnFinding(finding: Finding, withdrawn: { at: string; reason: string }): readonly ReportBlock[] {
  return [
    { kind: "heading", text: `${finding.id} ${finding.title}`, tag: "withdrawn" },
    paragraph(`Withdrawn ${withdrawn.at}: ${withdrawn.reason}`),
  ];
}

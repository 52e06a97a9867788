import { type Citation, type Finding } from "../model/finding.ts";
import { type ReportBlock } from "../model/report.ts";
import { formatInstant } from "../model/time.ts";
import { detectionResults } from "./detection-section.ts";
import { printRecord } from "./printable.ts";
import { type CitedItem, type ReportInput } from "./report-input.ts";
import { classWord, counted, given, nothing, paragraph, recorded, rowWord } from "./report-values.ts";

/** Bytes of a record shown in the report; the whole record is in the package. */
const MAX_PRINTED_RECORD = 8 * 1024;
/** More records than this are listed with place, digests and proof, and not printed in full. */
const MAX_PRINTED_ITEMS = 300;

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
      { label: "Propositions", value: given(finding.propositions.join("\n")) },
      { label: "Alternatives", value: given(finding.alternatives.join("\n")) },
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
        { label: "Event", weight: 13 },
        { label: "Recorded time", weight: 32 },
        { label: "The record attributes", weight: 46 },
        { label: "Verdict", weight: 19, verdict: true },
      ],
      rows: citations.map((citation) => {
        const item = items.get(citation.seq);
        return [
          citation.exhibitItem,
          counted(citation.seq),
          item === undefined ? recorded(null) : timesOf(item),
          item === undefined ? "" : attribution(item),
          rowWord(item?.row.verdict ?? citation.verdict),
        ];
      }),
    },
  ];
}

/** The recorded time verbatim, and what it says in UTC where it is written otherwise. */
function timesOf({ row }: CitedItem): string {
  const verbatim = recorded(row.timeRecorded);
  const utc = row.time === null ? verbatim : formatInstant(row.time);
  return utc === verbatim ? verbatim : `${verbatim}\n= ${utc}`;
}

/** "An event recorded by S attributes A to P", never "P did A". */
function attribution({ row, withheld }: CitedItem): string {
  if (withheld !== null) return `withheld: ${withheld.reason}`;
  const target = row.resource === null ? "" : ` on ${recorded(row.resource)}`;
  const outcome = row.outcome === null ? "" : ` (${recorded(row.outcome)})`;
  return `${recorded(row.action)}${target} to ${recorded(row.principal)}${outcome}`;
}

function withdrawnFinding(finding: Finding, withdrawn: { at: string; reason: string }): readonly ReportBlock[] {
  return [
    { kind: "heading", text: `${finding.id} ${finding.title}`, tag: "withdrawn" },
    paragraph(`Withdrawn ${withdrawn.at}: ${withdrawn.reason}`),
  ];
}

/** 10 Timeline. */
export function timeline(input: ReportInput): readonly ReportBlock[] {
  if (input.items.length === 0)
    return nothing("No record is cited by a standing finding, so there is no order to show.");
  const ordered = [...input.items].sort(byTime);
  return [
    paragraph(
      "Ordered by recorded time where the record gives one, then by position in the evidence. Recorded times are those of the source’s clock, whose accuracy was not verified.",
    ),
    {
      kind: "table",
      caption: "Cited records in order",
      columns: [
        { label: "Recorded time, verbatim", weight: 34 },
        { label: "UTC", weight: 37 },
        { label: "Item", weight: 15 },
        { label: "Event", weight: 12 },
        { label: "The record attributes", weight: 46 },
      ],
      rows: ordered.map((item) => [
        recorded(item.row.timeRecorded),
        item.row.time === null ? "undated" : formatInstant(item.row.time),
        item.item,
        counted(item.row.seq),
        attribution(item),
      ]),
    },
  ];
}

function byTime(left: CitedItem, right: CitedItem): number {
  const [a, b] = [left.row.time, right.row.time];
  if (a !== null && b !== null && a !== b) return a < b ? -1 : 1;
  if ((a === null) !== (b === null)) return a === null ? 1 : -1;
  return left.row.seq - right.row.seq;
}

/** 13 Exhibit index: where each cited record lies, its digests, its proof and its bytes. */
export function exhibitIndex(input: ReportInput): readonly ReportBlock[] {
  if (input.items.length === 0) return nothing("No record is cited by a standing finding.");
  return [
    paragraph(
      "Characters that cannot be seen, or that no font of this report has, are written as <U+XXXX>; bytes that are not UTF-8 as <0xNN>. The exact bytes are in exhibits/ of the package.",
    ),
    ...input.items.slice(0, MAX_PRINTED_ITEMS).flatMap((item) => indexEntry(item)),
    ...listedItems(input.items.slice(MAX_PRINTED_ITEMS)),
  ];
}

/** Cited records that are too many to print: all that the index says of them, but not their bytes. */
function listedItems(items: readonly CitedItem[]): readonly ReportBlock[] {
  if (items.length === 0) return [];
  return [
    {
      kind: "table",
      caption: `The ${counted(items.length)} further cited records, whose bytes are in exhibits/ of the package`,
      columns: [
        { label: "Item", weight: 14 },
        { label: "Place", weight: 34 },
        { label: "SHA-256, then leaf hash", weight: 48, mono: true },
        { label: "Proof", weight: 28 },
      ],
      rows: items.map((item) => [item.item, placeOf(item), `${item.sha256}\n${item.leafHash}`, proofOf(item)]),
    },
  ];
}

function placeOf({ row }: CitedItem): string {
  return `${row.exhibit}, ${recorded(row.file)}, byte ${row.offset}, length ${row.length}`;
}

function proofOf({ row, proof }: CitedItem): string {
  if (proof.kind === "none") return `none: ${proof.reason}`;
  return `leaf ${proof.leafIndex} of ${proof.treeSize}, checkpoint ${row.exhibit}`;
}

function indexEntry(item: CitedItem): readonly ReportBlock[] {
  const { row, record, proof, withheld } = item;
  const shown = printRecord(record, MAX_PRINTED_RECORD);
  const cut = record.length > MAX_PRINTED_RECORD ? `, the first ${counted(MAX_PRINTED_RECORD)} of them shown` : "";
  return [
    { kind: "heading", text: item.item },
    {
      kind: "fields",
      rows: [
        { label: "Place", value: placeOf(item) },
        { label: "SHA-256", value: item.sha256, mono: true },
        { label: "Leaf hash", value: item.leafHash, mono: true },
        {
          label: "Proof",
          value:
            proof.kind === "none"
              ? `none: ${proof.reason}`
              : `leaf ${proof.leafIndex} of ${proof.treeSize}, root ${proof.rootHash}, checkpoint ${row.exhibit}`,
        },
      ],
    },
    withheld === null
      ? { kind: "raw", label: `Record, ${counted(record.length)} bytes${cut}`, text: shown }
      : paragraph(`Content withheld from this package. Reason: ${withheld.reason}`),
  ];
}

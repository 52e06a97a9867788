import { type Finding } from "../model/finding.ts";
import { type ReportBlock } from "../model/report.ts";
import { formatInstant } from "../model/time.ts";
import { printRecord } from "./printable.ts";
import { type CitedItem, type ReportInput } from "./report-input.ts";
import { counted, given, nothing, paragraph, recorded, rowWord } from "./report-values.ts";

/** Bytes of a record shown in the report; the whole record is in the package. */
const MAX_PRINTED_RECORD = 8 * 1024;
/** More records than this are listed and packaged, not printed in full. */
const MAX_PRINTED_ITEMS = 300;

const ACCOUNT_IS_NOT_PERSON =
  "An account is not a person. The records attribute acts to accounts, keys, sessions and addresses; who used them is outside what the records can show.";

/** 8 Findings. */
export function findings(input: ReportInput): readonly ReportBlock[] {
  if (input.findings.length === 0) return nothing("No finding was recorded in the case.");
  const items = new Map(input.items.map((item) => [item.row.seq, item]));
  return input.findings.flatMap((finding) =>
    finding.withdrawn === null ? standingFinding(finding, items) : withdrawnFinding(finding, finding.withdrawn),
  );
}

function standingFinding(finding: Finding, items: ReadonlyMap<number, CitedItem>): readonly ReportBlock[] {
  const tag = finding.class === "tool-result" ? "tool result" : finding.class;
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
    {
      kind: "table",
      caption: `Records cited by ${finding.id}`,
      columns: [
        { label: "Item", weight: 15 },
        { label: "Event", weight: 13 },
        { label: "Recorded time", weight: 27 },
        { label: "The record attributes", weight: 46 },
        { label: "Verdict", weight: 19, verdict: true },
      ],
      rows: finding.citations.map((citation) => {
        const item = items.get(citation.seq);
        return [
          citation.exhibitItem,
          counted(citation.seq),
          recorded(item?.row.timeRecorded ?? null),
          item === undefined ? "" : attribution(item),
          rowWord(item?.row.verdict ?? citation.verdict),
        ];
      }),
    },
  ];
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

/** 9 Identity links. */
export function identityLinks(input: ReportInput): readonly ReportBlock[] {
  const principals = new Map<string, CitedItem[]>();
  for (const item of input.items) {
    const name = recorded(item.row.principal);
    principals.set(name, [...(principals.get(name) ?? []), item]);
  }
  const note: ReportBlock = { kind: "paragraph", emphasis: "note", text: ACCOUNT_IS_NOT_PERSON };
  if (principals.size === 0) {
    return [note, paragraph("No record is cited, so no account is named. No link between accounts was drawn.")];
  }
  return [
    note,
    {
      kind: "table",
      caption: "Accounts as the cited records name them; one row for each spelling, none merged",
      columns: [
        { label: "Account as recorded", weight: 50 },
        { label: "Kind", weight: 18 },
        { label: "Addresses", weight: 26 },
        { label: "Items", weight: 26 },
      ],
      rows: [...principals].map(([name, items]) => [
        name,
        distinct(items.map((item) => recorded(item.row.principalKind))),
        distinct(items.map((item) => recorded(item.row.address))),
        items.map((item) => item.item).join(", "),
      ]),
    },
    paragraph("No link between accounts was drawn: each account stands for itself."),
  ];
}

function distinct(texts: readonly string[]): string {
  return [...new Set(texts)].join(", ");
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
        { label: "Recorded time, verbatim", weight: 30 },
        { label: "UTC", weight: 30 },
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
  const printed = input.items.slice(0, MAX_PRINTED_ITEMS);
  const left = input.items.length - printed.length;
  return [
    paragraph(
      "Characters that cannot be seen, or that no font of this report has, are written as <U+XXXX>; bytes that are not UTF-8 as <0xNN>. The exact bytes are in exhibits/ of the package.",
    ),
    ...printed.flatMap((item) => indexEntry(item)),
    ...(left === 0 ? [] : [paragraph(`${counted(left)} further records are in exhibits/index.json of the package.`)]),
  ];
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
        { label: "Place", value: `${row.exhibit}, ${recorded(row.file)}, byte ${row.offset}, length ${row.length}` },
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
